"""Multinomial logistic regression: which of several classes, with what probability."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from nlp.classify.sparse import Floats, Numbers

# Corrections that L-BFGS remembers (Nocedal 1980); more do not pay.
REMEMBERED = 8
STEPS = 100
# Accuracy does not change any more long before the gradient vanishes.
SETTLED = 1e-4
# A step must bring this share of what its slope promises (Armijo).
PROMISED = 1e-4


class Design(Protocol):
    """The features of some rows: sparse terms, vectors, or both beside each other."""

    def __len__(self) -> int: ...

    @property
    def width(self) -> int: ...

    def times(self, weights: Floats) -> Floats: ...

    def turned_times(self, weights: Floats) -> Floats: ...

    def take(self, rows: Numbers) -> "Design": ...


@dataclass(frozen=True)
class Dense:
    """Rows of numbers as features."""

    rows: Floats

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def width(self) -> int:
        return int(self.rows.shape[1])

    def times(self, weights: Floats) -> Floats:
        return np.asarray(self.rows @ weights)

    def turned_times(self, weights: Floats) -> Floats:
        return np.asarray(self.rows.T @ weights)

    def take(self, rows: Numbers) -> "Dense":
        return Dense(self.rows[rows])


@dataclass(frozen=True)
class Beside:
    """Two designs side by side."""

    left: Design
    right: Design

    def __len__(self) -> int:
        return len(self.left)

    @property
    def width(self) -> int:
        return self.left.width + self.right.width

    def times(self, weights: Floats) -> Floats:
        cut = self.left.width
        return self.left.times(weights[:cut]) + self.right.times(weights[cut:])

    def turned_times(self, weights: Floats) -> Floats:
        return np.concatenate((self.left.turned_times(weights), self.right.turned_times(weights)))

    def take(self, rows: Numbers) -> "Beside":
        return Beside(self.left.take(rows), self.right.take(rows))


@dataclass(frozen=True)
class Linear:
    """Weights of (features + 1, classes), the bias last."""

    weights: Floats

    def scores(self, design: Design) -> Floats:
        """The score of each class for each row, (rows, classes); `probabilities` of them are the model's."""
        return design.times(self.weights[:-1]) + self.weights[-1]


def fit(design: Design, labels: Numbers, classes: int, strength: float, counts: Floats | None = None) -> Linear:
    """The weights of greatest posterior probability under a Gaussian prior of variance `strength`; deterministic.

    `labels` number the class of each row; `counts` say how much each row counts, 1 where they are not given.
    """
    shape = (design.width + 1, classes)
    rows = np.arange(len(design))
    heavy = strength * (np.ones(len(rows), np.float32) if counts is None else counts)

    def slope(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(shape)
        error = probabilities(Linear(weights).scores(design))
        loss = -float((heavy * np.log(np.maximum(error[rows, labels], 1e-30))).sum(dtype=np.float64))
        error[rows, labels] -= 1
        error *= heavy[:, None]
        gradient = np.concatenate((design.turned_times(error) + weights[:-1], error.sum(axis=0, keepdims=True)))
        return loss + float(np.square(weights[:-1], dtype=np.float64).sum()) / 2, gradient.ravel()

    return Linear(minimise(slope, np.zeros(shape[0] * shape[1], np.float32)).reshape(shape))


def probabilities(scores: Floats) -> Floats:
    """Scores as probabilities that sum up to one in each row (softmax)."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)


def minimise(slope: Callable[[Floats], tuple[float, Floats]], at: Floats) -> Floats:
    """Where a convex function is least, by L-BFGS; `slope` gives its value and gradient."""
    value, gradient = slope(at)
    enough = SETTLED * max(1.0, float(np.abs(gradient).max()))
    memory: list[tuple[Floats, Floats, float]] = []
    for _ in range(STEPS):
        if np.abs(gradient).max() <= enough:
            break
        direction = -_flattened(gradient, memory)
        found = _step(slope, at, value, gradient, direction, 1.0 if memory else 1 / float(np.linalg.norm(gradient)))
        if found is None:
            break
        moved, value, turned = found
        step, change = moved - at, turned - gradient
        bend = float(step @ change)
        if bend > 0:
            memory = [*memory[-REMEMBERED + 1 :], (step, change, bend)]
        at, gradient = moved, turned
    return at


def _flattened(gradient: Floats, memory: Sequence[tuple[Floats, Floats, float]]) -> Floats:
    """The gradient times the inverse curvature as far as it is remembered (two-loop recursion)."""
    result = gradient.copy()
    shares = []
    for step, change, bend in reversed(memory):
        share = float(step @ result) / bend
        result -= share * change
        shares.append(share)
    if memory:
        step, change, bend = memory[-1]
        result *= bend / float(change @ change)
    for (step, change, bend), share in zip(memory, reversed(shares), strict=True):
        result += (share - float(change @ result) / bend) * step
    return result


def _step(
    slope: Callable[[Floats], tuple[float, Floats]],
    at: Floats, value: float, gradient: Floats, direction: Floats, length: float,
) -> tuple[Floats, float, Floats] | None:  # fmt: skip
    """The first of ever shorter steps that brings what it promises; None when none does."""
    promise = float(gradient @ direction)
    for _ in range(20):
        moved = at + np.float32(length) * direction
        reached, turned = slope(moved)
        if reached <= value + PROMISED * length * promise:
            return moved, reached, turned
        length /= 2
    return None
