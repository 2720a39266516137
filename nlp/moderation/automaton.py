"""All words of a list found in a text in one pass."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from daachorse import CharwiseDoubleArrayAhoCorasick

from nlp.moderation.points import Points

Found = tuple[int, int, int]

_BLOCK, _END = 1000, "\n"
_MANY = 10_000


class Automaton:
    """Finds every occurrence of every pattern, those that overlap and those inside others too (Aho and Corasick 1975).

    Immutable and safe to share between threads. Building takes about 3 us a pattern, and gives other threads room.
    Empty patterns are never found; of equal ones the first is: `repeated` gives the number of that for each of the
    others. A text must not hold lone surrogates.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        listed = list(patterns)
        self.repeated: Mapping[int, int] = _repeated(listed)
        # Those that begin alike lie side by side then, and a long list is built in half the time.
        order = Points(listed).order()
        kept = np.fromiter(map(bool, listed), np.bool_, len(listed))
        kept[list(self.repeated)] = False
        self._numbers: list[int] = order[kept[order]].tolist()
        self._find = _built(_copied([listed[at] for at in self._numbers])) if self._numbers else None

    def find(self, text: str) -> list[Found]:
        """(start, end, number of the pattern) in the order of their ends; of those that end together, longest first."""
        # Nearly no text has a pattern in it, and then even an empty comprehension would be a third of the time.
        if self._find is None or not (found := self._find(text)):
            return []
        numbers = self._numbers
        return [(start, end, numbers[at]) for start, end, at in found]


def _built(patterns: list[str]) -> Callable[[str], list[Found]]:
    # What tells at a glance that no pattern begins in a text pays for few of them; of many some always does, and to
    # prepare it would take a sixth of the time.
    automaton = CharwiseDoubleArrayAhoCorasick(patterns, use_prefilter=len(patterns) < _MANY)
    return automaton.find_overlapping


def _copied(patterns: Sequence[str]) -> list[str]:
    """The same patterns one after the other in memory: to take them from all over it would stop all threads longer."""
    copies: list[str] = []
    for at in range(0, len(patterns), _BLOCK):
        copies += _END.join(patterns[at : at + _BLOCK]).split(_END)
    # Hardly any pattern has a line end in it.
    return copies if len(copies) == len(patterns) else list(patterns)


def _repeated(patterns: Sequence[str]) -> dict[int, int]:
    """The numbers of patterns that were there already, each with that of the first that equals it."""
    # Hardly any are, and to sort hashes takes a quarter of the time that a dictionary of all of them would.
    hashes = np.fromiter(map(hash, patterns), np.int64, len(patterns))
    values, counts = np.unique(hashes, return_counts=True)
    doubtful = np.flatnonzero(np.isin(hashes, values[counts > 1]))
    first: dict[str, int] = {}
    return {at: same for at in doubtful.tolist() if (same := first.setdefault(patterns[at], at)) != at}
