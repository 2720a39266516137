"""A value that was found in a text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Found(Generic[V]):
    """A value, and where it stands in the text: [start, end) in code points of the original."""

    value: V
    start: int
    end: int

    def meets(self, other: "Found[object]") -> bool:
        """Whether both were read from some of the same characters."""
        return self.start < other.end and other.start < self.end


def apart(found: Iterable[Found[V]]) -> Sequence[Found[V]]:
    """Those that do not overlap, in the order of the text; where two do, the longer one stays."""
    kept: list[Found[V]] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if not any(one.start < other.end and other.start < one.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)
