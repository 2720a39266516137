"""All words of a list found in a text in one pass."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from daachorse import CharwiseDoubleArrayAhoCorasick

Found = tuple[int, int, int]


class Automaton:
    """Finds every occurrence of every pattern, those that overlap and those inside others too (Aho and Corasick 1975).

    Immutable and safe to share between threads. Building takes about 3.5 us a pattern, and gives other threads room.
    Empty patterns are never found; of equal ones the first is: `repeated` gives the number of that for each of the
    others. A text must not hold lone surrogates.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        listed = list(patterns)
        self.repeated: Mapping[int, int] = _repeated(listed)
        # Most lists have no such patterns, and then a number need not be looked up.
        self._plain = not self.repeated and "" not in listed
        kept = range(len(listed))
        self._numbers = kept if self._plain else [at for at in kept if listed[at] and at not in self.repeated]
        different = listed if self._plain else [listed[at] for at in self._numbers]
        self._automaton = CharwiseDoubleArrayAhoCorasick(different) if different else None

    def find(self, text: str) -> list[Found]:
        """(start, end, number of the pattern) in the order of their ends; of those that end together, longest first."""
        if self._automaton is None:
            return []
        found: list[Found] = self._automaton.find_overlapping(text)
        return found if self._plain else [(start, end, self._numbers[at]) for start, end, at in found]


def _repeated(patterns: Sequence[str]) -> dict[int, int]:
    """The numbers of patterns that were there already, each with that of the first that equals it."""
    # Hardly any are, and to sort hashes takes a quarter of the time that a dictionary of all of them would.
    hashes = np.fromiter(map(hash, patterns), np.int64, len(patterns))
    values, counts = np.unique(hashes, return_counts=True)
    doubtful = np.flatnonzero(np.isin(hashes, values[counts > 1]))
    first: dict[str, int] = {}
    return {at: same for at in doubtful.tolist() if (same := first.setdefault(patterns[at], at)) != at}
