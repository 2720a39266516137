"""The words of a list as matchers need them, and the patterns that they are found by."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from operator import attrgetter
from typing import Generic, NamedTuple, Protocol, TypeVar

from nlp.moderation.automaton import Automaton
from nlp.moderation.layers import Layer
from nlp.moderation.points import Points
from nlp.moderation.view import View

Owner = TypeVar("Owner")


class Word(NamedTuple):
    """A listed word, folded; `number` is its place in the list, `layers` those that may find it (None: all)."""

    number: int
    letters: str
    layers: frozenset[str] | None = None
    severity: int = 3

    def allows(self, layer: Layer) -> bool:
        """Whether this layer may find it."""
        return self.layers is None or layer in self.layers


class Listed(list[Word]):
    """Words in a row, with what all matchers ask of all of them at once."""

    @classmethod
    def of(cls, words: Sequence[Word]) -> "Listed":
        """The words, as they are if somebody asked before."""
        return words if isinstance(words, cls) else cls(words)

    @cached_property
    def letters(self) -> list[str]:
        """The letters of each."""
        return list(map(attrgetter("letters"), self))

    @cached_property
    def points(self) -> Points:
        """The letters of all."""
        return Points(self.letters)

    @cached_property
    def gravest(self) -> Sequence[Word]:
        """The words of the highest severity, then those of the next; of each the first ones first."""
        severities = set(map(attrgetter("severity"), self))
        return self if len(severities) < 2 else sorted(self, key=attrgetter("severity"), reverse=True)


@dataclass(frozen=True, slots=True)
class Find:
    """A word of the list found in a view, from the character `start` of its text up to `end`."""

    number: int
    layer: Layer
    start: int
    end: int
    review: bool = False


class Matcher(Protocol):
    """Looks for the words of a list behind one kind of disguise."""

    def finds(self, view: View) -> Iterator[Find]:
        """What is found; bounded in time for each letter."""
        ...


class Index(Generic[Owner]):
    """An automaton whose patterns belong to words."""

    def __init__(self, patterns: Iterable[tuple[str, Owner]]) -> None:
        pairs = list(patterns)
        self._fill([pattern for pattern, _ in pairs], [owner for _, owner in pairs])

    @classmethod
    def beside(cls, patterns: Sequence[str], owners: Sequence[Owner]) -> "Index[Owner]":
        """The same of patterns and their owners in rows of their own, which is quicker for half a million."""
        index = cls(())
        index._fill(patterns, owners)
        return index

    def _fill(self, patterns: Sequence[str], owners: Sequence[Owner]) -> None:
        self._automaton = Automaton(patterns)
        self._owners = owners
        self._together = together(owners, self._automaton.repeated)

    def __bool__(self) -> bool:
        return bool(self._owners)

    def find(self, text: str) -> list[tuple[int, int, Sequence[Owner]]]:
        """Where patterns stand, each with all its owners."""
        if not (found := self._automaton.find(text)):
            return []
        owners, shared = self._owners, self._together
        return [(start, end, shared.get(at) or (owners[at],)) for start, end, at in found]


def together(owners: Sequence[Owner], repeated: Mapping[int, int]) -> Mapping[int, tuple[Owner, ...]]:
    """For each pattern that is repeated all its owners in their order, under the number of the first that equals it."""
    shared: dict[int, list[Owner]] = {}
    for at, first in repeated.items():
        shared.setdefault(first, [owners[first]]).append(owners[at])
    return {first: tuple(several) for first, several in shared.items()}


def gravest(words: Sequence[Word], count: int, suits: Callable[[Word], bool]) -> list[Word]:
    """So many of the words that suit, those of the highest severity, and of these the first; in their order."""
    return sorted(islice(filter(suits, Listed.of(words).gravest), count), key=attrgetter("number"))


def characters(letters: str) -> int:
    """How many letters of a folded word are not of the Latin alphabet, nor digits."""
    return len(letters) - len(letters.encode("ascii", "ignore"))
