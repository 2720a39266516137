"""Word lists of lines: one word a line, or columns set apart by tabs or commas."""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from nlp.moderation.entry import Entry
from nlp.moderation.lists.columns import HEADINGS, ORDER, column_of
from nlp.moderation.lists.fault import Faults
from nlp.moderation.lists.making import Maker

COMMENT = "#"
SEPARATORS = ("\t", ",", ";")
# So many lines tell how the columns are set apart.
LOOKED_AT = 20
# So many different rests of lines are remembered; the columns of a long list say the same few things.
REMEMBERED = 10_000
ALLOWING = frozenset({"domain", "phrase", "域名", "网站", "短语"})
UNPAIRED = '引号没有成对：一格里有英文引号 " 时，整格要用引号包起来，里面的引号写两个'


def read_lines(path: Path, text: str, maker: Maker, faults: Faults) -> Iterator[Entry]:
    """The entries of a file of lines."""
    lines = text.splitlines()
    separator = separator_of(path, lines)
    sheet = Sheet(_commented(lines, separator), separator, maker, faults)
    told = content(lines)
    first = next(told, None)
    if first is None:
        faults.add(1, "文件里还没有词，一行写一个", warning=True)
        return
    if sheet.is_allowing(*first):
        faults.add(first[0], "这像是放行的表（域名、短语），请写到 allow 里，不是 words", first[1].strip())
        return
    if not sheet.is_headed_by(*first) and (entry := sheet.entry(*first)):
        yield entry
    for number, line in told:
        if entry := sheet.entry(number, line):
            yield entry


def content(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The lines that say something, with their numbers from 1: neither empty nor comments."""
    for number, line in enumerate(lines, 1):
        if line and not line.isspace() and not line.lstrip().startswith(COMMENT):
            yield number, line


def separator_of(path: Path, lines: Sequence[str]) -> str:
    """A tab where there is one; a comma only in a sheet, or where every line has one: a word may hold one too."""
    seen = [line for _, line in islice(content(lines), LOOKED_AT)]
    if any("\t" in line for line in seen):
        return "\t"
    if path.suffix.lower() == ".csv":
        return max(SEPARATORS[1:], key=lambda mark: sum(line.count(mark) for line in seen))
    is_sheet = len(seen) > 1 and all("," in line for line in seen)
    return "," if is_sheet else "\t"


class Sheet:
    """Lines under headings, or in the usual order without them."""

    def __init__(self, headings: Sequence[str], separator: str, maker: Maker, faults: Faults) -> None:
        self._separator = separator
        self._maker = maker
        self._faults = faults
        self._columns = _columns(headings, 1, faults) if headings else ORDER
        self._likes: dict[str, Entry] = {}

    def is_allowing(self, number: int, line: str) -> bool:
        """Whether the first line belongs to a list of what is allowed."""
        cells = self.cells(number, line)
        return len(cells) == 2 and cells[0].strip().lower() in ALLOWING

    def is_headed_by(self, number: int, line: str) -> bool:
        """Whether the first line is one of headings, which hold from then on."""
        cells = self.cells(number, line)
        named = [column_of(cell) for cell in cells]
        if "word" not in named or (len(cells) > 1 and sum(map(bool, named)) == 1):
            return False
        self._columns = _columns(cells, number, self._faults)
        return True

    def entry(self, number: int, line: str) -> Entry | None:
        """The entry of a line; None when something in it is wrong."""
        word, mark, rest = line.partition(self._separator)
        if '"' in line or self._columns[0] != "word":
            return self._whole(number, self.cells(number, line))
        like = self._likes.get(rest)
        if like is None:
            like = self._like(number, rest.split(self._separator) if mark else [])
            if like is not None and len(self._likes) < REMEMBERED:
                self._likes[rest] = like
        return self._maker.made(word, like, number) if like else None

    def cells(self, number: int, line: str) -> list[str]:
        """The cells of a line, without the quotation marks that a sheet puts around them."""
        if '"' not in line or self._separator == "\t":
            return line.split(self._separator)
        try:
            return next(csv.reader([line], delimiter=self._separator, strict=True))
        except csv.Error:
            self._faults.add(number, UNPAIRED, line.strip())
            return []

    def _whole(self, number: int, cells: Sequence[str]) -> Entry | None:
        at = self._columns.index("word") if cells else 0
        like = self._like(number, [cell for here, cell in enumerate(cells) if here != at]) if cells else None
        word = cells[at] if at < len(cells) else ""
        return self._maker.made(word, like, number) if like else None

    def _like(self, number: int, cells: Sequence[str]) -> Entry | None:
        """What the cells beside the word say."""
        columns = [column for column in self._columns if column != "word"]
        if any(cell.strip() for cell in cells[len(columns) :]):
            told = f"多了一格，只用前 {len(self._columns)} 格"
            self._faults.add(number, told, cells[len(columns)].strip(), warning=True)
        found = zip(columns, cells, strict=False)
        return self._maker.like({column: cell for column, cell in found if column and cell.strip()}, number)


def _commented(lines: Sequence[str], separator: str) -> Sequence[str]:
    """The columns that a comment above everything else names; none where it does not."""
    first = next((line for line in lines if line.strip()), "").strip()
    names = first.lstrip("# ").split(separator) if first.startswith(COMMENT) else []
    return names if len(names) > 1 and column_of(names[0]) == "word" else []


def _columns(headings: Sequence[str], line: int, faults: Faults) -> Sequence[str]:
    """The columns under these headings; empty for one that nobody would read, which is told."""
    columns: list[str] = []
    for heading in headings:
        column = column_of(heading)
        if heading.strip() and not column:
            known = "、".join(names[0] for names in HEADINGS.values())
            faults.add(line, f"不认识这一列，没有用它；认得的有 {known}", heading.strip(), warning=True)
        columns.append("" if column in columns else column)
    return columns
