"""An inverted index in a few arrays: which rows hold a term."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]
Rows = NDArray[np.int32]
Values = NDArray[np.float64]


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
    def of(cls, keys: Keys, rows: Rows, size: int, weigh: Callable[[Keys, Values], Values]) -> "Postings":
        """The postings of pairs (term, row), of which one may occur several times and counts once.

        `weigh` gives the weights of terms in so many rows each.
        """
        order = np.argsort(keys, kind="stable")
        keys, rows = keys[order], rows[order]
        if len(keys):
            fresh = np.concatenate(([True], (keys[1:] != keys[:-1]) | (rows[1:] != rows[:-1])))
            keys, rows = keys[fresh], rows[fresh]
        terms, starts = np.unique(keys, return_index=True)
        starts = np.append(starts, len(keys)).astype(np.int64)
        return cls(terms, starts, rows, weigh(terms, np.diff(starts).astype(np.float64)), size)

    def sums(self, power: int = 1) -> Values:
        """For each row, the sum of its terms' weights, each raised to `power`."""
        weights = np.repeat(self.weights**power, np.diff(self.starts))
        return _summed(self.rows, weights, self.size)

    def find(self, keys: Keys) -> NDArray[np.int64]:
        """The numbers of terms; -1 for a term that no row holds."""
        if not len(self.keys):
            return np.full(len(keys), -1)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[at] == keys, at, -1)

    def matched(self, terms: Sequence[int] | NDArray[np.int64], weights: Sequence[float] | Values) -> Values:
        """For each row, the sum of the weights of those terms that it holds."""
        spans = [self.rows[self.starts[term] : self.starts[term + 1]] for term in terms]
        if not spans:
            return np.zeros(self.size)
        counts = [len(span) for span in spans]
        return _summed(np.concatenate(spans), np.repeat(weights, counts), self.size)


def _summed(rows: Rows, weights: Values, size: int) -> Values:
    return np.bincount(rows, weights, size).astype(np.float64, copy=False)
