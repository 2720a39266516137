"""Files of evaluation rows: UTF-8, one JSON object a line."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


class Unreadable(ValueError):
    """A row of an evaluation file is not what it should be; in Chinese, with file and line."""


def objects(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects of a file, each with its place `file:line`; empty lines are left out. Unreadable for anything else.

    A file without any object is unreadable, too.
    """
    try:
        # Not `splitlines`: it would also cut at marks that JSON lets stand within a text, as U+2028.
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path}：读不了这个文件，应为 UTF-8 的 JSONL") from error
    if not any(line.strip() for line in lines):
        raise Unreadable(f"{path}：一行也没有，应为一行一个 JSON 对象")
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield f"{path}:{number}", _object(line, f"{path}:{number}")


def _object(line: str, place: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{place}：不是 JSON") from error
    if not isinstance(row, dict):
        raise Unreadable(f"{place}：应为一个 JSON 对象")
    return row
