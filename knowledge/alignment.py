"""Which rows of a changed base are rows of the old one."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)
Value = TypeVar("Value")

# A place that is nowhere.
GONE = -1
# Values compared in one step.
TOGETHER = 1024


class Ends(NamedTuple):
    """How many values are the same from the beginning on, and how many of the others are up to the end."""

    start: int = 0
    end: int = 0

    @classmethod
    def of(cls, old: Sequence[object], new: Sequence[object]) -> "Ends":
        """The ends of two rows of values."""
        most, before, after = min(len(old), len(new)), len(old), len(new)
        start = _common(most, lambda at, to: old[at:to] == new[at:to])
        end = _common(most - start, lambda at, to: old[before - to : before - at] == new[after - to : after - at])
        return cls(start, end)

    def between(self, values: Sequence[Value]) -> Sequence[Value]:
        """What stands between the ends."""
        return values[self.start : len(values) - self.end]

    def around(self, values: Sequence[Value], between: Iterable[Value]) -> tuple[Value, ...]:
        """The ends of old values with new ones between them."""
        return (*values[: self.start], *between, *values[len(values) - self.end :])


@dataclass(frozen=True, slots=True)
class Alignment:
    """Old rows and new rows that are the same, in the same order.

    `moved[old]` is the new row, `GONE` where there is none; `fresh` are the new rows that no old one became.
    """

    moved: NDArray[np.int32]
    fresh: NDArray[np.int32]

    @classmethod
    def of(cls, old: Sequence[str], new: Sequence[str]) -> "Alignment":
        """The alignment of two rows of texts; what stands in another order counts as new where it must."""
        start, end = Ends.of(old, new)
        moved = np.full(len(old), GONE, np.int32)
        moved[:start] = np.arange(start)
        if end:
            moved[-end:] = np.arange(len(new) - end, len(new))
        for before, after in _increasing(old, new, start, end):
            moved[before] = after
        kept = np.zeros(len(new), np.bool_)
        kept[moved[moved >= 0]] = True
        return cls(moved, np.flatnonzero(~kept).astype(np.int32))

    def carried(self, values: NDArray[Number]) -> NDArray[Number]:
        """Values of the old rows at their new places; 0 for fresh ones."""
        stays = self.moved >= 0
        found = np.zeros((int(stays.sum()) + len(self.fresh), *values.shape[1:]), values.dtype)
        found[self.moved[stays]] = values[stays]
        return found


def _common(most: int, same: Callable[[int, int], bool]) -> int:
    """Up to what place all is the `same`: looked at many at a time, and at fewer where it is not."""
    at, step = 0, TOGETHER
    while step:
        while at < most and same(at, min(at + step, most)):
            at = min(at + step, most)
        step //= 2
    return at


def _increasing(old: Sequence[str], new: Sequence[str], start: int, end: int) -> list[tuple[int, int]]:
    """The longest row of pairs between `start` and the last `end` that leaves the order alone."""
    places: dict[str, list[int]] = {}
    for at in range(len(new) - end - 1, start - 1, -1):
        places.setdefault(new[at], []).append(at)
    pairs = [(at, places[old[at]].pop()) for at in range(start, len(old) - end) if places.get(old[at])]
    return [pairs[at] for at in _rising([after for _, after in pairs])]


def _rising(numbers: Sequence[int]) -> list[int]:
    """The places of a longest rising subsequence of different numbers (Fredman 1975)."""
    lows: list[int] = []
    tails: list[int] = []
    before: list[int] = []
    for at, number in enumerate(numbers):
        size = bisect_left(lows, number)
        before.append(tails[size - 1] if size else -1)
        lows[size : size + 1] = [number]
        tails[size : size + 1] = [at]
    found = [tails[-1]] if tails else []
    while found and before[found[-1]] >= 0:
        found.append(before[found[-1]])
    return found[::-1]
