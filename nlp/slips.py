"""Slips of the fingers: which known words a piece of text is, but for one slip."""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence


class Lacking:
    """Known words, found by what is left of them when one character is dropped.

    Twelve bytes for each character of each word: hashes in order, compared with the word itself once one fits. Words
    have three characters or more.
    `may_drop` says which characters may be missing at all, `ends` whether the first and the last may: inside a text
    the character that stands in their place belongs to something else.
    """

    def __init__(self, words: Iterable[str], may_drop: Callable[[str], bool], ends: bool = True) -> None:
        self._words = sorted(set(words))
        self._may_drop = may_drop
        self._ends = ends
        rests = sorted((hash(rest), at) for at, word in enumerate(self._words) for rest in self._rests(word))
        self._hashes = array("q", (number for number, _ in rests))
        self._owners = array("I", (at for _, at in rests))
        lengths = defaultdict(set)
        for word in self._words:
            for head in (word[:2], word[:1] + word[2:3], word[1:3]):
                lengths[head].add(len(word) - 1)
        self._lengths = {head: tuple(found) for head, found in lengths.items()}

    def find(self, rest: str) -> Iterator[str]:
        """The words of which `rest` is all but one character."""
        wanted = hash(rest)
        at = bisect_left(self._hashes, wanted)
        while at < len(self._hashes) and self._hashes[at] == wanted:
            word = self._words[self._owners[at]]
            if rest in self._rests(word):
                yield word
            at += 1

    def within(self, text: str) -> Iterator[str]:
        """The words of which the text contains all but one character, side by side."""
        for at in range(len(text)):
            for length in self._lengths.get(text[at : at + 2], ()):
                if at + length <= len(text):
                    yield from self.find(text[at : at + length])

    def _rests(self, word: str) -> set[str]:
        return _rests(word, self._may_drop) if self._ends else _rests(word, self._may_drop, 1)


def _rests(word: str, may_drop: Callable[[str], bool], edge: int = 0) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(edge, len(word) - edge) if may_drop(word[at])}


def swapped(text: str, may_move: Callable[[str], bool]) -> Iterator[tuple[int, str]]:
    """The text with two neighbours in each other's place, each with where that is."""
    for at in range(len(text) - 1):
        first, second = text[at], text[at + 1]
        if first != second and may_move(first) and may_move(second):
            yield at, text[:at] + second + first + text[at + 2 :]


# In shorter words a replaced letter makes another word more often than not.
REPLACED = 7


class Spellings:
    """Latin words, found with one slip: a letter dropped or added, two swapped, in a long word also one replaced.

    The first letter is always right.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        self._lacking = Lacking(self._words, str.isalpha)

    def find(self, typed: str) -> Sequence[str]:
        """The words that `typed` may stand for, itself left out."""
        rests = _rests(typed, str.isalpha)
        close = {word for rest in (typed, *rests) for word in self._lacking.find(rest)} | (rests & self._words)
        return sorted(word for word in close if word[0] == typed[0] and _is_likely(word, typed))


def _is_likely(word: str, typed: str) -> bool:
    is_moved = len(word) != len(typed) or sorted(word) == sorted(typed)
    return is_one_slip(word, typed) and (is_moved or len(word) >= REPLACED)


def is_one_slip(word: str, typed: str) -> bool:
    """Whether exactly one letter was dropped, added or replaced, or two neighbours swapped (Damerau 1964)."""
    if word == typed or abs(len(word) - len(typed)) > 1:
        return False
    at = next((at for at, (a, b) in enumerate(zip(word, typed, strict=False)) if a != b), min(len(word), len(typed)))
    if len(word) > len(typed):
        return word[at + 1 :] == typed[at:]
    if len(word) < len(typed):
        return word[at:] == typed[at + 1 :]
    is_swap = word[at : at + 2] == typed[at : at + 2][::-1] and word[at + 2 :] == typed[at + 2 :]
    return is_swap or word[at + 1 :] == typed[at + 1 :]
