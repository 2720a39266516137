"""Logistic regression for a handful of features: scores become probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

# Newton's method (iteratively reweighted least squares) settles within a few steps at this size.
STEPS = 25
# The ridge keeps weights finite where the classes part cleanly.
RIDGE = 0.01


@dataclass(frozen=True, slots=True)
class Example:
    """One observation: its features, what it was, how much it counts, and the log-odds known beforehand."""

    features: tuple[float, ...]
    positive: bool
    weight: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class Logistic:
    """A fitted model: one weight a feature, and the bias last."""

    weights: tuple[float, ...]

    def probability(self, features: Sequence[float], offset: float = 0.0) -> float:
        """The probability in (0, 1) that the observation is positive."""
        return _sigmoid(_dot(self.weights, (*features, 1.0)) + offset)


def fit(examples: Sequence[Example], size: int, start: Logistic | None = None) -> Logistic:
    """The maximum a posteriori weights of `size` features and a bias under a Gaussian prior; deterministic.

    From a `start` nearby they are found sooner.
    """
    weights = list(start.weights) if start else [0.0] * (size + 1)
    for _ in range(STEPS):
        gradient, curvature = _derivatives(examples, weights)
        change = _solve(curvature, gradient)
        weights = [weight + step for weight, step in zip(weights, change, strict=True)]
        if max(map(abs, change)) < 1e-6:
            break
    return Logistic(tuple(weights))


def _derivatives(examples: Sequence[Example], weights: Sequence[float]) -> tuple[list[float], list[list[float]]]:
    size = len(weights)
    # The bias is not shrunk: it carries the share of positives.
    ridge = [RIDGE] * (size - 1) + [1e-6]
    gradient = [-shrink * weight for shrink, weight in zip(ridge, weights, strict=True)]
    curvature = [[ridge[row] if row == column else 0.0 for column in range(size)] for row in range(size)]
    for example in examples:
        features = (*example.features, 1.0)
        chance = _sigmoid(_dot(weights, features) + example.offset)
        error = example.weight * (example.positive - chance)
        spread = example.weight * max(chance * (1 - chance), 1e-9)
        for row, value in enumerate(features):
            gradient[row] += error * value
            for column, other in enumerate(features):
                curvature[row][column] += spread * value * other
    return gradient, curvature


def _solve(matrix: list[list[float]], vector: list[float]) -> list[float]:
    """Gaussian elimination with pivoting; the matrix is positive definite here."""
    rows = [[*row, value] for row, value in zip(matrix, vector, strict=True)]
    size = len(rows)
    for at in range(size):
        pivot = max(range(at, size), key=lambda row: abs(rows[row][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        for below in range(at + 1, size):
            factor = rows[below][at] / rows[at][at]
            rows[below] = [value - factor * above for value, above in zip(rows[below], rows[at], strict=True)]
    solved = [0.0] * size
    for at in reversed(range(size)):
        known = sum(rows[at][column] * solved[column] for column in range(at + 1, size))
        solved[at] = (rows[at][size] - known) / rows[at][at]
    return solved


def _dot(left: Sequence[float], right: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))


def _sigmoid(value: float) -> float:
    return 1 / (1 + exp(-max(-40.0, min(40.0, value))))
