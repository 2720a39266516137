"""CSV files as spreadsheets save them."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from knowledge.files.grid import Grid, Line
from knowledge.rows import Problem, Sheet, broken, read_bytes

# What sets cells apart; Excel takes the semicolon where the comma is the decimal sign.
SEPARATORS = (",", ";", "\t")
# One cell longer than this is a quotation mark that was never closed.
LONGEST_CELL = 131_072
UNPAIRED = '引号没有成对：一格里有英文引号 " 时，整格要用引号包起来，里面的引号写两个；这一行没有用上'


def read_csv(path: Path) -> Sheet:
    """The rows of a CSV file: UTF-8 with or without a mark, UTF-16 with one, or GBK; comma, semicolon or tab."""
    file = str(path)
    try:
        data = read_bytes(path)
    except FileNotFoundError:
        return broken(file, 1, "找不到这个文件，请检查文件名")
    except OSError as error:
        return broken(file, 1, f"读不了这个文件：{error.strerror or error}")
    try:
        text = decoded(data)
    except UnicodeDecodeError as error:
        line = 1 + data.count(b"\n", 0, error.start)
        return broken(file, line, "看不出是什么编码；请在 Excel 里另存为“CSV UTF-8”，或直接用 .xlsx")
    problems: list[Problem] = []
    sheet = Grid(file, lines_of(text, file, problems)).sheet()
    return Sheet(sheet.rows, sheet.words, (*problems, *sheet.problems))


def decoded(data: bytes) -> str:
    """The text of a file in the encodings of Chinese spreadsheets; UnicodeDecodeError otherwise."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def lines_of(text: str, file: str, problems: list[Problem]) -> Iterator[Line]:
    """The records of a text, each with the number of its first line; one that is broken is told and left out."""
    lines = text.splitlines(keepends=True)
    separator = _separator(lines)
    start = 0
    while start < len(lines):
        reader = csv.reader(lines[start:], delimiter=separator, strict=True)
        begin = start
        try:
            for cells in reader:
                yield Line(begin + 1, cells)
                begin = start + reader.line_num
            return
        except csv.Error:
            problems.append(Problem(file, begin + 1, (), UNPAIRED, lines[begin].strip()))
        start = begin + 1


def _separator(lines: Sequence[str]) -> str:
    """What stands most often in the first line that has any."""
    for line in lines:
        counts = {mark: line.count(mark) for mark in SEPARATORS}
        if any(counts.values()):
            return max(SEPARATORS, key=lambda mark: counts[mark])
    return SEPARATORS[0]
