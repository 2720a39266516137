"""How well texts were classified: accuracy, macro F1, their intervals, what was taken for what."""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

# Efron and Tibshirani, "An Introduction to the Bootstrap" (1993): enough draws for 95 % intervals.
DRAWS = 1000

Labels = NDArray[np.str_]
Measure = Callable[[Labels, Labels], float]


def accuracy(truth: Labels, told: Labels) -> float:
    """The share of rows that were given their own label."""
    return float(np.mean(truth == told)) if len(truth) else 0.0


def macro_f1(truth: Labels, told: Labels) -> float:
    """The mean over all labels, whether true or only told, of each one's F1."""
    names, numbers = np.unique(np.concatenate((truth, told)), return_inverse=True)
    true, said = numbers[: len(truth)], numbers[len(truth) :]
    hits = np.bincount(true[true == said], minlength=len(names))
    both = np.bincount(true, minlength=len(names)) + np.bincount(said, minlength=len(names))
    return float(np.mean(2 * hits / both)) if len(names) else 0.0


def interval(truth: Labels, told: Labels, measure: Measure, seed: int = 0) -> tuple[float, float]:
    """The 95 % interval of a measure: percentile bootstrap by row."""
    chance = np.random.default_rng(seed)
    drawn = (chance.integers(0, len(truth), len(truth)) for _ in range(DRAWS))
    values = [measure(truth[rows], told[rows]) for rows in drawn]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def confusions(truth: Labels, told: Labels) -> Sequence[tuple[str, str, int]]:
    """What was taken for what, and how often: (truth, told, count), the most frequent first."""
    wrong = Counter((str(a), str(b)) for a, b in zip(truth, told, strict=True) if a != b)
    return [(a, b, count) for (a, b), count in sorted(wrong.items(), key=lambda one: (-one[1], one[0]))]


def drawn(labels: Sequence[str], shots: int, seed: int) -> NDArray[np.int64]:
    """`shots` rows of every label, all where there are fewer; the same for the same seed."""
    chance = np.random.default_rng(seed)
    named = np.array(labels)
    picked = [chance.permutation(np.flatnonzero(named == label))[:shots] for label in sorted(set(labels))]
    return np.concatenate(picked)
