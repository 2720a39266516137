"""Which characters may have been meant by others: the confusion sets of spelling correction, as far as a base goes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import regex

from knowledge.index import Index
from knowledge.postings import Keys
from knowledge.trigrams import BITS, ONE
from nlp.shapes import alike_in_shape
from nlp.sounds import Sounds

# Without its negation a text would mean the opposite.
NEGATIONS = "不没别无非未勿"
# Pairs whose confusions are kept, some 3 MB: nearly all that a community says.
KEPT = 16_384

_HAN = regex.compile(r"\p{Han}")


class Confused(NamedTuple):
    """What a pair of characters may have been meant to be: others in its first place, in its second, the two turned."""

    first: str
    second: str
    is_swap: bool


NOTHING = Confused("", "", False)


class Confusions:
    """Characters of the same sound and such as look alike, where the base knows them beside a neighbour.

    The base's pairs lie by their sounds, so that a few bisections find them. Safe on any thread.
    """

    def __init__(self, index: Index, sounds: Sounds) -> None:
        self._index = index
        self._sounds = sounds
        self._kept: dict[str, Confused] = {}

    def of(self, han: str) -> Sequence[Confused]:
        """The confusions of each pair of neighbours in a run of Chinese characters."""
        pairs = [one + other for one, other in pairwise(han)]
        kept = self._kept
        missing = [pair for pair in dict.fromkeys(pairs) if pair not in kept]
        if not missing:
            return [kept[pair] for pair in pairs]
        found = dict(zip(missing, self._found(missing), strict=True))
        if len(kept) < KEPT:
            kept.update(found)
        return [found.get(pair) or kept[pair] for pair in pairs]

    def letters(self, sound: str) -> str:
        """The base's characters of a sound."""
        return self._by_sound.get(sound, "")

    def is_alike_in_sound(self, letter: str, other: str) -> bool:
        """Whether two characters sound the same."""
        return self._sounds.sound(letter) == self._sounds.sound(other)

    @cached_property
    def _by_sound(self) -> Mapping[str, str]:
        found: defaultdict[str, str] = defaultdict(str)
        for letter in filter(_HAN.fullmatch, map(chr, self._index.runs(1).tolist())):
            found[self._sounds.sound(letter)] += letter
        return dict(found)

    @cached_property
    def _pairs(self) -> tuple[Keys, Keys]:
        """All pairs of the base by their sounds, and those: ascending."""
        sounds = {ord(letter): ord(sound) for sound, letters in self._by_sound.items() for letter in letters}
        letters = np.array(sorted(sounds), np.int64)
        codes = np.array([sounds[letter] for letter in letters.tolist()], np.int64)
        pairs = self._index.runs(2)
        pairs = pairs[np.isin(pairs >> BITS, letters) & np.isin(pairs & ONE, letters)]
        first, second = (codes[np.searchsorted(letters, part)] for part in (pairs >> BITS, pairs & ONE))
        said = first << BITS | second
        order = np.argsort(said, kind="stable")
        return said[order], pairs[order]

    def _found(self, pairs: Sequence[str]) -> Iterator[Confused]:
        turned = self._index.times(np.array([ord(pair[1]) << BITS | ord(pair[0]) for pair in pairs], np.int64))
        for pair, near, times in zip(pairs, self._near(pairs), turned.tolist(), strict=True):
            firsts, seconds = (self._choices(letter) for letter in pair)
            known = [(one, other) for one, other in near if one in firsts and other in seconds]
            yield Confused(
                "".join(sorted({one for one, _ in known} - {pair[0]})),
                "".join(sorted({other for _, other in known} - {pair[1]})),
                times > 0 and _may_swap(*pair),
            )

    def _near(self, pairs: Sequence[str]) -> Iterator[list[tuple[str, str]]]:
        """For each pair those of the base that sound like it, or like what looks like it."""
        wanted = [
            [ord(one) << BITS | ord(other) for one in self._codes(pair[0]) for other in self._codes(pair[1])]
            for pair in pairs
        ]
        said, known = self._pairs
        keys = np.array([key for some in wanted for key in some], np.int64)
        starts, ends = np.searchsorted(said, keys), np.searchsorted(said, keys, "right")
        spans = iter(zip(starts.tolist(), ends.tolist(), strict=True))
        for some in wanted:
            places = [next(spans) for _ in some]
            yield [(chr(key >> BITS), chr(key & ONE)) for at, end in places for key in known[at:end].tolist()]

    def _codes(self, letter: str) -> Iterable[str]:
        return dict.fromkeys(map(self._sounds.sound, self._choices(letter)))

    def _choices(self, letter: str) -> str:
        """A character and those that it may stand for."""
        if letter in NEGATIONS:
            return letter
        return letter + self.letters(self._sounds.sound(letter)) + alike_in_shape(letter)


def _may_swap(one: str, other: str) -> bool:
    return one != other and not {one, other} & set(NEGATIONS)
