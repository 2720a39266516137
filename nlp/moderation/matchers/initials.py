"""First letters of pinyin for characters: dkfp, 时时c."""

import re
from collections.abc import Iterable, Iterator, Sequence

from nlp.moderation.language import Language
from nlp.moderation.layers import Layer
from nlp.moderation.matchers.listing import Find, Index, Word, characters, gravest
from nlp.moderation.matchers.words import ends_freely
from nlp.moderation.view import View

# Everyday abbreviations of three letters are countless; of four they can be told.
_LETTERS = 4
_MIXED = 3
_SURE = 5
# With so many characters written out it is plain what the rest stands for.
_PLAIN = 2
_EVERYDAY = frozenset(
    """
    http https html xhtml xml xlsx docx pptx jpeg mpeg jpg mp4 mysql nginx npm ssh sdk tcp wlan dhcp ddos dns cdn
    yyds xswl nsdd dddd zqsg awsl kswl yysy bdjw plmm plgg xdjm jms xmsl ssfd szd dbq gkd cpdd pyq wxxcx wxgzh
    qq wx vx app ok pk cp tv pc id ip it up vip vs km kg cm mm ml hd bb mv sync
    kpi okr ppt pdf ceo cfo cto hrbp ssr bgm ktv dvd cctv nba cba lpl kfc tfboys
    """.split()  # noqa: SIM905
)
_LATIN = re.compile("[a-z]+")
_VOWEL = re.compile("[aeiou]")
_CLUSTER = re.compile("[^aeiou]{3,}")

# In a longer list the gravest words.
_WORDS = 20_000


class Initials:
    """Finds words of three characters and more by their first letters, some or (from four on) all."""

    def __init__(self, words: Sequence[Word], language: Language) -> None:
        self._language = language
        suitable = gravest(words, _WORDS, _suits)
        letters = [word.letters for word in suitable]
        self._index = Index((short, suitable[at]) for at, short in language.abbreviations(letters))

    def finds(self, view: View) -> Iterator[Find]:
        """Only where the text has Latin letters."""
        if not view.has_latin:
            return
        for start, end, owners in self._index.find(view.letters.translate(self._language.initials)):
            letters = view.letters[start:end]
            typed = sum(sign.isascii() for sign in letters)
            if typed and ends_freely(view, start, end) and _is_abbreviation(letters):
                yield from self._meant(view, start, end, owners)

    def _meant(self, view: View, start: int, end: int, owners: Iterable[Word]) -> Iterator[Find]:
        letters = view.letters[start:end]
        for word in owners:
            literal = sum(one == other and not one.isascii() for one, other in zip(letters, word.letters, strict=True))
            if not _fits(letters, word.letters) or (literal and self._language.borders.loss(view, start, end) > 0.0):
                continue
            yield Find(word.number, Layer.INITIALS, *view.characters(start, end), not literal and len(letters) < _SURE)


def _fits(letters: str, word: str) -> bool:
    """Whether every character that is written out is the word's, and some are not."""
    pairs = list(zip(letters, word, strict=True))
    return letters != word and all(one == other or (one.isascii() and not other.isascii()) for one, other in pairs)


def _is_abbreviation(letters: str) -> bool:
    """Whether the Latin letters can be the first ones of syllables, not a word of their own."""
    if characters(letters) < _PLAIN and any(run in _EVERYDAY for run in _LATIN.findall(letters)):
        return False
    if not letters.isascii():
        return True
    return len(letters) >= _LETTERS and (not _VOWEL.search(letters) or _CLUSTER.search(letters) is not None)


def _suits(word: Word) -> bool:
    return word.allows(Layer.INITIALS) and len(word.letters) >= _MIXED and characters(word.letters) >= 2
