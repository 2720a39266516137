"""Intervals and paired differences, by rows whose answer is known."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pytest

from nlp.bootstrap import Difference, Places, between, difference, interval, samples


@dataclass(frozen=True)
class Right:
    """Which rows were right."""

    rows: Places

    def __len__(self) -> int:
        return len(self.rows)

    def taken(self, rows: Places) -> Self:
        return type(self)(self.rows[rows])


def share(right: Right) -> float:
    return float(right.rows.mean())


HALF = Right(np.array([0, 1] * 50))


def test_samples_repeat_for_the_same_seed() -> None:
    first, again, other = (next(samples(9, seed)) for seed in (4, 4, 5))
    assert (first == again).all()
    assert (first != other).any()


def test_an_interval_is_as_wide_as_chance_makes_it() -> None:
    low, high = interval(HALF, share)
    # The binomial distribution of 100 throws: 0.5 and 1.96 times 0.05 around it.
    assert (low, high) == (pytest.approx(0.4, abs=0.02), pytest.approx(0.6, abs=0.02))
    assert between([1.0, float("nan"), 1.0]) == (1, 1)


def test_a_difference_is_sampled_in_pairs() -> None:
    assert difference(HALF, HALF, share) == Difference(0, 0, 0)
    better = Right(np.where(np.arange(100) < 30, 1, HALF.rows))
    found = difference(better, HALF, share)
    assert found.gain == pytest.approx(0.15)
    # Unpaired it would be from 0.01 to 0.29.
    assert (found.low, found.high) == (pytest.approx(0.08, abs=0.02), pytest.approx(0.22, abs=0.02))
    assert (found.is_better, found.is_worse) == (True, False)
    assert difference(HALF, better, share).is_worse
