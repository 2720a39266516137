"""The second look: what a text was probably meant to say, in the words of a base."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, log

import regex

from knowledge.confusions import NOTHING, Confusions
from knowledge.index import Index
from knowledge.reading import Edge, Lattice, read
from knowledge.trigrams import Trigrams
from nlp.normalise import normalise
from nlp.slips import Spellings
from nlp.sounds import Sounds

# What each way to err costs, as a negative log-probability: one character in 250 is another of the same sound,
# fewer look alike or changed places; who types pinyin types all of it.
SOUND, SHAPE, SWAP, SLIP, SYLLABLE = 5.5, 6.5, 5.5, 4.0, 0.3
# A Latin word that the base has, and for one that it has not each letter besides.
LATIN, LETTER = 4.0, 2.0
# The chance of a character that neither the base nor the dictionary foretells.
STRANGE = 1e-6
# And of a word of the dictionary, however rare it is.
WORD = 1e-5
# The longest text that is read so.
LONGEST = 60
# So long are Latin words that a slip leaves recognisable.
LATIN_LETTERS = 5

_LATIN = regex.compile(r"[a-z]+")
# Radicals are of the Han script, too, and no letters.
_PIECE = regex.compile(r"([\p{Han}&&[\p{L}\p{N}]]+)|([a-z]+)|.", regex.DOTALL | regex.V1)
_MOST = -log(STRANGE)


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a text was probably meant to say, and how probably, in (0, 1)."""

    text: str
    certainty: float


class Corrector:
    """Reads texts as a base would say them: a noisy channel (Kernighan, Church and Gale 1990).

    What people meant is foretold by the runs of one to three characters of the base's wordings; what they typed
    instead sounds alike, looks alike, is pinyin, or has two characters or a letter out of place. Safe on any thread.
    """

    def __init__(self, index: Index, sounds: Callable[[], Sounds]) -> None:
        self._index = index
        self._load = sounds

    @cached_property
    def _sounds(self) -> Sounds:
        return self._load()

    @cached_property
    def _confusions(self) -> Confusions:
        return Confusions(self._index, self._sounds)

    @cached_property
    def _trigrams(self) -> Trigrams:
        return Trigrams(self._index)

    @cached_property
    def _latin(self) -> frozenset[str]:
        return frozenset(word for text in self._index.wordings.texts for word in _LATIN.findall(text.lower()))

    @cached_property
    def _spellings(self) -> Spellings:
        return Spellings(word for word in self._latin if len(word) >= LATIN_LETTERS)

    def correct(self, text: str) -> Corrected | None:
        """The likeliest reading in other characters; None where the text as it stands is likelier."""
        plain = normalise(text)
        if len(plain) > LONGEST:
            return None
        lattice = self._lattice(plain)
        if not lattice:
            return None
        best = read(lattice, self._trigrams)
        if not best.is_changed:
            return None
        kept = read([[edge for edge in edges if not edge.is_changed] for edges in lattice], self._trigrams)
        return Corrected(normalise(best.text), 1 / (1 + exp(min(best.cost - kept.cost, 0.0))))

    def _lattice(self, plain: str) -> Lattice:
        """All readings; empty where there is only the text itself."""
        edges: list[list[Edge]] = [[] for _ in plain]
        hans = []
        for found in _PIECE.finditer(plain):
            start, (han, latin) = found.start(), found.groups()
            if han:
                hans.append((start, han))
                self._misread(han, start, edges)
            elif latin:
                self._typed(latin, start, edges)
            else:
                edges[start].append(Edge(start + 1, found[0], 0.0, parts=found[0].isalnum()))
        if not any(edge.is_changed for some in edges for edge in some):
            return ()
        for start, han in hans:
            for at, (letter, most) in enumerate(zip(han, self._mosts(han), strict=True), start):
                edges[at].append(Edge(at + 1, letter, 0.0, (ord(letter),), most))
        return edges

    def _misread(self, han: str, start: int, edges: Sequence[list[Edge]]) -> None:
        """Characters that may stand for others, and neighbours in each other's place, where the base knows the pair."""
        confused = self._confusions.of(han)
        before = ""
        for at, (letter, here) in enumerate(zip(han, (*confused, NOTHING), strict=True), start):
            for other in sorted({*before, *here.first}):
                price = SOUND if self._confusions.is_alike_in_sound(letter, other) else SHAPE
                edges[at].append(Edge(at + 1, other, price, (ord(other),), _MOST, True))
            if here.is_swap:
                turned = han[at - start + 1] + letter
                edges[at].append(Edge(at + 2, turned, SWAP, (ord(turned[0]), ord(letter)), _MOST, True))
            before = here.second

    def _mosts(self, han: str) -> Iterator[float]:
        """What each character costs at the most: as a part of its word in Chinese at large."""
        tokeniser = self._index.tokeniser
        for word in tokeniser.cut(han):
            chance = tokeniser.chance(word)
            most = -log(max(chance, WORD)) / len(word) if chance and len(word) > 1 else -log(max(chance, STRANGE))
            yield from [most] * len(word)

    def _typed(self, latin: str, start: int, edges: Sequence[list[Edge]]) -> None:
        """A Latin word as it stands, others that are one slip away, and the characters that it spells as pinyin."""
        end, is_known = start + len(latin), latin in self._latin
        cost = LATIN if is_known else LATIN + LETTER * len(latin)
        edges[start].append(Edge(end, latin, cost, parts=True))
        for word in () if is_known else self._spellings.find(latin):
            edges[start].append(Edge(end, word, LATIN + SLIP, is_changed=True, parts=True))
        for first, last, sound in self._sounds.syllables(latin):
            for letter in self._confusions.letters(sound):
                edges[start + first].append(Edge(start + last, letter, SYLLABLE, (ord(letter),), _MOST, True))
