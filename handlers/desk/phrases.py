"""What people say when they want a person."""

from collections.abc import Iterable
from dataclasses import dataclass

from nlp.normalise import bare, normalise

# A shorter phrase must be the whole text: 「人工」 alone calls a person, 「人工智能」 does not.
_SHORTEST_PART = 3


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases that call a person: the whole text, or a part of it when none of `unless` is there as well."""

    whole: frozenset[str]
    parts: tuple[str, ...]
    unless: tuple[str, ...]

    @classmethod
    def of(cls, phrases: Iterable[str], unless: Iterable[str] = ()) -> "Phrases":
        """The phrases as they are compared."""
        plain = [normalise(phrase) for phrase in phrases]
        parts = tuple(phrase for phrase in plain if len(phrase) >= _SHORTEST_PART)
        return cls(frozenset(map(bare, plain)), parts, tuple(normalise(word) for word in unless))

    def match(self, text: str) -> bool:
        """Whether a text calls a person."""
        plain = normalise(text)
        if bare(plain) in self.whole:
            return True
        return any(part in plain for part in self.parts) and not any(word in plain for word in self.unless)
