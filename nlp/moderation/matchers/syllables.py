"""Pinyin for characters: shuadan, shua dan, 刷dan."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp.moderation.language import Language
from nlp.moderation.layers import Layer
from nlp.moderation.matchers.listing import Find, Index, Word, characters, gravest
from nlp.moderation.matchers.words import ends_freely
from nlp.moderation.view import View

# Fewer letters stand for too many things.
_LETTERS = 4
_WHOLE = 3

# In a longer list the gravest words.
_WORDS = 100_000


@dataclass(frozen=True, slots=True)
class Reading:
    """How text spells a word: characters of the word itself, others that sound like them, letters of pinyin."""

    literal: int
    alike: int
    letters: int


class Syllables:
    """Finds words among letters that are read as pinyin, alone or between characters."""

    def __init__(self, words: Sequence[Word], language: Language) -> None:
        self._language = language
        suitable = gravest(words, _WORDS, _suits)
        letters = [word.letters for word in suitable]
        self._index = Index((spelling, suitable[at]) for at, spelling in language.spellings(letters))

    def finds(self, view: View) -> Iterator[Find]:
        """Only where the text has Latin letters."""
        if not view.has_latin:
            return
        spelled = view.letters.translate(self._language.spelled)
        found = self._index.find(spelled)
        if not found:
            return
        places = self._places(view.letters)
        for begin, until, owners in found:
            start, end = places.get(begin), places.get(until)
            if start is not None and end is not None:
                for word in owners:
                    if self._is_meant(view, start, end, word.letters):
                        yield Find(word.number, Layer.SYLLABLES, *view.characters(start, end))

    def _places(self, letters: str) -> dict[int, int]:
        """Where each letter begins among the spelled ones."""
        places, at = {0: 0}, 0
        for number, sign in enumerate(letters, 1):
            at += len(self._language.spelled[ord(sign)])
            places[at] = number
        return places

    def _is_meant(self, view: View, start: int, end: int, word: str) -> bool:
        reading = self._read(view.letters[start:end], word)
        if reading is None or reading.letters == 0 or not ends_freely(view, start, end):
            return False
        if reading.literal == reading.alike == 0:
            return reading.letters >= _LETTERS
        if reading.alike and len(word) < _WHOLE:
            return False
        return self._language.borders.loss(view, start, end) <= 0.0

    def _read(self, letters: str, word: str) -> Reading | None:
        """The letters as this word; None if a syllable would begin or end inside a character."""
        rows = [(0, Reading(0, 0, 0))]
        for sign in word:
            rows = [row for at, reading in rows for row in self._step(letters, at, sign, reading)]
        return next((reading for at, reading in rows if at == len(letters)), None)

    def _step(self, letters: str, at: int, sign: str, so_far: Reading) -> Iterator[tuple[int, Reading]]:
        if letters[at : at + 1] == sign:
            yield at + 1, Reading(so_far.literal + (not sign.isascii()), so_far.alike, so_far.letters)
            return
        readings = self._language.readings(sign)
        if at < len(letters) and not letters[at].isascii():
            if not set(self._language.readings(letters[at])).isdisjoint(readings):
                yield at + 1, Reading(so_far.literal, so_far.alike + 1, so_far.letters)
            return
        for reading in dict.fromkeys(readings):
            if letters.startswith(reading, at):
                yield at + len(reading), Reading(so_far.literal, so_far.alike, so_far.letters + len(reading))


def _suits(word: Word) -> bool:
    return word.allows(Layer.SYLLABLES) and characters(word.letters) >= 2
