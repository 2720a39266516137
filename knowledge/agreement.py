"""How well the parts of a question and of a wording find each other: a second opinion on the nearest few."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.dense import Vector
from knowledge.wordings import Scores
from nlp.encode.encoder import Encoder
from nlp.encode.parts import agreement

# Gives the parts of texts, a row each, and which of them are known.
ReadParts = Callable[[Sequence[str]], tuple[NDArray[np.float32], NDArray[np.bool_]]]


class PartsTable:
    """The parts of a base's wordings in memory, where nothing is kept on disk; `parts` encodes them."""

    def __init__(self, parts: Encoder | None) -> None:
        self._parts = parts
        self._rows: dict[str, NDArray[np.float16]] = {}

    def add(self, texts: Sequence[str]) -> None:
        """Take in wordings that were just encoded."""
        if self._parts:
            self._rows.update(zip(texts, self._parts.encode(texts).astype(np.float16), strict=True))

    @property
    def agreement(self) -> "Agreement | None":
        """With what is asked; None where the model tells no parts."""
        parts = self._parts
        return Agreement(lambda text: parts.encode([text])[0], self._read) if parts else None

    def _read(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        rows = np.stack([self._rows[text] for text in texts]).astype(np.float32)
        return rows, np.ones(len(rows), np.bool_)


@dataclass(frozen=True, slots=True)
class Agreement:
    """`encode` gives the parts of what is asked, `read` those of wordings."""

    encode: Callable[[str], Vector]
    read: ReadParts

    def likeness(self, text: str, wordings: Sequence[str]) -> tuple[Scores, NDArray[np.bool_]]:
        """In [0, 1] for each wording, and which of them have parts."""
        rows, known = self.read(wordings)
        return np.maximum(agreement(self.encode(text), rows), 0).astype(np.float64), known
