"""The least value of a smooth convex function: limited-memory BFGS (Nocedal 1980)."""

from collections.abc import Callable, Sequence

import numpy as np

from nlp.classify.sparse import Floats

Slope = Callable[[Floats], tuple[float, Floats]]

# Corrections that are remembered; more do not pay.
REMEMBERED = 8
STEPS = 100
# Accuracy does not change any more long before the gradient vanishes.
SETTLED = 1e-3
# A step must bring this share of what its slope promises (Armijo), or it is halved, so many times at most.
PROMISED = 1e-4
HALVINGS = 20


def minimise(slope: Slope, at: Floats) -> Floats:
    """Where the function is least, beginning at `at`; `slope` gives its value and gradient."""
    value, gradient = slope(at)
    enough = SETTLED * float(np.abs(gradient).max())
    memory: list[tuple[Floats, Floats, float]] = []
    for _ in range(STEPS):
        if np.abs(gradient).max() <= enough:
            break
        direction = -_flattened(gradient, memory)
        first = 1.0 if memory else 1 / max(float(np.linalg.norm(gradient)), 1e-12)
        found = _step(slope, at, value, gradient, direction, first)
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
        result -= np.float32(share) * change
        shares.append(share)
    if memory:
        _, change, bend = memory[-1]
        result *= np.float32(bend / float(change @ change))
    for (step, change, bend), share in zip(memory, reversed(shares), strict=True):
        result += np.float32(share - float(change @ result) / bend) * step
    return result


def _step(
    slope: Slope, at: Floats, value: float, gradient: Floats, direction: Floats, length: float
) -> tuple[Floats, float, Floats] | None:
    """The first of ever shorter steps that brings what it promises; None when none does."""
    promise = float(gradient @ direction)
    for _ in range(HALVINGS):
        moved = at + np.float32(length) * direction
        reached, turned = slope(moved)
        if reached <= value + PROMISED * length * promise:
            return moved, reached, turned
        length /= 2
    return None
