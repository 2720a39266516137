"""How likely the likeliest row of words is, up to and from each place of a text."""

from collections.abc import Mapping, Set
from math import log

# Longer words are names, and a listed word that cuts one is rarely meant.
_LONGEST = 8


class Likelihood:
    """Of letters in which no word goes over a break; natural logarithms. One pass makes all answers cheap.

    `before[at]` is that of the letters before a place, `after[at]` that of the letters from there on.
    """

    def __init__(
        self, letters: str, breaks: Set[int], frequencies: Mapping[str, int], newer: Mapping[str, int], whole: float
    ) -> None:
        self._words = [_words(letters, start, breaks, frequencies, newer, whole) for start in range(len(letters))]
        self.before = self._forwards(0, len(letters))
        self.after = self._backwards(len(letters))

    @property
    def all(self) -> float:
        """That of all letters."""
        return self.after[0]

    def of(self, start: int, end: int) -> float:
        """That of some of the letters by themselves."""
        return self._forwards(start, end)[-1]

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


def _words(
    letters: str, start: int, breaks: Set[int], frequencies: Mapping[str, int], newer: Mapping[str, int], whole: float
) -> list[tuple[int, float]]:
    """Where words end that begin here, each with its likelihood; a letter alone is always one."""
    found = []
    for end in range(start + 1, min(start + _LONGEST, len(letters)) + 1):
        part = letters[start:end]
        frequency = newer.get(part) or frequencies.get(part)
        if frequency:
            found.append((end, log(frequency) - whole))
        elif end == start + 1:
            found.append((end, -whole))
        if end in breaks or (frequency is None and part not in newer):
            break
    return found
