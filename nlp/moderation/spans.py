"""Parts of a text, looked up in a time that hardly grows with their number."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from itertools import accumulate


class Apart:
    """Spans that do not overlap; those that would are not added."""

    def __init__(self) -> None:
        self._spans: list[tuple[int, int]] = []

    def add(self, start: int, end: int) -> bool:
        """Whether the span was added."""
        at = bisect_left(self._spans, (start, end))
        before = at > 0 and self._spans[at - 1][1] > start
        after = at < len(self._spans) and self._spans[at][0] < end
        if before or after:
            return False
        insort(self._spans, (start, end))
        return True


class Covers:
    """Spans that may overlap."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._furthest = list(accumulate((end for _, end in ordered), max))

    def cover(self, start: int, end: int) -> bool:
        """Whether one of them covers this part wholly."""
        at = bisect_right(self._starts, start)
        return at > 0 and self._furthest[at - 1] >= end
