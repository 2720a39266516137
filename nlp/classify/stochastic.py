"""Multinomial logistic regression for very many classes: a few passes over small pieces of the rows (Adam, 2015)."""

from collections.abc import Iterator

import numpy as np

from nlp.classify.logistic import Linear, chances
from nlp.classify.sparse import Floats, Numbers

# Steps in all, and texts that each looks at: at the least so many, and so many that every text is looked at six times.
STEPS, PIECE, PASSES = 240, 128, 6
# Who has learnt from most of the rows before needs half of that.
MORE_STEPS = 120
# How far one step goes, falling evenly to nothing; and how long the means of slope and square remember.
RATE = 0.05
SLOPES, SQUARES = 0.9, 0.99


def learnt(
    rows: Floats, labels: Numbers, classes: int, strength: float, counts: Floats, before: Linear | None = None
) -> Linear:
    """The weights of (rows, features) under a Gaussian prior of variance `strength`, nearly; deterministic.

    `before` is what was learnt from part of these rows.
    """
    weights = np.zeros((rows.shape[1] + 1, classes), np.float32) if before is None else before.weights.copy()
    steps = STEPS if before is None else MORE_STEPS
    slopes, squares, scratch = np.zeros_like(weights), np.zeros_like(weights), np.zeros_like(weights)
    pieces = _pieces(len(rows), max(PIECE, -(-len(rows) * PASSES // STEPS)))
    for step, piece in zip(range(1, steps + 1), pieces, strict=False):
        gradient = _slope(rows[piece], labels[piece], counts[piece], weights)
        gradient[:-1] += np.multiply(weights[:-1], np.float32(len(piece) / (strength * len(rows))), out=scratch[:-1])
        slopes += np.multiply(np.subtract(gradient, slopes, out=scratch), np.float32(1 - SLOPES), out=scratch)
        np.subtract(np.square(gradient, out=scratch), squares, out=scratch)
        squares += np.multiply(scratch, np.float32(1 - SQUARES), out=scratch)
        length = RATE * (1 - step / (steps + 1)) * (1 - SQUARES**step) ** 0.5 / (1 - SLOPES**step)
        np.add(np.sqrt(squares, out=scratch), np.float32(1e-6), out=scratch)
        weights -= np.multiply(np.divide(slopes, scratch, out=scratch), np.float32(length), out=scratch)
    return Linear(weights)


def _pieces(count: int, size: int) -> Iterator[Numbers]:
    """Pieces of the rows without end, all rows in a new order each time."""
    chance = np.random.default_rng(0)
    while True:
        order = chance.permutation(count)
        yield from (order[start : start + size] for start in range(0, count, size))


def _slope(rows: Floats, labels: Numbers, counts: Floats, weights: Floats) -> Floats:
    error = chances(rows @ weights[:-1] + weights[-1])
    error[np.arange(len(labels)), labels] -= 1
    error *= counts[:, None]
    return np.concatenate((rows.T @ error, error.sum(axis=0, keepdims=True)))
