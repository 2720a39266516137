"""Multinomial logistic regression: which of several classes, with what probability."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from nlp.classify.descent import minimise
from nlp.classify.sparse import Floats, Numbers, Products


class Design(Protocol):
    """The features of some rows: sparse terms, vectors, or both beside each other."""

    def __len__(self) -> int: ...

    @property
    def width(self) -> int: ...

    def times(self, weights: Floats) -> Floats: ...

    def turned_times(self, weights: Floats) -> Floats: ...

    def take(self, rows: Numbers) -> "Design": ...

    def gram(self) -> Products: ...


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

    def gram(self) -> Products:
        return np.asarray(self.rows @ self.rows.T, np.float64)


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

    def gram(self) -> Products:
        return self.left.gram() + self.right.gram()


@dataclass(frozen=True)
class Linear:
    """Weights of (features + 1, classes), the bias last."""

    weights: Floats

    def scores(self, design: Design) -> Floats:
        """The score of each class for each row, (rows, classes); `chances` of them are the model's probabilities."""
        scores: Floats = design.times(self.weights[:-1]) + self.weights[-1]
        return scores


def fit(design: Design, labels: Numbers, classes: int, strength: float, counts: Floats | None = None) -> Linear:
    """The weights of greatest posterior probability under a Gaussian prior of variance `strength`; deterministic.

    `labels` number the class of each row; `counts` say how much each row counts, 1 where they are not given.
    """
    shape = (design.width + 1, classes)
    rows = np.arange(len(design))
    heavy = np.ones(len(rows), np.float32) * strength if counts is None else counts * np.float32(strength)

    def slope(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(shape)
        error = chances(Linear(weights).scores(design))
        loss = -float((heavy * np.log(np.maximum(error[rows, labels], 1e-30))).sum(dtype=np.float64))
        error[rows, labels] -= 1
        error *= heavy[:, None]
        gradient = np.concatenate((design.turned_times(error) + weights[:-1], error.sum(axis=0, keepdims=True)))
        return loss + float(np.square(weights[:-1], dtype=np.float64).sum()) / 2, gradient.ravel()

    return Linear(minimise(slope, np.zeros(shape[0] * shape[1], np.float32)).reshape(shape))


def chances(scores: Floats) -> Floats:
    """Scores as probabilities that sum up to one in each row (softmax)."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)
