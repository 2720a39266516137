"""Whether words begin and end where a hit does: 刷单 is not in 印刷单位."""

from math import log

from nlp.dictionary import Dictionary
from nlp.moderation.likelihood import Likelihood
from nlp.moderation.newer import FREQUENCY, WORDS
from nlp.moderation.view import View

# As often as a word that is worth listing but in no dictionary: once in half a million words. Nor is it likelier than
# its parts one after the other by more than this (natural logarithm): 加微信 is 加 and 微信, and so is 增加微信.
_MODEST = 100
_BOUND = 5.0
# 去死吧 is a word of the dictionary, and still 去死 is said.
_PARTICLES = frozenset("吧啊呀啦嘛呢吗哦了")
# For so many listed words what they are worth is kept.
_KEPT = 100_000
# The same likelihood summed in another order is the same.
_EQUAL = 1e-9


class Borders:
    """Compares two readings of the letters around a hit: with the listed word in it, and without.

    By jieba's word frequencies (MIT), with the likeliest row of words and no guesses at unknown ones.
    """

    def __init__(self, dictionary: Dictionary | None) -> None:
        self._dictionary = dictionary
        # With the beginnings of words, as the dictionary itself has them.
        self._newer = {word[:end]: 0 for word in WORDS for end in range(1, len(word))} | dict.fromkeys(WORDS, FREQUENCY)
        self._whole = 0.0 if dictionary is None else log(dictionary.total)
        self._known: dict[str, float] = {}

    @property
    def has_words(self) -> bool:
        """Whether there is anything to compare by; without, every hit is welcome."""
        return self._dictionary is not None

    def knows(self, word: str) -> bool:
        """Whether the dictionary has this word."""
        return bool(self._frequency(word))

    def gain(self, view: View, start: int, end: int, word: str) -> float:
        """By how much (natural logarithm) the text is likelier with `word` for these letters than as it stands."""
        return self._likelihood(view).around(start, end) + self._listed(word) + _EQUAL

    def most(self, letters: str, word: str) -> float:
        """What the gain can be at most, without a look at the text around."""
        return self._listed(word) + sum(map(self.rarity, letters)) + _EQUAL

    def loss(self, view: View, start: int, end: int) -> float:
        """By how much the text gets less likely if words have to begin and end with these letters."""
        likelihood = self._likelihood(view)
        return -likelihood.around(start, end) - likelihood.of(start, end) - _EQUAL

    def is_alone(self, view: View, at: int) -> bool:
        """Whether this letter is a word of its own as the text stands, so that it may well be there for another."""
        return self._likelihood(view).around(at, at + 1) - self.rarity(view.letters[at]) >= -_EQUAL

    def stands(self, view: View, start: int, end: int, word: str, least: float = 0.0) -> bool:
        """Whether words begin and end with these letters anyway, or the text is likelier by so much with the word."""
        if self.loss(view, start, end) <= min(0.0, -least) or self.gain(view, start, end, word) >= least:
            return True
        return view.letters[end : end + 1] in _PARTICLES and self.knows(view.letters[start : end + 1])

    def rarity(self, sign: str) -> float:
        """How rare a character is as a word (natural logarithm)."""
        return self._whole - log(self._frequency(sign) or 1)

    def _likelihood(self, view: View) -> Likelihood:
        if view.likelihood is None:
            view.likelihood = self._of(view.letters, view.breaks)
        return view.likelihood

    def _of(self, letters: str, breaks: frozenset[int] = frozenset()) -> Likelihood:
        return Likelihood(letters, breaks, self._frequency, self._whole)

    def _listed(self, word: str) -> float:
        known = self._known.get(word)
        if known is None:
            modest = min(log(_MODEST) - self._whole, self._of(word).all + _BOUND)
            frequency = self._frequency(word)
            known = max(log(frequency) - self._whole, modest) if frequency else modest
            if len(self._known) < _KEPT:
                self._known[word] = known
        return known

    def _frequency(self, word: str) -> int | None:
        newer = self._newer.get(word)
        if newer or self._dictionary is None:
            return newer
        known = self._dictionary.get(word)
        return newer if known is None else known
