"""Cells in rows and columns, read as FAQ rows by the headings above them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from knowledge.files.columns import IDLE, SEVERAL, heading, key_of, nearest, parts
from knowledge.rows import Problem, Row, Sheet, broken

# The headings stand within so many lines: above them there may be a title and a few remarks.
TOP = 10
NO_HEADINGS = "找不到标题行：需要有“问题”和“回答”两列（也可以写“标准问”“答案”、question、answer）"
# What a spreadsheet writes where a formula failed.
FAULTS = frozenset({"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of cells: its number in the file (1-based), and the values."""

    number: int
    cells: Sequence[object]

    @property
    def texts(self) -> list[str]:
        """The cells as texts."""
        return [text_of(cell) for cell in self.cells]


# How a cell is named in a message: by its column (0-based), its line and its heading.
Place = Callable[[int, int, str], str]


def by_heading(column: int, line: int, heading: str) -> str:
    """A cell by the heading above it; its line is told anyway."""
    return heading


class Grid:
    """The rows of one grid. `columns` maps each key to its columns; without headings there are no rows."""

    def __init__(self, file: str, lines: Iterable[Line], place: Place = by_heading) -> None:
        self._file = file
        self._place = place
        self._lines = iter(lines)
        self._top = list(islice((line for line in self._lines if any(line.texts)), TOP))
        at = next((at for at, line in enumerate(self._top) if _is_heading(line)), None)
        self.is_empty = not self._top
        self.headed = None if at is None else self._top[at]
        self._before = [] if at is None else self._top[at + 1 :]

    def sheet(self) -> Sheet:
        """All that the grid holds."""
        if self.headed is None:
            seen = "、".join(text for text in self._top[0].texts if text)[:60] if self._top else ""
            at = self._top[0].number if self._top else 1
            told = NO_HEADINGS + (f"；第一行现在是：{seen}" if seen else "")
            return broken(self._file, at, told)
        columns = _columns(self.headed.texts)
        problems = list(self._unknown(self.headed))
        rows = []
        for line in self._content():
            row, wrong = self._row(line, columns)
            rows.append(row)
            problems += wrong
        return Sheet(tuple(rows), (), tuple(problems))

    def _content(self) -> Iterator[Line]:
        yield from self._before
        yield from (line for line in self._lines if any(line.texts))

    def _unknown(self, headed: Line) -> Iterator[Problem]:
        """A column that nobody would read: better told than lost in silence."""
        for column, text in enumerate(headed.texts):
            if text and not key_of(text) and heading(text) not in IDLE:
                near = nearest(text)
                cure = f"是否想写“{near}”？" if near else "不需要就不用管它"
                where = self._place(column, headed.number, text)
                yield Problem(self._file, headed.number, (where,), f"不认识这一列，没有用它；{cure}", text, True)

    def _row(self, line: Line, columns: Mapping[str, Sequence[int]]) -> tuple[Row, Sequence[Problem]]:
        assert self.headed is not None
        headings = self.headed.texts
        named = {key: self._place(at[0], line.number, headings[at[0]]) for key, at in columns.items()}
        values: dict[str, object] = {}
        wrong = []
        for key, places in columns.items():
            filled = [(at, line.cells[at]) for at in places if at < len(line.cells) and text_of(line.cells[at])]
            for at, cell in filled:
                if text_of(cell) in FAULTS:
                    where = self._place(at, line.number, headings[at])
                    message = "公式出错了，请改成文字或修好公式"
                    wrong.append(Problem(self._file, line.number, (where,), message, text_of(cell)))
            if filled:
                values[key] = _value(key, [cell for _, cell in filled])
                named[key] = self._place(filled[0][0], line.number, headings[filled[0][0]])
        return Row(self._file, line.number, (), values, dict.fromkeys(named, line.number), named), wrong


def _is_heading(line: Line) -> bool:
    return {"question", "answer"} <= {key_of(text) for text in line.texts}


def _columns(headings: Sequence[str]) -> Mapping[str, Sequence[int]]:
    """The columns of each key; where a key has room for one value, the first column counts."""
    found: dict[str, list[int]] = {}
    for column, text in enumerate(headings):
        if key := key_of(text):
            found.setdefault(key, []).append(column)
    return {key: columns if key in SEVERAL else columns[:1] for key, columns in found.items()}


def _value(key: str, cells: Sequence[object]) -> object:
    if key in SEVERAL:
        return [part for cell in cells for part in parts(key, text_of(cell))]
    first = cells[0]
    if key in ("start", "end") and isinstance(first, date):
        return first.date() if isinstance(first, datetime) else first
    return text_of(first)


def text_of(value: object) -> str:
    """A cell as a person reads it: whole numbers without a point, dates without midnight."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == value.min.time() else f"{value:%Y-%m-%d %H:%M}"
    return str(value).strip()
