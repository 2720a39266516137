"""Labelled texts in files: one JSON object a line, {text, label}."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlp.classify.sparse import Floats


class Unreadable(ValueError):
    """A row of a file of labelled texts is not what it should be; in Chinese, with file and line."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Labelled texts with their vectors, (texts, size), where there is an encoder."""

    texts: Sequence[str]
    labels: Sequence[str]
    vectors: Floats | None = None

    def take(self, rows: Sequence[int]) -> "Rows":
        """Some of the rows."""
        vectors = None if self.vectors is None else self.vectors[list(rows)]
        return Rows([self.texts[row] for row in rows], [self.labels[row] for row in rows], vectors)

    @classmethod
    def read(cls, path: Path) -> "Rows":
        """The rows of a file; a label is a text or a number. Unreadable for anything else, or for nothing."""
        try:
            lines = path.read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise Unreadable(f"{path}：读不了这个文件，应为 UTF-8 的 JSONL") from error
        rows = list(_rows(path, lines))
        if not rows:
            raise Unreadable(f'{path}：是空的，每行写一个 {{"text": "…", "label": "…"}}')
        return cls([text for text, _ in rows], [label for _, label in rows])


def _rows(path: Path, lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _row(line, f"{path}:{number}")


def _row(line: str, place: str) -> tuple[str, str]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise Unreadable(f"{place}：不是 JSON") from error
    text, label = (row.get("text"), row.get("label")) if isinstance(row, dict) else (None, None)
    if not isinstance(text, str):
        raise Unreadable(f"{place}：缺少 text，应为一段文字")
    if not isinstance(label, str | int) or label == "":
        raise Unreadable(f"{place}：缺少 label，应为文字或数字")
    return text, str(label)
