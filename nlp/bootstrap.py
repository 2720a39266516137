"""How far a measure may be trusted: percentile bootstrap (Efron and Tibshirani, "An Introduction to the Bootstrap")."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

# Enough samples for 95 % intervals, by the same book.
SAMPLES = 1000

Places = NDArray[np.int64]


class Rows(Protocol):
    """What is measured row by row; `taken` are these rows only, each as often as it is named."""

    def __len__(self) -> int: ...

    def taken(self, rows: Places) -> Self: ...


R = TypeVar("R", bound=Rows)


@dataclass(frozen=True, slots=True)
class Difference:
    """How much more of a measure one has than another on the same rows, and the 95 % interval of that."""

    gain: float
    low: float
    high: float

    @property
    def is_worse(self) -> bool:
        """Whether the whole interval lies below nothing."""
        return self.high < 0

    @property
    def is_better(self) -> bool:
        """Whether the whole interval lies above nothing."""
        return self.low > 0


def samples(size: int, seed: int = 0) -> Iterator[Places]:
    """Samples of that many rows with replacement, the same for the same seed."""
    chance = np.random.default_rng(seed)
    for _ in range(SAMPLES):
        yield chance.integers(0, size, size)


def between(values: Sequence[float]) -> tuple[float, float]:
    """Between what the middle 95 % of the values lie; what could not be measured (NaN) does not count."""
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return float(low), float(high)


def interval(rows: R, measure: Callable[[R], float], seed: int = 0) -> tuple[float, float]:
    """The 95 % interval of a measure, sampled by row."""
    return between([measure(rows.taken(picked)) for picked in samples(len(rows), seed)])


def difference(ours: R, other: R, measure: Callable[[R], float], seed: int = 0) -> Difference:
    """The difference of a measure on the same rows, sampled in pairs."""
    found = [measure(ours.taken(rows)) - measure(other.taken(rows)) for rows in samples(len(ours), seed)]
    return Difference(measure(ours) - measure(other), *between(found))
