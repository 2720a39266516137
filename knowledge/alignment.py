"""Which rows of a changed base are rows of the old one."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)

# A place that is nowhere.
GONE = -1


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
        most = min(len(old), len(new))
        start = _common(old, new, most)
        end = _common(reversed(old), reversed(new), most - start)
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


def _common(old: Iterable[str], new: Iterable[str], most: int) -> int:
    """How many texts are the same from the beginning on."""
    pairs = enumerate(islice(zip(old, new, strict=False), most))
    return next((at for at, (one, other) in pairs if one != other), most)


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
