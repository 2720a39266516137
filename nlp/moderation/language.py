"""What moderation knows of Chinese, loaded once and shared by all filters."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, islice, product
from math import prod

from nlp.dictionary import Dictionary
from nlp.moderation.borders import Borders
from nlp.moderation.characters.tables import Tables
from nlp.moderation.folding import Folding
from nlp.moderation.points import Points
from nlp.tokenise import Tokeniser

# Readings of a word that are kept: characters that are read in two ways multiply.
_READINGS = 24
_CHANGED = 3
_BASE = 0xE000
_KEPT = 20_000
# Southern accents and fast typing mix these up.
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"))


class Translation(dict[int, str]):
    """A table for `str.translate`; what is not in it stays."""

    def __missing__(self, point: int) -> str:
        if len(self) < 2 * _KEPT:
            self[point] = chr(point)
        return chr(point)


class _Choices(dict[str, Sequence[str]]):
    """What a character may be read as, each once, the usual one first; it fills itself as characters are asked for."""

    def __init__(self, of: Callable[[str], Iterable[str]]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, sign: str) -> Sequence[str]:
        found = tuple(dict.fromkeys(self._of(sign)))
        if len(self) < _KEPT:
            self[sign] = found
        return found


class Language:
    """Tables and the dictionary. `load` takes 0.7 s of CPU and 30 MiB: call it once, on a thread.

    `sounds`, `spelled` and `initials` turn folded letters into one private-use character a syllable (zh, ch, sh as z,
    c, s; ng as n), into pinyin, and into the first letters of pinyin. `parted` takes characters apart.
    """

    def __init__(self, tables: Tables, dictionary: Dictionary | None = None) -> None:
        self.tables = tables
        self.folding = Folding(tables)
        self.borders = Borders(dictionary)
        self._codes = _codes(tables)
        # Characters that are read in several ways, or typed so.
        self._several = frozenset(sign for sign in tables.readings if len(self.readings(sign)) > 1)
        self._typed = _Choices(self.readings)
        self._heard = _Choices(lambda sign: (self._codes.get(reading, reading) for reading in self.readings(sign)))
        self._begun = _Choices(lambda sign: (reading[0] for reading in self.readings(sign)))
        first = {sign: readings[0] for sign, readings in tables.readings.items()}
        self.sounds = Translation({ord(sign): self._codes[reading] for sign, reading in first.items()})
        self.spelled = Translation({ord(sign): reading for sign, reading in first.items()})
        self.initials = Translation({ord(sign): reading[0] for sign, reading in first.items()})
        self.parted = Translation({ord(part): kept for part, kept in tables.parts.items()})
        self.parted.update({ord(sign): ways[0] for sign, ways in tables.splits.items()})

    @classmethod
    def load(cls, tokeniser: Tokeniser | None = None) -> "Language":
        """The language with jieba's dictionary; with a tokeniser, with the one it holds in memory already."""
        return cls(Tables.load(), tokeniser.dictionary if tokeniser else Dictionary.load())

    @classmethod
    def plain(cls) -> "Language":
        """The tables alone, in a tenth of the time: words are then found as they are written, across words too."""
        return cls(Tables.load())

    @property
    def has_dictionary(self) -> bool:
        """Whether it can tell words from parts of words."""
        return self.borders.has_words

    def readings(self, sign: str) -> tuple[str, ...]:
        """The syllables of a character, as they are typed; a letter reads as itself."""
        found = self.tables.readings.get(sign, (sign,))
        return (*found, *(reading.replace("v", "u") for reading in found if "v" in reading and len(reading) > 1))

    def sounded(self, words: Sequence[str]) -> Iterator[tuple[int, str]]:
        """The ways each word sounds, in the characters of `sounds`, beside its place among the words."""
        return self._ways(words, self.sounds, self._heard)

    def spellings(self, words: Sequence[str]) -> Iterator[tuple[int, str]]:
        """The ways each word is typed in pinyin, beside its place among the words."""
        return self._ways(words, self.spelled, self._typed)

    def abbreviations(self, words: Sequence[str]) -> Iterator[tuple[int, str]]:
        """The ways the first letters of its syllables are typed, beside the word's place among the words."""
        return self._ways(words, self.initials, self._begun)

    def _ways(
        self, words: Sequence[str], usual: "Translation", choices: Mapping[str, Sequence[str]]
    ) -> Iterator[tuple[int, str]]:
        done = 0
        for at in Points(words).having(self._several):
            yield from _plain(words, done, at, usual)
            for way in _products([choices[sign] for sign in words[at]]):
                yield at, way
            done = at + 1
        yield from _plain(words, done, len(words), usual)

    def partings(self, word: str) -> Iterator[str]:
        """The ways a word is taken apart."""
        return _products([self.ways(sign) for sign in word])

    def ways(self, sign: str) -> tuple[str, ...]:
        """The rows of parts a character is made of."""
        return self.tables.splits.get(sign) or (self.tables.parts.get(sign, sign),)

    def neighbours(self, signs: Iterable[str]) -> Iterator[str]:
        """The pairs of characters that can stand side by side among the pieces of one of these."""
        wholes: dict[str, list[str]] = {}
        for sign in (*self.tables.splits, *self.tables.parts, *_leaves(self.tables)):
            wholes.setdefault(self.parted[ord(sign)], []).append(sign)
        ways = {way for sign in signs for way in self.ways(sign) if len(way) > 1}
        for part in {
            way[start:end] for way in ways for start in range(len(way)) for end in range(start + 2, len(way) + 1)
        }:
            for at in range(1, len(part)):
                yield from map("".join, product(wholes.get(part[:at], ()), wholes.get(part[at:], ())))

    def sounds_like(self, one: str, other: str) -> bool:
        """Whether two characters share a syllable."""
        readings = self.tables.readings
        known = readings.get(other, ())
        # A loop over one or two costs a third of what a set of them does.
        for reading in readings.get(one, ()):  # noqa: SIM110
            if reading in known:
                return True
        return False

    def likeness(self, one: str, other: str) -> int | None:
        """How many characters look more like one of two than the other does; None if they are not easily mistaken."""
        shapes = self.tables.shapes
        there, back = shapes.get(one, "").find(other), shapes.get(other, "").find(one)
        if there < 0 and back < 0:
            return None
        return max(there, back) if there < 0 or back < 0 else min(there, back)


