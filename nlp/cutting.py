"""Cutting Chinese into words: the likeliest row of dictionary words, and a guess at those that are in none.

It gives the words that jieba gives, from jieba's own tables, in 0.55 of the time.
"""

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from math import inf, log

import regex

from nlp.dictionary import BITS, LOW, Dictionary
from nlp.marks import WIDE

# Runs without a space, in which words are looked for; every other letter is a word of its own.
_PIECE = regex.compile(r"([\u4E00-\u9FD5a-zA-Z0-9+#&._%\-]+)|[\p{L}\p{N}]")
_OF_UNKNOWN = regex.compile(r"([\u4E00-\u9FD5]+)|[a-zA-Z0-9]+(?:\.\d+)?%?|[^\u4E00-\u9FD5a-zA-Z0-9]+")
# Guesses that are kept: the same few names and verbs stand between known words again and again.
KEPT = 8192
# The logarithm of what never happens.
NEVER = -3.14e100

Chances = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Guesser:
    """A hidden Markov model of characters that begin (B), continue (M) or end (E) a word, or are one (S)."""

    first: Chances
    then: Mapping[str, Chances]
    shown: Mapping[str, Chances]

    def words(self, text: str) -> tuple[str, ...]:
        """The words of a run of Chinese characters along the likeliest row of states (Viterbi 1967)."""
        found, began = [], 0
        for at, state in enumerate(self._states(text), 1):
            if state in "ES":
                found.append(text[began:at])
                began = at
        return (*found, text[began:]) if began < len(text) else tuple(found)

    def _states(self, text: str) -> Sequence[str]:
        begin, middle, end, single = (self.shown[state] for state in "BMES")
        b, m, e, s = (self.first[state] + self.shown[state].get(text[0], NEVER) for state in "BMES")
        (be, bm), (eb, es) = self._steps("B", "EM"), self._steps("E", "BS")
        (me, mm), (sb, ss) = self._steps("M", "EM"), self._steps("S", "BS")
        before: list[tuple[bool, bool, bool, bool]] = []
        for sign in text[1:]:
            to_b, to_m, to_e, to_s = (shown.get(sign, NEVER) for shown in (begin, middle, end, single))
            b_e, b_s, m_b, m_m = e + eb + to_b, s + sb + to_b, b + bm + to_m, m + mm + to_m
            e_b, e_m, s_e, s_s = b + be + to_e, m + me + to_e, e + es + to_s, s + ss + to_s
            before.append((b_s >= b_e, m_m >= m_b, e_m >= e_b, s_s >= s_e))
            b, m, e, s = max(b_e, b_s), max(m_b, m_m), max(e_b, e_m), max(s_e, s_s)
        states = ["S" if s >= e else "E"]
        for from_s, from_m, to_end, alone in reversed(before):
            last = states[-1]
            if last == "B":
                states.append("S" if from_s else "E")
            elif last == "M":
                states.append("M" if from_m else "B")
            elif last == "E":
                states.append("M" if to_end else "B")
            else:
                states.append("S" if alone else "E")
        return states[::-1]

    def _steps(self, state: str, others: str) -> Iterator[float]:
        return (self.then[state][other] for other in others)


class Cutter:
    """Cuts text by how often words come; the dictionary has some."""

    def __init__(self, dictionary: Dictionary, guesser: Guesser) -> None:
        self.dictionary = dictionary
        whole = log(dictionary.total)
        self._logs = {frequency: log(frequency) - whole for frequency in {1, *dictionary.frequencies}}
        self._guess: Callable[[str], tuple[str, ...]] = lru_cache(KEPT)(guesser.words)

    @classmethod
    def load(cls) -> "Cutter":
        """A cutter with jieba's tables; its own start prints, and trusts a cache in a folder open to all. Slow."""
        with warnings.catch_warnings():
            # jieba imports pkg_resources where there is one, and has escapes that newer Pythons warn about.
            warnings.simplefilter("ignore")
            tables = import_module("jieba.finalseg")
        return cls(Dictionary.load(), Guesser(tables.start_P, tables.trans_P, tables.emit_P))

    def cut(self, text: str) -> list[str]:
        """The words of a text in order; some marks are among them."""
        found: list[str] = []
        for piece in _PIECE.finditer(text):
            if piece[1]:
                self._cut(piece[1], found)
            else:
                found.append(piece[0])
        return found

    def _cut(self, text: str, found: list[str]) -> None:
        ends, size = self._ends(text), len(text)
        at = unknown = 0
        while at < size:
            end = ends[at]
            if end - at > 1:
                if unknown < at:
                    self._add_unknown(text[unknown:at], found)
                found.append(text[at:end])
                unknown = end
            at = end
        if unknown < at:
            self._add_unknown(text[unknown:at], found)

    def _ends(self, text: str) -> Sequence[int]:
        """Where the word ends that begins at each place, on the likeliest way from there to the end."""
        slots, logs, size = self.dictionary.slots, self._logs, len(text)
        rare = logs[1]
        chances, ends = [0.0] * (size + 1), [0] * size
        for start in range(size - 1, -1, -1):
            best, at = -inf, start + 1
            for end in range(start + 1, size + 1):
                # `Dictionary.get`, of which a call would take most of the time here.
                wanted = hash(text[start:end] + WIDE)
                place = wanted & LOW
                while (slot := slots[place]) and (slot ^ wanted) >> BITS:
                    place += 1
                if not slot:
                    break
                if frequency := slot & LOW:
                    chance = logs[frequency] + chances[end]
                    if chance >= best:
                        best, at = chance, end
            chances[start] = best if best > -inf else rare + chances[at]
            ends[start] = at
        return ends

    def _add_unknown(self, text: str, found: list[str]) -> None:
        """Single characters in a row: words that the dictionary does not know, or just characters."""
        if len(text) == 1 or self.dictionary.get(text):
            found.extend(text)
            return
        for run in _OF_UNKNOWN.finditer(text):
            found.extend(self._guess(run[1]) if run[1] else (run[0],))
