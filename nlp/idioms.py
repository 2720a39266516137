"""Idioms of four characters, and which of them may follow which: by the character, or by its sound."""

import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal

import regex

from nlp.packages import beside

# By the same character, by its sound with its tone, by its sound alone.
Link = Literal["同字", "同音", "谐音"]

_IDIOM = regex.compile(r"[\u4E00-\u9FFF]{4}")
_TONES = regex.compile("[\u0300\u0301\u0304\u030c]")


class Idioms:
    """A dictionary of idioms. `known`: each with how often it is said; `readings`: the sounds of characters.

    Some 22,000 from jieba's dictionary take 4 MB. `load` takes a few tenths of a second, and so does the first
    `following` by sound: call them on a thread.
    """

    def __init__(self, known: Mapping[str, int], readings: Mapping[str, Sequence[str]]) -> None:
        # The best known first, and so in all that is gathered from it.
        self._known = dict(sorted(known.items(), key=lambda one: (-one[1], one[0])))
        self._readings = readings
        self._by_character = _gathered((idiom[0], idiom) for idiom in self._known)

    @classmethod
    def load(cls) -> "Idioms":
        """The idioms that jieba's dictionary (MIT) tags `i`, with the readings that pypinyin (MIT) keeps."""
        known = dict(_tagged(beside("jieba", "dict.txt")))
        ends = {letter for idiom in known for letter in (idiom[0], idiom[3])}
        table = json.loads(beside("pypinyin", "pinyin_dict.json").read_bytes())
        return cls(known, {letter: tuple(table.get(str(ord(letter)), "").split(",")) for letter in ends})

    def __contains__(self, text: str) -> bool:
        """Whether it is an idiom."""
        return text in self._known

    def __len__(self) -> int:
        """How many there are."""
        return len(self._known)

    def frequency(self, idiom: str) -> int:
        """How often an idiom is said, compared with others."""
        return self._known.get(idiom, 0)

    def links(self, before: str, after: str, link: Link) -> bool:
        """Whether a text may follow another."""
        return before[-1] == after[0] or bool(self._sounds(before[-1], link) & self._sounds(after[0], link))

    def following(self, before: str, link: Link) -> Sequence[str]:
        """The idioms that may follow a text, the best known first."""
        if link == "同字":
            return self._by_character.get(before[-1], ())
        by_sound = self._by_tone if link == "同音" else self._by_sound
        # Those with the same character are among those with its sounds.
        found = [by_sound.get(sound, ()) for sound in self._sounds(before[-1], link)]
        if len(found) <= 1:
            return found[0] if found else self._by_character.get(before[-1], ())
        return sorted({idiom for some in found for idiom in some}, key=lambda one: (-self._known[one], one))

    def beginning(self, least: int) -> Sequence[str]:
        """Idioms that are said at least so often and that many others may follow: to begin with."""
        return [
            idiom for idiom, often in self._known.items()
            if often >= least and len(self._by_character.get(idiom[3], ())) >= 10
        ]  # fmt: skip

    @cached_property
    def _by_tone(self) -> Mapping[str, Sequence[str]]:
        return _gathered((sound, idiom) for idiom in self._known for sound in self._sounds(idiom[0], "同音"))

    @cached_property
    def _by_sound(self) -> Mapping[str, Sequence[str]]:
        return _gathered((sound, idiom) for idiom in self._known for sound in self._sounds(idiom[0], "谐音"))

    def _sounds(self, letter: str, link: Link) -> frozenset[str]:
        if link == "同字":
            return frozenset()
        readings = filter(None, self._readings.get(letter, ()))
        return frozenset(readings if link == "同音" else map(_plain, readings))


def _gathered(pairs: Iterable[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    found = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}


def _tagged(path: Path) -> Iterator[tuple[str, int]]:
    """The idioms of a dictionary whose lines are a word, how often it is said, and what it is."""
    with path.open("rb") as lines:
        # Most lines are other words: they are not even decoded.
        for line in lines:
            if line.rstrip().endswith(b" i"):
                word, often, _ = line.decode().split()
                if _IDIOM.fullmatch(word):
                    yield word, int(often)


def _plain(reading: str) -> str:
    """A reading without its tone; ü stays."""
    return unicodedata.normalize("NFC", _TONES.sub("", unicodedata.normalize("NFD", reading)))
