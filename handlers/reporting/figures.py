"""Figures of a report: how long things took, how often something was so, how content people were."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

# 95 % of a normal distribution lie within so many standard deviations.
Z = 1.959964
WORST, BEST = 1, 5


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took: how often it was measured, the middle one, and what nine in ten did not exceed."""

    count: int = 0
    median: timedelta | None = None
    p90: timedelta | None = None

    @classmethod
    def of(cls, durations: Iterable[timedelta]) -> "Spread":
        """The spread of durations; p90 is the nearest rank, a duration that occurred."""
        seconds = sorted(one.total_seconds() for one in durations)
        if not seconds:
            return cls()
        ninth = seconds[math.ceil(0.9 * len(seconds)) - 1]
        return cls(len(seconds), timedelta(seconds=median(seconds)), timedelta(seconds=ninth))


@dataclass(frozen=True, slots=True)
class Share:
    """So many of all."""

    some: int = 0
    all: int = 0

    @classmethod
    def of(cls, judged: Iterable[bool | None]) -> "Share":
        """The share of those that are so; None is not counted."""
        known = [one for one in judged if one is not None]
        return cls(sum(known), len(known))

    @property
    def rate(self) -> float | None:
        """None of none."""
        return self.some / self.all if self.all else None


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores from 1 to 5: how many, their mean, and between what their mean lies with 95 % confidence."""

    count: int = 0
    mean: float | None = None
    low: float | None = None
    high: float | None = None

    @classmethod
    def of(cls, scores: Iterable[int]) -> "Scores":
        """The scores taken together.

        The interval is Wilson's (1927) for the mean as a share of the scale. What varies between its ends varies less
        than what is either, so it errs on the wide side; and it says something of few scores that are all the same.
        """
        given = list(scores)
        if not given:
            return cls()
        mean = sum(given) / len(given)
        low, high = wilson((mean - WORST) / (BEST - WORST), len(given))
        return cls(len(given), mean, WORST + low * (BEST - WORST), WORST + high * (BEST - WORST))


def wilson(rate: float, count: int) -> tuple[float, float]:
    """Wilson's interval (1927) of a rate that was seen in so many trials."""
    weight = Z * Z / count
    middle = (rate + weight / 2) / (1 + weight)
    half = Z / (1 + weight) * math.sqrt(rate * (1 - rate) / count + weight / (4 * count))
    return max(0.0, middle - half), min(1.0, middle + half)
