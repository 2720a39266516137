"""A company's own labels: CSV or JSONL, one text a line with its mood and, if known, whether it is urgent."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp.mood import NAMES, Example

MOST = 20_000
YES = frozenset({"是", "急", "着急", "1", "true", "yes"})
NO = frozenset({"否", "不", "不急", "0", "false", "no"})
MOODS = "不满、满意、平常"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line, in Chinese."""

    file: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Labels:
    """What the files hold, and what is wrong in them."""

    examples: tuple[Example, ...] = ()
    faults: tuple[Fault, ...] = ()

    @classmethod
    def read(cls, paths: Iterable[Path]) -> "Labels":
        """The labels of all files; every fault is reported, and nothing is raised."""
        found = [one for path in paths for one in _file(path)]
        examples = tuple(one for one in found if isinstance(one, Example))
        faults = [one for one in found if isinstance(one, Fault)]
        if len(examples) > MOST:
            faults.append(Fault("", 0, f"标签最多 {MOST} 条，现在有 {len(examples)} 条，请删去旧的"))
        return cls(examples[:MOST], tuple(faults))


def _file(path: Path) -> Iterator[Example | Fault]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        yield Fault(str(path), 1, "读不了这个文件，应为 UTF-8 的 CSV 或 JSONL")
        return
    read = _lines if path.suffix.lower() == ".jsonl" else _cells
    for line, row in read(text):
        yield _example(row, str(path), line)


def _cells(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.DictReader(text.splitlines())
    for row in reader:
        yield reader.line_num, row


def _lines(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield number, _row(line)


def _row(line: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        return {}
    return row if isinstance(row, dict) else {}


def _example(row: Mapping[str, Any], file: str, line: int) -> Example | Fault:
    text, label, urgent = row.get("text"), str(row.get("label", "")).strip().lower(), row.get("urgent")
    if not isinstance(text, str) or not text.strip():
        return Fault(file, line, "缺少 text，应为客户说的一句话")
    if label not in NAMES:
        return Fault(file, line, f"label 应为 {MOODS} 之一，现在是“{label}”")
    said = str(urgent if urgent is not None else "").strip().lower()
    if said and said not in YES | NO:
        return Fault(file, line, f"urgent 应为 是 或 否，现在是“{said}”")
    return Example(text.strip(), NAMES[label], said in YES if said else None)
