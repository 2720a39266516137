"""JSONL files: one JSON object a line."""

import json
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.files.columns import SEVERAL, key_of, parts
from knowledge.rows import Problem, Row, Sheet, Unread, broken, read_bytes

UNREADABLE = '这一行不是 JSON；每行一个对象，如 {"question": "多久发货？", "answer": "48 小时内"}'


def read_jsonl(path: Path, known: Container[int] = ()) -> Sheet:
    """The objects of a JSONL file as rows; keys may be English or Chinese, as in the columns of a sheet.

    A line whose text is `known` by its key is not read.
    """
    file = str(path)
    try:
        return _Lines(file, known).sheet(read_bytes(path))
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


class _Lines:
    """The lines of one file."""

    def __init__(self, file: str, known: Container[int]) -> None:
        self._file = file
        self._known = known
        self._problems: list[Problem] = []
        self._unknown: dict[str, int] = {}
        # The same few keys stand in every line.
        self._key = cache(key_of)

    def sheet(self, data: bytes) -> Sheet:
        """All of them. _NotUnicode where one cannot be read."""
        rows = tuple(self._rows(data))
        unread = [
            Problem(self._file, at, (name,), "不认识这个键，没有用它", warning=True)
            for name, at in self._unknown.items()
        ]
        return Sheet(rows, (), (*self._problems, *unread))

    def _rows(self, data: bytes) -> Iterator[Row | Unread]:
        for number, written in enumerate(_lines(data), 1):
            key = hash(written)
            if key in self._known:
                yield Unread(self._file, number, written, key, self._row)
            elif text := _text(written, number).strip():
                value = _object(text)
                if value is None:
                    self._problems.append(Problem(self._file, number, (), UNREADABLE, text[:40]))
                else:
                    yield self._read(number, value, key)

    def _read(self, number: int, value: Mapping[str, Any], key: int) -> Row:
        unknown = [name for name in value if not self._key(name)]
        for name in unknown:
            self._unknown.setdefault(name, number)
        # Of a line with such a key there is more to tell than what is wrong with the row.
        return replace(_row(self._file, number, value, self._key), key=None if unknown else key)

    def _row(self, file: str, number: int, written: bytes) -> Row:
        return _row(file, number, _object(written.decode()) or {}, self._key)


def _lines(data: bytes) -> Iterator[bytes]:
    """One by one: to cut a large file in one step would stop all threads."""
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        yield data[start:end]
        start = end + 1
    yield data[start:]


def _text(written: bytes, number: int) -> str:
    try:
        return written.decode()
    except UnicodeDecodeError as error:
        raise _NotUnicode(number) from error


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