def _plain(words: Sequence[str], start: int, end: int, table: Translation) -> Iterator[tuple[int, str]]:
    return zip(range(start, end), (word.translate(table) for word in words[start:end]), strict=True)


def _leaves(tables: Tables) -> set[str]:
    return {part for ways in tables.splits.values() for way in ways for part in way}


def _products(choices: Sequence[Sequence[str]]) -> Iterator[str]:
    """One of each, the first ones first: all of them the first, then all but one, then all but two."""
    usual = [choice[0] for choice in choices]
    open_ones = [at for at, choice in enumerate(choices) if len(choice) > 1]
    if len(open_ones) == 1 and len(choices[open_ones[0]]) <= _READINGS:
        # So it is with nearly all words that are read in several ways.
        (at,) = open_ones
        head, tail = "".join(usual[:at]), "".join(usual[at + 1 :])
        return (f"{head}{one}{tail}" for one in choices[at])
    if len(open_ones) <= _CHANGED and prod(map(len, choices)) <= _READINGS:
        return map("".join, product(*choices))
    return islice(
        (
            "".join([*map(dict(zip(places, others, strict=True)).get, range(len(usual)), usual)])
            for changed in range(min(len(open_ones), _CHANGED) + 1)
            for places in combinations(open_ones, changed)
            for others in product(*(choices[at][1:] for at in places))
        ),
        _READINGS,
    )


def _codes(tables: Tables) -> Mapping[str, str]:
    """Each syllable with its private-use character."""
    syllables = {reading for readings in tables.readings.values() for reading in readings}
    kinds = {kind: chr(_BASE + at) for at, kind in enumerate(sorted(set(map(_kind, syllables))))}
    return {syllable: kinds[_kind(syllable)] for syllable in syllables}


def _kind(syllable: str) -> str:
    for heavy, light in _ALIKE:
        syllable = syllable.replace(heavy, light)
    return syllable.removesuffix("g") if syllable.endswith("ng") else syllable
