"""Many short words looked up in one text at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_HEAD = 2


@dataclass(frozen=True, slots=True)
class Needles:
    """A set of words, so that a text costs about its own length, however many words there are.

    For the first two letters of every word it knows the lengths of the words that begin so. Words and texts must have
    been normalised the same way; empty words are left out.
    """

    words: frozenset[str]
    lengths: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, words: Iterable[str]) -> "Needles":
        """The words of a collection."""
        kept = frozenset(filter(None, words))
        lengths = defaultdict(set)
        for word in kept:
            lengths[word[:_HEAD]].add(len(word))
        same: dict[tuple[int, ...], tuple[int, ...]] = {}
        sizes = ((head, tuple(sorted(found))) for head, found in lengths.items())
        return cls(kept, {head: same.setdefault(found, found) for head, found in sizes})

    def within(self, text: str) -> set[str]:
        """The words that the text contains."""
        return {word for _, word in self.places(text)}

    def places(self, text: str, first: int = 0, last: int | None = None) -> Iterator[tuple[int, str]]:
        """The words of the text with where they begin, beginnings from `first` to before `last` only."""
        words, lengths = self.words, self.lengths
        for at in range(max(0, first), len(text) if last is None else min(last, len(text))):
            if text[at] in words:
                yield at, text[at]
            for length in lengths.get(text[at : at + _HEAD], ()):
                word = text[at : at + length]
                if len(word) > 1 and word in words:
                    yield at, word
