"""Digits and signs for letters: c4s1n0."""

import re
from collections.abc import Iterator, Mapping, Sequence
from string import ascii_lowercase

from nlp.moderation.folding import is_unseen
from nlp.moderation.language import Language
from nlp.moderation.layers import Layer
from nlp.moderation.matchers.listing import Find, Index, Listed, Word
from nlp.moderation.matchers.words import is_alphabetic
from nlp.moderation.view import View

# What is written for a letter; more than one letter may be meant.
_SIGNS: Mapping[str, str] = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "bg", "7": "tl", "8": "b", "9": "gq", "@": "a",
    "$": "s", "!": "il", "|": "il", "+": "t", "€": "e", "£": "l", "¥": "y", "¢": "c", "§": "s", "*": "", "#": "h",
}  # fmt: skip
_SIGN = re.compile("[0-9@$!|+€£¥¢§#]")
_LONG = 4
_RUN = re.compile(f"[a-z]{{{_LONG}}}")


class Leet:
    """Finds words with four Latin letters in a row and more, behind signs that look like letters."""

    def __init__(self, words: Sequence[Word], language: Language) -> None:
        self._language = language
        self._kinds = _kinds()
        latin = (words[at] for at in Listed.of(words).points.counting(ascii_lowercase, _LONG))
        suitable = (word for word in latin if word.allows(Layer.LEET) and _is_latin(word.letters))
        self._index = Index((word.letters.translate(self._kinds), word) for word in suitable)

    def finds(self, view: View) -> Iterator[Find]:
        """Only where the text has Latin letters and signs that may stand for others."""
        if not (self._index and view.has_latin and _SIGN.search(view.text)):
            return
        signs, sources = self._signs(view)
        for start, end, owners in self._index.find(signs.translate(self._kinds)):
            for word in owners:
                if _fits(signs[start:end], word.letters) and self._ends_freely(view, sources[start], sources[end - 1]):
                    yield Find(word.number, Layer.LEET, sources[start], sources[end - 1] + 1)

    def _signs(self, view: View) -> tuple[str, list[int]]:
        """Letters, digits and signs of the text, and where each stands."""
        folding = self._language.folding
        found = [
            (sign, at)
            for at, written in enumerate(view.text)
            for sign in (folding[ord(written)] or (written if written in _SIGNS else ""))
        ]
        return "".join(sign for sign, _ in found), [at for _, at in found]

    def _ends_freely(self, view: View, first: int, last: int) -> bool:
        return not (self._goes_on(view, first - 1, -1) or self._goes_on(view, last + 1, 1))

    def _goes_on(self, view: View, at: int, step: int) -> bool:
        while 0 <= at < len(view.text) and is_unseen(view.text[at]):
            at += step
        beside = self._language.folding[ord(view.text[at])] if 0 <= at < len(view.text) else ""
        return bool(beside) and (is_alphabetic(beside[0]) or beside[0].isdigit())


def _kinds() -> dict[int, str]:
    """Each letter and sign with the one that stands for all that may be meant."""
    groups = ("il1!|7t+£", "o0", "z2", "e3€", "a4@", "s5$§", "bgq689", "c¢", "h#", "y¥")
    return {ord(sign): group[0] for group in groups for sign in group}


def _fits(signs: str, word: str) -> bool:
    """Whether each sign may stand for its letter, and some but not most do."""
    pairs = [(one, other) for one, other in zip(signs, word, strict=True) if one != other]
    return 0 < len(pairs) < len(word) and all(other in _SIGNS.get(one, "") for one, other in pairs)


def _is_latin(letters: str) -> bool:
    return _RUN.search(letters) is not None
