"""Sparse matrices, as far as a linear model needs them: rows of a few values among many columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]
Products = NDArray[np.float64]

# Up to so many columns of weights one histogram each is faster than sums over slices.
FEW = 6


@dataclass(frozen=True)
class Sparse:
    """A (rows, columns) matrix by rows: row i holds `values[starts[i]:starts[i + 1]]` at those places of `columns`."""

    values: Floats
    columns: Numbers
    starts: Numbers
    width: int

    def __len__(self) -> int:
        return len(self.starts) - 1

    @classmethod
    def of(cls, rows: Sequence[tuple[Sequence[int], Sequence[float]]], width: int) -> "Sparse":
        """The matrix of these rows of columns and values."""
        if len(rows) == 1:
            return cls._of_one(*rows[0], width)
        starts = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        columns = np.fromiter((one for columns, _ in rows for one in columns), np.int64, int(starts[-1]))
        values = np.fromiter((one for _, values in rows for one in values), np.float32, int(starts[-1]))
        return cls(values, columns, starts, width)

    @classmethod
    def _of_one(cls, columns: Sequence[int], values: Sequence[float], width: int) -> "Sparse":
        """The same for one row, which is what every message makes."""
        ends = np.array([0, len(columns)], np.int64)
        return cls(np.array(values, np.float32), np.array(columns, np.int64), ends, width)

    def take(self, rows: Numbers) -> "Sparse":
        """Some of the rows, in that order."""
        counts = self.starts[rows + 1] - self.starts[rows]
        starts = np.concatenate(([0], np.cumsum(counts)))
        places = np.repeat(self.starts[rows] - starts[:-1], counts) + np.arange(starts[-1])
        return Sparse(self.values[places], self.columns[places], starts, self.width)

    def counted(self) -> "Sparse":
        """The same places, each with the value one."""
        return Sparse(np.ones_like(self.values), self.columns, self.starts, self.width)

    def gram(self) -> Products:
        """The products of all pairs of rows, (rows, rows)."""
        order, starts = self._turned
        owners, values = self._owners[order], self.values[order].astype(np.float64)
        products = np.zeros((len(self), len(self)))
        alone = np.diff(starts)[self.columns[order]] == 1
        np.add.at(products, (owners[alone], owners[alone]), np.square(values[alone]))
        for column in np.flatnonzero(np.diff(starts) > 1):
            here = slice(starts[column], starts[column + 1])
            products[owners[here][:, None], owners[here]] += np.outer(values[here], values[here])
        return products

    def times(self, weights: Floats | NDArray[np.int8]) -> Floats:
        """The product with (columns, k) weights: (rows, k)."""
        if len(self) == 1:
            return np.asarray(self.values @ weights[self.columns], np.float32)[None]
        return _summed(self.values, self.columns, self._owners, self.starts, weights, len(self))

    def turned_times(self, weights: Floats) -> Floats:
        """The product of the transposed matrix with (rows, k) weights: (columns, k)."""
        order, starts = self._turned
        owners = self.columns if weights.shape[1] <= FEW else self.columns[order]
        if weights.shape[1] <= FEW:
            return _summed(self.values, self._owners, owners, starts, weights, self.width)
        return _summed(self.values[order], self._owners[order], owners, starts, weights, self.width)

    @cached_property
    def _owners(self) -> Numbers:
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    @cached_property
    def _turned(self) -> tuple[Numbers, Numbers]:
        """The values by columns: their order, and where each column starts in it."""
        order = np.argsort(self.columns, kind="stable")
        return order, np.searchsorted(self.columns[order], np.arange(self.width + 1))


def _summed(
    values: Floats, places: Numbers, owners: Numbers, starts: Numbers, weights: Floats | NDArray[np.int8], size: int
) -> Floats:
    """For each owner the sum of its values times the weights at their places."""
    count = weights.shape[1]
    if count <= FEW:
        sums = [np.bincount(owners, values * weights[places, one], size) for one in range(count)]
        return np.stack(sums, axis=1).astype(np.float32)
    product = values[:, None] * weights[places]
    total = np.zeros((size, count), np.float32)
    filled = np.flatnonzero(np.diff(starts))
    if len(filled):
        total[filled] = np.add.reduceat(product, starts[filled], axis=0)
    return total
