"""An inverted index in a few arrays: which rows hold a term."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]
Rows = NDArray[np.int32]
Values = NDArray[np.float64]
# The weights of terms in so many rows each.
Weigh = Callable[[Keys, Values], Values]

# So many pairs are put between the others one by one; of more, all are sorted anew.
FEW = 50_000
# Counted in one step: some 2 ms, in which no other thread runs.
STEP = 500_000


@dataclass(frozen=True, slots=True)
class Postings:
    """Rows by term, as compressed sparse rows: 4 bytes a posting and 24 a term. Terms are 64-bit keys.

    The rows of term `t`, ascending, are `rows[starts[t] : starts[t + 1]]`; `weights[t]` is what the term counts.
    """

    keys: Keys
    starts: NDArray[np.int64]
    rows: Rows
    weights: Values
    size: int

    @classmethod
    def of(cls, keys: Keys, rows: Rows, size: int, weigh: Weigh) -> "Postings":
        """The postings of pairs (term, row), of which one may occur several times and counts once.

        The rows of a term are given in ascending order.
        """
        order = np.argsort(keys, kind="stable")
        terms, starts, rows = _compressed(*_once(keys[order], rows[order]))
        return cls(terms, starts, rows, weigh(terms, np.diff(starts).astype(np.float64)), size)

    @classmethod
    def empty(cls) -> "Postings":
        """No rows."""
        nothing = np.zeros(0, np.int64)
        return cls(nothing, np.zeros(1, np.int64), nothing.astype(np.int32), nothing.astype(np.float64), 0)

    def changed(self, moved: Rows, keys: Keys, rows: Rows, size: int, weigh: Weigh) -> "Postings":
        """These postings after each row became `moved[row]`, in the same order, or is gone (-1), and pairs joined them.

        The same as if all were made anew; cheap where few pairs join.
        """
        if not len(self.keys):
            return Postings.of(keys, rows, size, weigh)
        found, counts = self._moved(moved), np.diff(self.starts)
        gone = np.flatnonzero(found < 0)
        if len(gone):
            np.subtract.at(counts, self.starts.searchsorted(gone, side="right") - 1, 1)
            found = np.delete(found, gone)
        old = self.keys[counts > 0], counts[counts > 0]
        keys, rows = _sorted(keys, rows)
        if len(keys) > FEW:
            terms, starts, found = _compressed(
                *_sorted(np.concatenate((np.repeat(*old), keys)), np.append(found, rows))
            )
        else:
            terms, starts, found = _merged(*old, found, keys, rows)
        return Postings(terms, starts, found, weigh(terms, np.diff(starts).astype(np.float64)), size)

    def sums(self, power: int = 1) -> Values:
        """For each row, the sum of its terms' weights, each raised to `power`."""
        weights, counts, sums = self.weights**power, np.diff(self.starts), np.zeros(self.size)
        for first, last in pairwise(self._steps()):
            rows = self.rows[self.starts[first] : self.starts[last]]
            sums += np.bincount(rows, np.repeat(weights[first:last], counts[first:last]), self.size)
        return sums

    def _moved(self, moved: Rows) -> Rows:
        """What became of the row of each posting; in steps, because numpy widens what it looks up by."""
        found = np.empty(len(self.rows), np.int32)
        for start in range(0, len(found), STEP):
            part = slice(start, start + STEP)
            found[part] = moved[self.rows[part]]
        return found

    def _steps(self) -> Sequence[int]:
        """Terms that begin a step, and the end."""
        bounds = self.starts.searchsorted(np.arange(0, len(self.rows), STEP))
        return [*np.unique(bounds).tolist(), len(self.keys)]

    def find(self, keys: Keys) -> NDArray[np.int64]:
        """The numbers of terms; -1 for a term that no row holds."""
        if not len(self.keys):
            return np.full(len(keys), -1)
        at = self.keys.searchsorted(keys)
        return np.where(self.keys.take(at, mode="clip") == keys, at, -1)

    def matched(self, terms: Sequence[int] | NDArray[np.int64], weights: Sequence[float] | Values) -> Values:
        """For each row, the sum of the weights of those terms that it holds."""
        if not len(terms):
            return np.zeros(self.size)
        # Plain numbers: to look one up in an array takes longer than all else that is done with it.
        starts, ends = self.starts.take(terms), self.starts[1:].take(terms)
        rows = self.rows
        spans = [rows[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        return _summed(np.concatenate(spans), np.repeat(weights, ends - starts), self.size)


def _summed(rows: Rows, weights: Values, size: int) -> Values:
    if len(rows) <= STEP:
        return np.bincount(rows, weights, size).astype(np.float64, copy=False)
    parts = [slice(start, start + STEP) for start in range(0, len(rows), STEP)]
    sums = np.zeros(size)
    for part in parts:
        sums += np.bincount(rows[part], weights[part], size)
    return sums


def _sorted(keys: Keys, rows: Rows) -> tuple[Keys, Rows]:
    """The pairs by term and row, each once."""
    order = np.lexsort((rows, keys))
    return _once(keys[order], rows[order])


def _once(keys: Keys, rows: Rows) -> tuple[Keys, Rows]:
    fresh = np.ones(len(keys), np.bool_)
    fresh[1:] = (keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1])
    return keys[fresh], rows[fresh]


def _compressed(keys: Keys, rows: Rows) -> tuple[Keys, NDArray[np.int64], Rows]:
    starts = np.flatnonzero(np.append(True, keys[1:] != keys[:-1])) if len(keys) else np.zeros(0, np.int64)
    return keys[starts], np.append(starts, len(keys)).astype(np.int64), rows


def _merged(
    terms: Keys, counts: NDArray[np.int64], found: Rows, keys: Keys, rows: Rows
) -> tuple[Keys, NDArray[np.int64], Rows]:
    """Sorted pairs put between those of `terms`."""
    starts = np.append(0, np.cumsum(counts)).astype(np.int64)
    at = np.searchsorted(terms, keys)
    known = np.append(terms, 0)[at] == keys
    known[at == len(terms)] = False
    places = starts[at]
    for pair in np.flatnonzero(known).tolist():
        first, last = starts[at[pair]], starts[at[pair] + 1]
        places[pair] = first + np.searchsorted(found[first:last], rows[pair])
    fresh = ~known & np.append(True, keys[1:] != keys[:-1])[: len(keys)]
    joined = np.insert(terms, at[fresh], keys[fresh])
    sizes = np.insert(counts, at[fresh], 0)
    np.add.at(sizes, np.searchsorted(joined, keys), 1)
    return joined, np.append(0, np.cumsum(sizes)).astype(np.int64), np.insert(found, places, rows)
