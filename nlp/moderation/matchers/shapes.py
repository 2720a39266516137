"""Characters written for others that look alike: 徽信 for 微信."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import log1p

from nlp.moderation.language import Language
from nlp.moderation.layers import Layer
from nlp.moderation.matchers.listing import Find, Word, characters, gravest
from nlp.moderation.matchers.near import Near
from nlp.moderation.matchers.words import is_parted
from nlp.moderation.view import View

# Pairs for all words together; the longer the list, the more alike characters have to be.
_PATTERNS = 600_000
# In a longer list the gravest words.
_WORDS = 20_000
# By how much (natural logarithm) the text has to be likelier with the listed word than as it stands, after what each
# character that is not the word's own costs. Calibrated on shop reviews and questions, where no such word is meant.
_LEAST: Mapping[int, float] = {2: 1.0}
_LEAST_LONG = 0.0
# Of words in a row that are listed as one, some may well stand beside other words; so each further one costs more.
_FURTHER = 2.5
# How rare as a word the rarest of the others has to be besides: what everybody writes is there for its own sake.
_RARE: Mapping[int, float] = {2: 8.0, 3: 6.0}
# What one costs that only sounds alike; one that looks alike costs the logarithm of its place among those that do.
_SOUND = 2.5
# And if it does not even look alike; that may happen once, and easier if all else of a long word is its own.
_STRANGE = 12.0
_STRANGE_ALONE = 8.0
# If one is part of a word as it stands.
_WORDED = 6.0
# If only one of three or more is the word's own.
_DOUBTFUL = 5.0
_SHORT = 2
# Of characters that texts have; more than there are in use.
_KEPT = 20_000

# A word, and where in it the pattern begins.
Seed = tuple[Word, int]


class _Seeds(dict[str, dict[str, list[Seed]]]):
    """Pairs of characters, one perhaps a look-alike, with the words that they are of, by the first character.

    It fills itself as characters are seen; what it answers never depends on what it has seen.
    """

    def __init__(self, words: Iterable[Word], alike: Callable[[str], str]) -> None:
        super().__init__()
        self._alike = alike
        self._pairs: dict[str, list[tuple[str, Seed]]] = defaultdict(list)
        for word in words:
            for at in _pairs(len(word.letters)):
                self._pairs[word.letters[at]].append((word.letters[at + 1], (word, at)))
        self._meant: dict[str, list[str]] = defaultdict(list)
        for sign in self._pairs:
            for like in alike(sign):
                self._meant[like].append(sign)

    def find(self, letters: str) -> Iterator[tuple[int, Sequence[Seed]]]:
        """Where pairs stand, with their words."""
        for at, (seeds, other) in enumerate(zip(map(self.__getitem__, letters), letters[1:], strict=False)):
            if other in seeds:
                yield at, seeds[other]

    def __missing__(self, sign: str) -> dict[str, list[Seed]]:
        seeds: dict[str, list[Seed]] = {}
        for other, seed in self._pairs.get(sign, ()):
            same = other if len(seed[0].letters) > _SHORT else ""
            for like in same + self._alike(other):
                seeds.setdefault(like, []).append(seed)
        for meant in self._meant.get(sign, ()):
            for other, seed in self._pairs[meant]:
                seeds.setdefault(other, []).append(seed)
        if len(self) < _KEPT:
            self[sign] = seeds
        return seeds


class Shapes:
    """Finds two neighbours of a word, one of them perhaps a look-alike, and then looks at the rest of it."""

    def __init__(self, words: Sequence[Word], language: Language) -> None:
        self._language = language
        suitable = gravest(words, _WORDS, _suits)
        likest = _PATTERNS // max(1, 4 * len(suitable))
        self._near = Near({sign for word in suitable for sign in word.letters}, language.tables)
        self._seeds = _Seeds(suitable, lambda sign: language.tables.shapes.get(sign, "")[:likest])

    def finds(self, view: View) -> Iterator[Find]:
        """Each word that is nearly there."""
        seen: set[tuple[int, int]] = set()
        for start, seeds in self._seeds.find(view.letters):
            for word, at in seeds:
                first, last = start - at, start - at + len(word.letters)
                if first < 0 or last > len(view.letters):
                    continue
                least = self._least(view.letters[first:last], word.letters)
                if least is None or (word.number, first) in seen:
                    continue
                seen.add((word.number, first))
                if self._is_meant(view, first, last, word.letters, least):
                    yield Find(word.number, Layer.SHAPES, *view.characters(first, last), len(word.letters) <= _SHORT)

    def _is_meant(self, view: View, start: int, end: int, word: str, least: float) -> bool:
        borders, letters = self._language.borders, view.letters[start:end]
        if borders.knows(letters) or borders.most(letters, word) < least or is_parted(view, start, end):
            return False
        places = [at for at, sign in enumerate(word, start) if view.letters[at] != sign]
        worded = 0.0 if all(borders.is_alone(view, at) for at in places) else _WORDED
        return borders.gain(view, start, end, word) >= least + worded

    def _least(self, letters: str, word: str) -> float | None:
        """How much likelier the text has to be with the word; None if it is too far from it, or the word itself."""
        if (others := self._others(letters, word)) is None:
            return None
        size, many = len(word), len(others)
        least, strange = _LEAST.get(size, _LEAST_LONG) + _FURTHER * (many - 1), 0.0
        for pair in others:
            cost = self._cost(*pair)
            if cost is None:
                strange = _STRANGE_ALONE if many == 1 < size - 2 else _STRANGE
            else:
                least += cost
        if size in _RARE and max(self._language.borders.rarity(one) for one, _ in others) < _RARE[size]:
            return None
        return least + strange + (_DOUBTFUL if size == many + 1 > _SHORT else 0.0)

    def _others(self, letters: str, word: str) -> Sequence[tuple[str, str]] | None:
        """The letters that are not the word's, each with that of the word; None if it cannot be meant."""
        others, strange = [], 0 if len(word) > _SHORT else 1
        for one, other in zip(letters, word, strict=True):
            if one == other:
                continue
            # Of a hundred words that are looked at here ninety are dropped, so nothing is asked before.
            if other not in self._near[one]:
                if strange:
                    return None
                strange += 1
            others.append((one, other))
        if not 0 < len(others) < len(word) or any(one.isascii() or other.isascii() for one, other in others):
            return None
        return others

    def _cost(self, one: str, other: str) -> float | None:
        """Minus the logarithm of how likely it is that one is written for the other, as Zipf's law has it."""
        place = self._language.likeness(one, other)
        cost = None if place is None else log1p(place)
        if (cost is None or cost > _SOUND) and self._language.sounds_like(one, other):
            return _SOUND
        return cost


def _pairs(size: int) -> tuple[int, ...]:
    """Where the pairs of neighbours begin that are looked for: one of them is nearly whole in any disguise."""
    return {2: (0,), 3: (0, 1)}.get(size, (0, size - 2))


def _suits(word: Word) -> bool:
    return word.allows(Layer.SHAPES) and characters(word.letters) >= _SHORT
