"""Characters taken apart: 女子 for 好."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from operator import add

from nlp.moderation.language import Language
from nlp.moderation.layers import Layer
from nlp.moderation.matchers.listing import Find, Index, Word, gravest
from nlp.moderation.view import View

# The longest that one character is drawn out to.
_PIECES = 6
# By how much the text has to be likelier with the word, for each character that was put together.
_LEAST = 2.0

# In a longer list the gravest words.
_WORDS = 10_000


class Recomposed:
    """Finds words by the parts of their characters; the text is taken apart as the words are."""

    def __init__(self, words: Sequence[Word], language: Language) -> None:
        self._language = language
        words = gravest(words, _WORDS, _suits)
        self._index = Index((parts, word) for word in words for parts in language.partings(word.letters))
        self._pairs = frozenset(language.neighbours({sign for word in words for sign in word.letters}))

    def finds(self, view: View) -> Iterator[Find]:
        """Where at least one character was taken apart: nowhere without two pieces of one side by side."""
        if self._pairs.isdisjoint(map(add, view.letters, view.letters[1:])):
            return
        found = self._index.find(view.letters.translate(self._language.parted))
        if not found:
            return
        ends = accumulate(len(self._language.parted[ord(sign)]) for sign in view.letters)
        places = {0: 0} | {end: at for at, end in enumerate(ends, 1)}
        for begin, until, owners in found:
            start, end = places.get(begin), places.get(until)
            if start is not None and end is not None:
                for word in owners:
                    if end - start > len(word.letters) and self._is_meant(view, start, end, word.letters):
                        yield Find(word.number, Layer.RECOMPOSED, *view.characters(start, end))

    def _is_meant(self, view: View, start: int, end: int, word: str) -> bool:
        if not self._fits(view.letters[start:end], word):
            return False
        return self._language.borders.gain(view, start, end, word) >= _LEAST

    def _fits(self, letters: str, word: str) -> bool:
        """Whether every character of the word is there, whole or in pieces."""
        places = {0}
        for sign in word:
            ways = self._language.ways(sign)
            places = {end for at in places for end in self._ends(letters, at, sign, ways)}
        return len(letters) in places

    def _ends(self, letters: str, at: int, sign: str, ways: Iterable[str]) -> Iterator[int]:
        if letters[at : at + 1] == sign:
            yield at + 1
        for end in range(at + 2, min(at + _PIECES, len(letters)) + 1):
            if letters[at:end].translate(self._language.parted) in ways:
                yield end


def _suits(word: Word) -> bool:
    return word.allows(Layer.RECOMPOSED) and len(word.letters) > 1 and not word.letters.isascii()
