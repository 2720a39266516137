"""Many short words looked up in one text at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_HEAD = 2


@dataclass(frozen=True, slots=True)
class Needles:
    """A set of words, kept by their first two letters, so that a text costs about its own length.

    Words and texts must have been normalised the same way; empty words are left out.
    """

    by_head: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, words: Iterable[str]) -> "Needles":
        """The words of a collection."""
        by_head = defaultdict(list)
        for word in sorted(set(filter(None, words))):
            by_head[word[:_HEAD]].append(word)
        return cls({head: tuple(group) for head, group in by_head.items()})

    def within(self, text: str) -> set[str]:
        """The words that the text contains."""
        found: set[str] = set()
        for at in range(len(text)):
            for length in range(1, _HEAD + 1):
                candidates = self.by_head.get(text[at : at + length], ())
                found.update(word for word in candidates if text.startswith(word, at))
        return found
