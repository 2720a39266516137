"""Search by meaning in a large base: all rows by their main directions, the nearest of them exactly."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.alignment import Alignment
from knowledge.dense import BLOCK, Meaning, Vector, centred
from knowledge.wordings import Scores

Known = NDArray[np.bool_]
# The vectors of some rows, (n, size), and which of them there are.
Read = Callable[[slice], tuple[Vector, Known]]

# So many rows are compared exactly in some 3 ms and 30 MB; of more, a sketch is made.
EXACT = 20_000
# Directions that a sketch keeps, and how many rows are compared exactly afterwards: of 29,894 real questions, these
# held the nearest of 500 others 499 times, and 99.9 % of the nearest ten.
AXES, NEAR = 96, 4096
# Rows that the directions are learnt from.
LEARNT = 8192


@dataclass(frozen=True, slots=True)
class Sketch:
    """The vectors of a large base in a quarter of the room: the main directions of each in `short` (Pearson 1901), and
    all of it in bytes.

    The same as `Meaning` to those who use it; rows that are far from a text have a likeness that is only about right.
    """

    mean: Vector
    axes: Vector
    short: Vector
    codes: NDArray[np.int8]
    scales: Vector
    known: Known

    @classmethod
    def of(cls, read: Read, count: int, size: int) -> "Sketch":
        """The sketch of so many rows of vectors of this size, read a block at a time."""
        mean, axes = _learnt(read, count, size)
        made = cls(
            mean, axes, np.zeros((count, axes.shape[1]), np.float32), np.zeros((count, size), np.int8),
            np.zeros(count, np.float32), np.zeros(count, np.bool_),
        )  # fmt: skip
        for part in _blocks(count):
            vectors, made.known[part] = read(part)
            moved = centred(vectors, mean) * made.known[part, None]
            made.short[part] = moved @ axes
            largest = np.maximum(np.abs(moved).max(axis=1, initial=0), np.float32(1e-9))
            made.scales[part] = largest / 127
            made.codes[part] = np.round(moved / made.scales[part, None])
        return made

    def likeness(self, vector: Vector) -> Scores:
        """The cosine with every wording, in [-1, 1]; 0 where there is no vector yet."""
        asked = centred(vector[None], self.mean)[0]
        about: Vector = self.short @ (self.axes.T @ asked)
        near = np.argpartition(about, -min(NEAR, len(about)))[-NEAR:]
        about[near] = (self.codes[near].astype(np.float32) @ asked) * self.scales[near]
        return about.astype(np.float64)

    def changed(self, since: Alignment) -> "Sketch":
        """The sketch of a base that changed: fresh wordings are not known yet."""
        return Sketch(
            self.mean, self.axes, since.carried(self.short), since.carried(self.codes), since.carried(self.scales),
            since.carried(self.known),
        )  # fmt: skip


def meaning_of(read: Read, count: int, size: int) -> Meaning | Sketch:
    """The meaning of so many rows."""
    return Meaning.of(*read(slice(0, count))) if count <= EXACT else Sketch.of(read, count, size)


def _learnt(read: Read, count: int, size: int) -> tuple[Vector, Vector]:
    """The mean of all rows, and the main directions of an even sample around it, (size, AXES)."""
    total, step = np.zeros(size, np.float64), max(1, count // LEARNT)
    found, sample = 0, []
    for part in _blocks(count):
        vectors, known = read(part)
        total += vectors.sum(axis=0, dtype=np.float64)
        found += int(known.sum())
        sample.append(vectors[known][::step])
    mean = (total / max(found, 1)).astype(np.float32)
    moved = centred(np.concatenate(sample), mean)
    return mean, np.ascontiguousarray(np.linalg.eigh(moved.T @ moved)[1][:, -AXES:])


def _blocks(count: int) -> list[slice]:
    return [slice(start, min(start + BLOCK, count)) for start in range(0, count, BLOCK)]
