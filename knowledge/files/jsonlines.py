"""JSONL files: one JSON object a line."""

import json
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from knowledge.files.columns import SEVERAL, key_of, parts
from knowledge.rows import Block, Piece, Problem, Row, Sheet, broken, read_bytes

UNREADABLE = '这一行不是 JSON；每行一个对象，如 {"question": "多久发货？", "answer": "48 小时内"}'

UNKNOWN = "不认识这个键，没有用它"
# How many lines a block has on average, and at most: of a changed file so many are read again.
LINES, MOST_LINES = 64, 256


def read_jsonl(path: Path, known: Container[int] = ()) -> Sheet:
    """The objects of a JSONL file as rows; keys may be English or Chinese, as in the columns of a sheet.

    They come in blocks; of those that are `known` by their keys nothing is looked at.
    """
    file = str(path)
    try:
        return Sheet(blocks=tuple(_Lines(file, read_bytes(path)).blocks(known)))
    except FileNotFoundError:
        return broken(file, 1, "找不到这个文件，请检查文件名")
    except _NotUnicode as error:
        return broken(file, error.line, "文件不是 UTF-8 编码，请另存为 UTF-8")
    except OSError as error:
        return broken(file, 1, f"读不了这个文件：{error.strerror or error}")


class _NotUnicode(Exception):
    """A line is in another encoding, and so the whole file."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True, slots=True)
class _Cut:
    """Lines that stand together in a file: `first` is the number of the first, `key` names their text."""

    start: int
    end: int
    first: int
    key: int


class _Lines:
    """The lines of one file."""

    def __init__(self, file: str, data: bytes) -> None:
        self._file = file
        self._data = data
        # The same few keys stand in every line.
        self._key = cache(key_of)

    def blocks(self, known: Container[int]) -> Iterator[Block]:
        """All of them. _NotUnicode where one that is not `known` cannot be read."""
        for cut in _cuts(self._data):
            if cut.key not in known:
                _check(self._data, cut)
            yield Block(self._file, cut.first, partial(self._piece, cut), cut.key)

    def _piece(self, cut: _Cut) -> Piece:
        rows: list[Row] = []
        problems: list[Problem] = []
        unknown: dict[str, Problem] = {}
        for number, line in enumerate(self._data[cut.start : cut.end].split(b"\n"), cut.first):
            if not (text := line.decode().strip()):
                continue
            value = _object(text)
            if value is None:
                problems.append(Problem(self._file, number, (), UNREADABLE, text[:40]))
                continue
            rows.append(_row(self._file, number, value, self._key))
            for name in value:
                if not self._key(name):
                    unknown.setdefault(name, Problem(self._file, number, (name,), UNKNOWN, warning=True))
        return Piece(rows, problems, tuple(unknown.values()))


def _cuts(data: bytes) -> Iterator[_Cut]:
    """Line by line: to cut a large file in one step would stop all threads.

    What ends a block is in its last line (Muthitacharoen, Chen and Mazières 2001): what comes or goes in one leaves
    those behind it as they are. An empty line, whose hash is 0, ends none.
    """
    start, first, at = 0, 1, 0
    hashes: list[int] = []
    while at <= len(data):
        end = data.find(b"\n", at)
        if end < 0:
            end = len(data)
        hashes.append(hash(data[at:end]))
        at = end + 1
        if hashes[-1] % LINES == 1 or len(hashes) == MOST_LINES or at > len(data):
            yield _Cut(start, end, first, hash(tuple(hashes)))
            start, first = at, first + len(hashes)
            hashes.clear()


def _check(data: bytes, cut: _Cut) -> None:
    try:
        data[cut.start : cut.end].decode()
    except UnicodeDecodeError as error:
        raise _NotUnicode(cut.first + data.count(b"\n", cut.start, cut.start + error.start)) from error


def _object(written: str) -> dict[str, Any] | None:
    try:
        value = json.loads(written)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _row(file: str, number: int, value: Mapping[str, Any], key_of: Callable[[str], str]) -> Row:
    values: dict[str, Any] = {}
    named = {}
    for written, what in value.items():
        key = key_of(written)
        if not key or what is None or key in values:
            continue
        values[key] = _value(key, what)
        named[key] = written
    return Row(file, number, (), values, dict.fromkeys(named, number), named)


def _value(key: str, what: Any) -> Any:
    if key in SEVERAL and isinstance(what, str):
        return list(parts(key, what))
    return str(what) if key == "id" and isinstance(what, int) and not isinstance(what, bool) else what
