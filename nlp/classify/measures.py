"""How well texts were classified: accuracy, macro F1, what was taken for what; and which rows to learn from."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.str_]
Numbers = NDArray[np.int64]
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """The true label of each row, (rows,), and what was told of it, (draws, rows), one line a draw of what was learnt.

    Labels are numbers below `labels`.
    """

    truth: Numbers
    told: Numbers
    labels: int

    @classmethod
    def of(cls, truth: Sequence[str], told: Sequence[Sequence[str]]) -> "Judged":
        """What was told in each draw."""
        names, numbers = np.unique(np.array([list(one) for one in (truth, *told)], np.str_), return_inverse=True)
        numbers = numbers.reshape(1 + len(told), len(truth))
        return cls(numbers[0], numbers[1:], len(names))

    def __len__(self) -> int:
        return len(self.truth)

    def taken(self, rows: Numbers) -> "Judged":
        """These rows only, each as often as it is named."""
        return Judged(self.truth[rows], self.told[:, rows], self.labels)

    def accuracies(self) -> Values:
        """The share of rows that were given their own label, by draw."""
        return np.asarray(np.mean(self.told == self.truth, axis=1))

    def accuracy(self) -> float:
        """The mean over the draws."""
        return float(self.accuracies().mean())

    def macro_f1(self) -> float:
        """The mean over the draws of the mean F1 of all labels, whether true or only told."""
        true = np.bincount(self.truth, minlength=self.labels)
        both = self._counts(np.ones_like(self.told, np.bool_)) + true
        share = 2 * self._counts(self.told == self.truth) / np.maximum(both, 1)
        return float(np.mean(share.sum(axis=1) / (both > 0).sum(axis=1)))

    def _counts(self, rows: NDArray[np.bool_]) -> Numbers:
        """How often each label was told in those rows, (draws, labels)."""
        draws = len(self.told)
        placed = self.told + self.labels * np.arange(draws)[:, None]
        return np.bincount(placed[rows], minlength=draws * self.labels).reshape(draws, self.labels)


def confusions(truth: Sequence[str], told: Sequence[str]) -> Sequence[tuple[str, str, int]]:
    """What was taken for what, and how often: (truth, told, count), the most frequent first."""
    wrong = Counter((a, b) for a, b in zip(truth, told, strict=True) if a != b)
    return [(a, b, count) for (a, b), count in sorted(wrong.items(), key=lambda one: (-one[1], one[0]))]


def drawn(labels: Sequence[str], shots: int, seed: int) -> Numbers:
    """`shots` rows of every label, all where there are fewer; the same for the same seed."""
    chance = np.random.default_rng(seed)
    named = np.array(labels)
    picked = [chance.permutation(np.flatnonzero(named == label))[:shots] for label in sorted(set(labels))]
    return np.concatenate(picked)


def folds(labels: Labels | Numbers, count: int, seed: int = 0) -> Numbers:
    """The part of each row, `count` parts, every class spread evenly over all; the same for the same seed."""
    shuffled = np.random.default_rng(seed).permutation(len(labels))
    order = shuffled[np.argsort(labels[shuffled], kind="stable")]
    found = np.zeros(len(labels), np.int64)
    found[order] = np.arange(len(labels)) % count
    return found
