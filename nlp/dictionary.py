"""How often words come: half a million words and their beginnings in 8 MiB, where a dict of Python's takes 56."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from nlp.marks import mark
from nlp.packages import beside

# The low bits of a mark are its place; a slot holds its other bits, and the frequency in these.
BITS = 20
LOW = (1 << BITS) - 1
# Words that are read at once, so that little is needed beside the table.
AT_ONCE = 8192

Integers = NDArray[np.int64]


class Dictionary:
    """Frequencies of words, and 0 for what only begins one: an open table of marks (linear probing).

    It keeps no words: another text with the same 44 bits and nearly the same place counts as one of them, one text
    in some 10^13. A frequency is 2^20 - 1 at most (jieba's highest is 883,634).

    `frequencies` are those that its words have, each once. `slots`: where to look for the mark of a word, from the
    place of its `LOW` bits on to the next 0; for loops in which a call of `get` would take most of the time.
    """

    __slots__ = ("_size", "frequencies", "slots", "total")

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        """Words with frequencies of 1 and more; of two of the same word the later counts, `total` has both."""
        marks, frequencies, self.total = _read(iter(words))
        self._size = len(marks)
        self.frequencies: Sequence[int] = np.unique(frequencies[frequencies > 0]).tolist()
        self.slots = _placed(marks, frequencies)

    @classmethod
    def load(cls) -> "Dictionary":
        """jieba's dictionary (MIT). Slow: half a second of CPU."""
        return cls(jieba_words())

    def __len__(self) -> int:
        """How many words and beginnings of words it knows."""
        return self._size

    def get(self, word: str) -> int | None:
        """How often a word comes; 0 for the beginning of one, None for anything else."""
        wanted, slots = mark(word), self.slots
        at = wanted & LOW
        while (slot := slots[at]) and (slot ^ wanted) >> BITS:
            at += 1
        return slot & LOW if slot else None


def jieba_words() -> Iterator[tuple[str, int]]:
    """The words of jieba's dictionary with their frequencies, in its order."""
    with beside("jieba", "dict.txt").open(encoding="utf-8") as lines:
        for line in lines:
            word, frequency, _ = line.split(" ", 2)
            yield word, int(frequency)


def _read(words: Iterator[tuple[str, int]]) -> tuple[Integers, Integers, int]:
    """The marks of words and their beginnings, each once, with their frequencies; and the sum of all of these."""
    marks, frequencies = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    total = 0
    while some := list(islice(words, AT_ONCE)):
        total += sum(frequency for _, frequency in some)
        known = _with_beginnings(some)
        marks.append(np.fromiter(known, np.int64, len(known)))
        frequencies.append(np.fromiter(known.values(), np.int64, len(known)))
    return *_joined(np.concatenate(marks), np.concatenate(frequencies)), total


def _with_beginnings(words: Sequence[tuple[str, int]]) -> dict[int, int]:
    known: dict[int, int] = {}
    for word, frequency in words:
        for end in range(1, len(word)):
            known.setdefault(mark(word[:end]), 0)
        known[mark(word)] = frequency
    return known


def _joined(marks: Integers, frequencies: Integers) -> tuple[Integers, Integers]:
    """Each mark once, with the last of its frequencies that is not 0."""
    order = np.lexsort((np.arange(1, len(marks) + 1) * (frequencies > 0), marks))
    marks, frequencies = marks[order], frequencies[order]
    is_last = np.append(marks[1:] != marks[:-1], True)[: len(marks)]
    return marks[is_last], np.minimum(frequencies[is_last], LOW)


def _placed(marks: Integers, frequencies: Integers) -> "array[int]":
    """The table: each in the first free slot from its place on, and a free one after the last."""
    order = np.argsort(marks & LOW, kind="stable")
    nth = np.arange(len(marks))
    # Of those in the order of their places each stands behind the one before, wherever that had to go.
    at = np.maximum.accumulate((marks[order] & LOW) - nth) + nth
    slots = np.zeros(max(LOW, at.max(initial=0)) + 2, np.int64)
    slots[at] = (marks[order] & ~LOW) | frequencies[order]
    table = array("q")
    table.frombytes(slots.tobytes())
    return table
