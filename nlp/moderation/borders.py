"""Whether words begin and end where a hit does: 刷单 is not in 印刷单位."""

from collections.abc import Mapping
from math import log

from nlp.moderation.newer import FREQUENCY, WORDS
from nlp.moderation.view import View

# As often as a word that is worth listing but in no dictionary: once in half a million words. Nor is it likelier than
# its parts one after the other by more than this (natural logarithm): 加微信 is 加 and 微信, and so is 增加微信.
_MODEST = 100
_BOUND = 5.0
# Further away no word reaches a hit, and a window is judged in microseconds.
_WINDOW = 8
_LONGEST = 8
# The same likelihood summed in another order is the same.
_EQUAL = 1e-9


class Borders:
    """Compares two readings of the letters around a hit: with the listed word in it, and without.

    By jieba's word frequencies (MIT), with the likeliest row of words and no guesses at unknown ones.
    """

    def __init__(self, frequencies: Mapping[str, int], total: int) -> None:
        self._frequencies = frequencies
        # With the beginnings of words, as the dictionary itself has them.
        self._newer = {word[:end]: 0 for word in WORDS for end in range(1, len(word))} | dict.fromkeys(WORDS, FREQUENCY)
        self._whole = log(total)

    @property
    def has_words(self) -> bool:
        """Whether there is anything to compare by; without, every hit is welcome."""
        return bool(self._frequencies)

    def knows(self, word: str) -> bool:
        """Whether the dictionary has this word."""
        return bool(self._frequency(word))

    def gain(self, view: View, start: int, end: int, word: str) -> float:
        """By how much (natural logarithm) the text is likelier with `word` for these letters than as it stands."""
        first, last = self._window(view, start, end)
        left, right = view.letters[first:start], view.letters[end:last]
        with_word = self._best(left) + self._listed(word) + self._best(right)
        return with_word - self._best(view.letters[first:last]) + _EQUAL

    def loss(self, view: View, start: int, end: int) -> float:
        """By how much the text gets less likely if words have to begin and end with these letters."""
        first, last = self._window(view, start, end)
        letters = view.letters
        parts = (letters[first:start], letters[start:end], letters[end:last])
        return self._best(letters[first:last]) - sum(map(self._best, parts)) - _EQUAL

    def _window(self, view: View, start: int, end: int) -> tuple[int, int]:
        breaks, letters = view.breaks, view.letters
        first, last = start, end
        while first > max(0, start - _WINDOW) and first not in breaks and not letters[first - 1].isascii():
            first -= 1
        while last < min(len(letters), end + _WINDOW) and last not in breaks and not letters[last].isascii():
            last += 1
        return first, last

    def stands(self, view: View, start: int, end: int, word: str, least: float = 0.0) -> bool:
        """Whether words begin and end with these letters anyway, or the text is likelier by so much with the word."""
        return self.loss(view, start, end) <= min(0.0, -least) or self.gain(view, start, end, word) >= least

    def rarity(self, sign: str) -> float:
        """How rare a character is as a word (natural logarithm)."""
        return self._whole - log(self._frequency(sign) or 1)

    def _listed(self, word: str) -> float:
        modest = min(log(_MODEST) - self._whole, self._best(word) + _BOUND)
        frequency = self._frequency(word)
        return max(log(frequency) - self._whole, modest) if frequency else modest

    def _frequency(self, word: str) -> int:
        return self._newer.get(word) or self._frequencies.get(word) or 0

    def _best(self, letters: str) -> float:
        """The likelihood of the likeliest row of words."""
        size = len(letters)
        chances = [0.0] * (size + 1)
        known, newer = self._frequencies.get, self._newer.get
        for start in range(size - 1, -1, -1):
            best = -self._whole + chances[start + 1]
            for end in range(start + 1, min(start + _LONGEST, size) + 1):
                part = letters[start:end]
                frequency = newer(part) or known(part)
                if frequency is None:
                    if part not in self._newer:
                        break
                    continue
                if frequency:
                    best = max(best, log(frequency) - self._whole + chances[end])
            chances[start] = best
        return chances[0] if size else 0.0
