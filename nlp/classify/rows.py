"""Labelled texts in files: one JSON object a line, {text, label}."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp.classify.sparse import Floats
from nlp.jsonl import Unreadable, objects


@dataclass(frozen=True, slots=True)
class Rows:
    """Labelled texts with their vectors, (texts, size), where there is an encoder."""

    texts: Sequence[str]
    labels: Sequence[str]
    vectors: Floats | None = None

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, rows: Sequence[int]) -> "Rows":
        """Some of the rows."""
        vectors = None if self.vectors is None else self.vectors[list(rows)]
        return Rows([self.texts[row] for row in rows], [self.labels[row] for row in rows], vectors)

    @classmethod
    def read(cls, path: Path) -> "Rows":
        """The rows of a file; a label is a text or a number. Unreadable for anything else, or for nothing."""
        rows = [_row(row, place) for place, row in objects(path)]
        return cls([text for text, _ in rows], [label for _, label in rows])


def _row(row: Mapping[str, Any], place: str) -> tuple[str, str]:
    text, label = row.get("text"), row.get("label")
    if not isinstance(text, str):
        raise Unreadable(f"{place}：缺少 text，应为一段文字")
    if not isinstance(label, str | int) or label == "":
        raise Unreadable(f"{place}：缺少 label，应为文字或数字")
    return text, str(label)
