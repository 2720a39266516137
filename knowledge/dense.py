"""Search by meaning: how near a text's vector is to that of every wording."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.wordings import Scores

Vector = NDArray[np.float32]
# Rows are turned into 32-bit numbers in pieces of so many: 6 MB at a time for vectors of 384.
BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Meaning:
    """The vectors of a base's wordings, one a row, of length 1 around their mean.

    `known` tells which rows have a vector yet; the others are 0. Sentence encoders crowd all vectors into a narrow
    cone; taking the base's mean off opens it (Mu and Viswanath, "All-but-the-Top", ICLR 2018).
    """

    mean: Vector
    rows: Vector
    known: NDArray[np.bool_]

    @classmethod
    def of(cls, vectors: Vector, known: NDArray[np.bool_] | None = None) -> "Meaning":
        """The meaning of a base whose wordings have these vectors (n, size)."""
        known = np.ones(len(vectors), dtype=np.bool_) if known is None else known
        size = vectors.shape[1]
        mean = vectors[known].mean(axis=0, dtype=np.float32) if known.any() else np.zeros(size, dtype=np.float32)
        rows = np.zeros(vectors.shape, dtype=np.float32)
        for start in range(0, len(vectors), BLOCK):
            part = slice(start, start + BLOCK)
            rows[part] = np.where(known[part, None], centred(vectors[part], mean), 0)
        return cls(mean, rows, known)

    def likeness(self, vector: Vector) -> Scores:
        """The cosine with every wording, in [-1, 1]; 0 where there is no vector yet."""
        asked = centred(vector[None], self.mean)[0]
        parts = (self.rows[start : start + BLOCK] for start in range(0, len(self.rows), BLOCK))
        # A copy of rows that are so already would take longer than the product.
        found = [part.astype(np.float32, copy=False) @ asked for part in parts]
        return np.concatenate(found).astype(np.float64) if found else np.zeros(0)


def centred(vectors: Vector, mean: Vector) -> Vector:
    """Vectors around a mean, of length 1."""
    moved = vectors - mean
    moved /= np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), np.float32(1e-9))
    return moved
