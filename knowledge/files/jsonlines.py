"""JSONL files: one JSON object a line."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.files.columns import SEVERAL, key_of, parts
from knowledge.rows import Problem, Row, Sheet, broken, read_bytes

UNREADABLE = '这一行不是 JSON；每行一个对象，如 {"question": "多久发货？", "answer": "48 小时内"}'


def read_jsonl(path: Path) -> Sheet:
    """The objects of a JSONL file as rows; keys may be English or Chinese, as in the columns of a sheet."""
    file = str(path)
    try:
        text = read_bytes(path).decode()
    except FileNotFoundError:
        return broken(file, 1, "找不到这个文件，请检查文件名")
    except UnicodeDecodeError as error:
        line = 1 + error.object.count(b"\n", 0, error.start)
        return broken(file, line, "文件不是 UTF-8 编码，请另存为 UTF-8")
    except OSError as error:
        return broken(file, 1, f"读不了这个文件：{error.strerror or error}")
    rows, problems = [], []
    unknown: dict[str, int] = {}
    # The same few keys stand in every line.
    key = cache(key_of)
    for number, plain in enumerate(text.split("\n"), 1):
        if not plain.strip():
            continue
        try:
            value = json.loads(plain)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            rows.append(_row(file, number, value, key))
            for written in value:
                if not key(written):
                    unknown.setdefault(written, number)
        else:
            problems.append(Problem(file, number, (), UNREADABLE, plain.strip()[:40]))
    problems += [Problem(file, at, (name,), "不认识这个键，没有用它", warning=True) for name, at in unknown.items()]
    return Sheet(tuple(rows), (), tuple(problems))


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
