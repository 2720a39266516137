"""Files of questions: TOML with `[[question]]`, or a table that a spreadsheet saved as CSV."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import regex

from knowledge.files.grid import Line
from knowledge.files.separated import decoded, lines_of
from knowledge.rows import Problem, Row, Sheet, broken, parsed_toml, read_bytes, rows_of
from nlp.normalise import core

KEYS = ("question", "options", "answer", "why")
HEADINGS: Mapping[str, Sequence[str]] = {
    "question": ("question", "题目", "问题", "题干", "题"),
    "options": ("options", "选项"),
    "answer": ("answer", "答案", "正确答案", "标准答案"),
    "why": ("why", "解析", "解释", "说明", "答案解析"),
}
NO_HEADINGS = "第一行要是标题：要有“题目”和“答案”两列，还可以有“选项”（或“选项A”“选项B”……）和“解析”"
# Several in one cell; an answer has commas of its own.
_SEVERAL = regex.compile(r"\s*[\n|｜;；]+\s*")
_ONE_OPTION = regex.compile(r"(?:选项)?\s*([A-Ha-h1-8])")


def read(path: Path) -> Sheet:
    """The rows of a file; never raises for what it may hold."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        return broken(str(path), 1, f"题库只认 {'、'.join(READERS)}；Excel 里请另存为“CSV UTF-8”")
    return reader(path)


def read_toml(path: Path) -> Sheet:
    """The `[[question]]` entries of a TOML file."""
    found = parsed_toml(path)
    if isinstance(found, Sheet):
        return found
    (values, lines), file = found, str(path)
    cure = "不认识这个键；题目写在 [[question]] 下面"
    unknown = [key for key in values if key != "question"]
    problems = [Problem(file, lines.get((key,), 1), (key,), cure) for key in unknown]
    rows = values.get("question", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        problems.append(Problem(file, lines.get(("question",), 1), ("question",), "每一题以单独一行 [[question]] 开头"))
        rows = []
    if not rows and not problems:
        problems.append(Problem(file, 1, (), "文件里还没有题目，每一题以 [[question]] 开头"))
    return Sheet(tuple(rows_of(file, "question", rows, lines)), problems=tuple(problems))


def read_csv(path: Path) -> Sheet:
    """The lines of a CSV file under its headings."""
    file, problems = str(path), list[Problem]()
    try:
        text = decoded(read_bytes(path))
    except FileNotFoundError:
        return broken(file, 1, "找不到这个文件，请检查文件名")
    except UnicodeDecodeError:
        return broken(file, 1, "看不出是什么编码；请在 Excel 里另存为“CSV UTF-8”")
    except OSError as error:
        return broken(file, 1, f"读不了这个文件：{error.strerror or error}")
    lines = [line for line in lines_of(text, file, problems) if any(line.texts)]
    if not lines:
        return broken(file, 1, "文件里还没有题目")
    columns = dict(_columns(lines[0]))
    if not {"question", "answer"} <= set(columns.values()):
        return broken(file, lines[0].number, NO_HEADINGS)
    rows = tuple(_rows(file, lines[1:], columns, lines[0].texts, problems))
    return Sheet(rows, problems=tuple(problems))


def _columns(headings: Line) -> Iterator[tuple[int, str | int]]:
    """The columns that mean something, with their keys; one that holds a single option, with its number from 0."""
    for at, text in enumerate(headings.texts):
        plain = text.strip().lower()
        key = next((key for key, names in HEADINGS.items() if plain in names), "")
        if key:
            yield at, key
        elif found := _ONE_OPTION.fullmatch(plain):
            yield at, "abcdefgh12345678".index(found[1]) % 8


def _rows(
    file: str, lines: Iterable[Line], columns: Mapping[int, str | int], headings: Sequence[str], problems: list[Problem]
) -> Iterator[Row]:
    """The lines as rows; one that says an option twice is told and left out."""
    for line in lines:
        cells = [(at, columns[at], text) for at, text in enumerate(line.texts) if text and at in columns]
        several = [part for _, key, text in cells if key == "options" for part in _several(text)]
        lettered = [(key, at, text) for at, key, text in cells if isinstance(key, int)]
        taken = [*range(len(several)), *(key for key, _, _ in lettered)]
        if twice := [headings[at] for key, at, _ in lettered if taken.count(key) > 1]:
            problems.append(Problem(file, line.number, (twice[-1],), f"{twice[-1]} 写了两次，只留一个"))
            continue
        options = {**dict(enumerate(several)), **{key: text for key, _, text in lettered}}
        yield _row(file, line.number, cells, options, headings)


def _row(
    file: str, number: int, cells: Sequence[tuple[int, str | int, str]], options: Mapping[int, str],
    headings: Sequence[str],
) -> Row:  # fmt: skip
    """One row. Options stand in the order of their letters, "" where one is left out before another."""
    values: dict[str, object] = {key: text for _, key, text in cells if isinstance(key, str) and key != "options"}
    named = {key: headings[at] for at, key, _ in reversed(cells) if isinstance(key, str)}
    if options:
        values["options"] = [options.get(at, "") for at in range(max(options) + 1)]
        named.setdefault("options", "选项")
    answer = values.get("answer")
    if isinstance(answer, str) and core(answer) not in map(core, options.values()):
        parts = _several(answer)
        values["answer"] = parts if len(parts) > 1 else answer
    return Row(file, number, (), values, dict.fromkeys(values, number), named)


def _several(text: str) -> list[str]:
    return [part for part in _SEVERAL.split(text) if part]


READERS: Mapping[str, Callable[[Path], Sheet]] = {".toml": read_toml, ".csv": read_csv}
