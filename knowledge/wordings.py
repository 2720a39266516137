"""All wordings of a base in one row, and the entries that own them."""

from collections.abc import Collection, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.alignment import Alignment, Ends
from knowledge.entries import Entry
from knowledge.ranking import Wording
from nlp.marks import mark
from nlp.normalise import core

Scores = NDArray[np.float64]
Counts = NDArray[np.int64]


class Wordings:
    """The wordings of entries in order; `texts[row]` belongs to entry `owners[row]`. Immutable.

    `since` tells which of them `previous` wordings held already, `same` how many entries at both ends it had, too.
    """

    def __init__(self, entries: Sequence[Entry], previous: "Wordings | None" = None) -> None:
        self.entries = tuple(entries)
        self.same = Ends.of(previous.entries if previous else (), self.entries)
        made = self.same.between(self.entries)
        counts = np.array([1 + len(entry.similar) for entry in made], np.int64)
        rows = Ends()
        if previous:
            counts, rows = previous._counted(self.same, counts)
        self.texts: tuple[str, ...] = rows.around(
            previous.texts if previous else (), (text for entry in made for text in entry.questions)
        )
        self.owners = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
        self.firsts = np.append(0, np.cumsum(counts))[:-1].astype(np.int64)
        self.since = Alignment.of(previous.texts if previous else (), self.texts)
        fresh = self.since.fresh
        self._keys: NDArray[np.int64] = self.since.carried(previous._keys if previous else np.zeros(0, np.int64))
        self._keys[fresh] = [mark(core(self.texts[row])) for row in fresh.tolist()]
        self._order = np.argsort(self._keys, kind="stable")

    def _counted(self, same: Ends, between: Counts) -> tuple[Counts, Ends]:
        """How many wordings entries have when others stand between those that are the `same`, and the ends in rows."""
        counts = np.diff(self.firsts, append=len(self.texts))
        start, end = counts[: same.start], counts[len(counts) - same.end :]
        return np.concatenate((start, between, end)), Ends(int(start.sum()), int(end.sum()))

    def __len__(self) -> int:
        return len(self.texts)

    def row(self, wording: Wording) -> int:
        """The row of an entry's question."""
        number, place = wording
        return int(self.firsts[number]) + place

    def verbatim(self, said: str) -> int | None:
        """The row that says the very same words, given as their core; of several the last."""
        key = mark(said)
        first = int(np.searchsorted(self._keys, key, sorter=self._order))
        if first == len(self._order) or self._keys[self._order[first]] != key:
            return None
        last = int(np.searchsorted(self._keys, key, side="right", sorter=self._order))
        same = (row for row in self._order[first:last][::-1].tolist() if core(self.texts[row]) == said)
        return next(same, None)

    def best(self, scores: Scores, limit: int, hidden: Collection[Wording] = ()) -> Iterator[tuple[int, int]]:
        """The best rows of different entries, (entry, row), the best first; of equal ones the first entry's.

        `scores` has one a row; rows of 0 and less, and `hidden` ones, are left out.
        """
        if not len(scores):
            return
        if hidden:
            scores = scores.copy()
            scores[[self.row(wording) for wording in hidden]] = 0.0
        entries = np.maximum.reduceat(scores, self.firsts)
        for number in _largest(entries, limit):
            first = int(self.firsts[number])
            last = first + 1 + len(self.entries[number].similar)
            yield number, first + int(scores[first:last].argmax())


def _largest(values: Scores, limit: int) -> list[int]:
    """The places of the largest values above 0, the largest first; of equal values the first."""
    places = np.flatnonzero(values > 0)
    if len(places) > limit:
        some = values[places]
        places = places[some >= np.partition(some, len(some) - limit)[len(some) - limit]]
    # Ascending as they are, so that of equal values the first stays the first.
    order = np.argsort(-values[places], kind="stable")
    found: list[int] = places[order][:limit].tolist()
    return found
