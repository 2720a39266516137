"""The words of a list as matchers need them, and the patterns that they are found by."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import Generic, NamedTuple, Protocol, TypeVar

from nlp.moderation.automaton import Automaton
from nlp.moderation.layers import Layer
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
        self._automaton = Automaton([pattern for pattern, _ in pairs])
        self._owners = owned([owner for _, owner in pairs], self._automaton.repeated)

    def __bool__(self) -> bool:
        return bool(self._owners)

    def find(self, text: str) -> list[tuple[int, int, Sequence[Owner]]]:
        """Where patterns stand, each with all its owners."""
        return [(start, end, self._owners[at]) for start, end, at in self._automaton.find(text)]


def owned(owners: Iterable[Owner], repeated: Mapping[int, int]) -> Sequence[tuple[Owner, ...]]:
    """For each pattern its owners, in their order; that of a repeated one goes to the first that equals it.

    Nearly all have one, and a hundred thousand tuples of one are small.
    """
    found: list[tuple[Owner, ...]] = list(zip(owners, strict=True))
    together: dict[int, list[Owner]] = {}
    for at, first in repeated.items():
        together.setdefault(first, [*found[first]]).extend(found[at])
    for first, several in together.items():
        found[first] = tuple(several)
    return found


def gravest(words: Sequence[Word], count: int, suits: Callable[[Word], bool]) -> list[Word]:
    """So many of the words that suit, those of the highest severity, and of these the first; in their order."""
    chosen: list[Word] = []
    for severity in sorted({word.severity for word in words}, reverse=True):
        alike = (word for word in words if word.severity == severity and suits(word))
        chosen += islice(alike, count - len(chosen))
    return sorted(chosen, key=attrgetter("number"))


def characters(letters: str) -> int:
    """How many letters of a folded word are not of the Latin alphabet, nor digits."""
    return len(letters) - len(letters.encode("ascii", "ignore"))
