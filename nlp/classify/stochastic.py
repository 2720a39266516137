"""Multinomial logistic regression for very many classes: a few passes over small pieces of the rows (Adam, 2015)."""

import numpy as np

from nlp.classify.logistic import Linear, chances
from nlp.classify.sparse import Floats, Numbers

PASSES = 12
PIECE = 128
# How far one step goes, falling evenly to nothing; and how long the means of slope and square remember.
RATE = 0.05
SLOPES, SQUARES = 0.9, 0.99


def learnt(rows: Floats, labels: Numbers, classes: int, strength: float, counts: Floats) -> Linear:
    """The weights of (rows, features) under a Gaussian prior of variance `strength`, nearly; deterministic."""
    weights = np.zeros((rows.shape[1] + 1, classes), np.float32)
    slopes, squares = np.zeros_like(weights), np.zeros_like(weights)
    chance = np.random.default_rng(0)
    steps = PASSES * (1 + (len(rows) - 1) // PIECE)
    step = 0
    for _ in range(PASSES):
        order = chance.permutation(len(rows))
        for start in range(0, len(rows), PIECE):
            piece = order[start : start + PIECE]
            gradient = _slope(rows[piece], labels[piece], counts[piece], weights)
            gradient[:-1] += weights[:-1] * np.float32(len(piece) / (strength * len(rows)))
            step += 1
            slopes += np.float32(1 - SLOPES) * (gradient - slopes)
            squares += np.float32(1 - SQUARES) * (np.square(gradient) - squares)
            length = RATE * (1 - step / (steps + 1)) * (1 - SQUARES**step) ** 0.5 / (1 - SLOPES**step)
            weights -= np.float32(length) * slopes / (np.sqrt(squares) + np.float32(1e-6))
    return Linear(weights)


def _slope(rows: Floats, labels: Numbers, counts: Floats, weights: Floats) -> Floats:
    error = chances(rows @ weights[:-1] + weights[-1])
    error[np.arange(len(labels)), labels] -= 1
    error *= counts[:, None]
    return np.concatenate((rows.T @ error, error.sum(axis=0, keepdims=True)))
