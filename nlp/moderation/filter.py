"""What a list says about a text."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from nlp.moderation.allow import Allow
from nlp.moderation.automaton import Automaton
from nlp.moderation.entry import Entry
from nlp.moderation.hit import Hit
from nlp.moderation.layers import Layer
from nlp.normalise import simplified


class Filter:
    """An immutable snapshot of lists: every thread may share it.

    `build` is heavy: call it on a thread. `hits` is pure, and bounded in time for each character.
    """

    def __init__(self, entries: Sequence[Entry], allow: Allow) -> None:
        self.entries = tuple(entries)
        self.allow = allow
        self._owners = _owners(self.entries)
        self._patterns = tuple(self._owners)
        self._automaton = Automaton(self._patterns)
        self._allowed = Automaton(_folded(phrase) for phrase in allow.phrases)

    @classmethod
    def build(cls, entries: Iterable[Entry], allow: Allow) -> "Filter":
        """A filter of these entries, in their order."""
        return cls(tuple(entries), allow)

    def extended(self, added: Iterable[Entry], removed: Iterable[Entry] = ()) -> "Filter":
        """The same filter with a few entries more or less, at once."""
        gone = frozenset(removed)
        return Filter((*(entry for entry in self.entries if entry not in gone), *added), self.allow)

    def hits(self, text: str) -> list[Hit]:
        """Everything found in a text, in the order of the text."""
        folded = _folded(text)
        if len(folded) != len(text):
            return []
        allowed = self._allowed.find(folded)
        found = [
            hit
            for start, end, at in self._automaton.find(folded)
            if not any(first <= start and end <= last for first, last, _ in allowed)
            for hit in self._named(text, start, end, at)
        ]
        return sorted(found, key=lambda hit: (hit.start, -hit.end))

    def _named(self, text: str, start: int, end: int, at: int) -> list[Hit]:
        return [
            Hit(entry, Layer.EXACT if text[start:end] == entry.word else Layer.FOLD, start, end)
            for entry in self._owners[self._patterns[at]]
        ]


def _owners(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    owners = defaultdict(list)
    for entry in entries:
        owners[_folded(entry.word)].append(entry)
    return dict(owners)


def _folded(text: str) -> str:
    return simplified(text).lower()
