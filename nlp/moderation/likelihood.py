"""How likely the likeliest row of words is, up to and from each place of a text."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Set
from math import log

# Longer words are names, and a listed word that cuts one is rarely meant.
_LONGEST = 8

# How often a word comes; 0 for what only begins one, None for anything else.
Known = Callable[[str], int | None]


class Likelihood:
    """Of letters in which no word goes over a break; natural logarithms. One pass makes all answers cheap.

    No answer asks for more than the clauses that it is about, for none depends on those beside them.
    """

    def __init__(self, letters: str, breaks: Set[int], known: Known, whole: float) -> None:
        self._letters, self._known, self._whole = letters, known, whole
        self._ends = (*sorted(breaks), len(letters))
        self._clauses: list[_Clause | None] = [None] * len(self._ends)

    @property
    def all(self) -> float:
        """That of all letters."""
        return sum(self._clause(at).after[0] for at in range(len(self._ends)))

    def around(self, start: int, end: int) -> float:
        """That of the letters before `start` and of those from `end` on, less that of all letters."""
        first, last = self._between(start, end)
        before, after = self._clause(first), self._clause(last)
        beside = before.before[start - before.start] + after.after[end - after.start]
        return beside - sum(self._clause(at).after[0] for at in range(first, last + 1))

    def of(self, start: int, end: int) -> float:
        """That of some of the letters by themselves."""
        first, last = self._between(start, end)
        return sum(self._clause(at).of(start, end) for at in range(first, last + 1))

    def _between(self, start: int, end: int) -> tuple[int, int]:
        """The clauses of the first and of the last of some letters."""
        return bisect_right(self._ends, start), bisect_left(self._ends, end)

    def _clause(self, at: int) -> "_Clause":
        clause = self._clauses[at]
        if clause is None:
            start = self._ends[at - 1] if at else 0
            letters = self._letters[start : self._ends[at]]
            clause = self._clauses[at] = _Clause(start, letters, self._known, self._whole)
        return clause


class _Clause:
    """Letters without a break. `before[at]` is the likelihood of those before a place, `after[at]` of those behind."""

    def __init__(self, start: int, letters: str, known: Known, whole: float) -> None:
        self.start = start
        self._words = [_words(letters, at, known, whole) for at in range(len(letters))]
        self.before = self._forwards(0, len(letters))
        self.after = self._backwards(len(letters))

    def of(self, start: int, end: int) -> float:
        """That of those between two places of the text by themselves."""
        return self._forwards(max(start - self.start, 0), min(end - self.start, len(self._words)))[-1]

    def _forwards(self, first: int, last: int) -> list[float]:
        chances = [0.0] + [float("-inf")] * (last - first)
        for start in range(first, last):
            so_far = chances[start - first]
            for end, chance in self._words[start]:
                if end <= last and so_far + chance > chances[end - first]:
                    chances[end - first] = so_far + chance
        return chances

    def _backwards(self, size: int) -> list[float]:
        chances = [0.0] * (size + 1)
        for start in range(size - 1, -1, -1):
            chances[start] = max([chance + chances[end] for end, chance in self._words[start]])
        return chances


def _words(letters: str, start: int, known: Known, whole: float) -> list[tuple[int, float]]:
    """Where words end that begin here, each with its likelihood; a letter alone is always one."""
    found = []
    for end in range(start + 1, min(start + _LONGEST, len(letters)) + 1):
        frequency = known(letters[start:end])
        if frequency:
            found.append((end, log(frequency) - whole))
        else:
            if end == start + 1:
                found.append((end, -whole))
            if frequency is None:
                break
    return found
