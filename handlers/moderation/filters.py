"""The filter of a configuration, made from the one before where that is quicker; the last good one is kept."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from threading import Lock
from typing import Any

from handlers.moderation.words import Lists, source_of
from nlp.moderation.allow import Allow
from nlp.moderation.entry import Entry
from nlp.moderation.filter import Filter
from nlp.moderation.language import Language
from nlp.moderation.lists.sample import fault_of
from nlp.tokenise import Tokeniser

log = logging.getLogger(__name__)

# A list of so many entries takes a second or more to build; a few changes to it are added to what there is.
LARGE = 20_000
FEW = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """What came and what went between two lists. An entry that only moved to another line is the same."""

    added: Sequence[Entry]
    removed: Sequence[Entry]

    @classmethod
    def between(cls, before: Sequence[Entry], after: Sequence[Entry]) -> "Change":
        """The difference of two lists."""
        head = _alike(before, after)
        tail = _alike(reversed(before[head:]), reversed(after[head:]))
        old, new = before[head : len(before) - tail], after[head : len(after) - tail]
        known, wanted = set(map(_content, old)), set(map(_content, new))
        added = [entry for entry in new if _content(entry) not in known]
        return cls(added, [entry for entry in old if _content(entry) not in wanted])

    @property
    def size(self) -> int:
        """How many entries it is about."""
        return len(self.added) + len(self.removed)


def _alike(before: Iterable[Entry], after: Iterable[Entry]) -> int:
    """With how many entries that are the same two lists begin: lists are long, and what changes is little."""
    pairs = zip(before, after, strict=False)
    return sum(1 for _ in takewhile(lambda pair: _content(pair[0]) == _content(pair[1]), pairs))


def _content(entry: Entry) -> tuple[Any, ...]:
    """All but the line."""
    return (
        entry.word, entry.category, entry.severity, entry.action, entry.layers, entry.groups, entry.until, entry.note,
        source_of(entry),
    )  # fmt: skip


class Filters:
    """The last filter, so that a reload that leaves the lists alone costs nothing. For the shelf.

    It is asked on a thread while the filter before goes on serving; what it gives is swapped in with the handler.
    """

    def __init__(self, tokeniser: Tokeniser, language: Language | None = None) -> None:
        self._tokeniser = tokeniser
        self._language = language or Language.load(tokeniser)
        self._lock = Lock()
        self._last: Filter | None = None
        self._held: tuple[Entry, ...] = ()
        self._late = 0

    def of(self, lists: Lists) -> Filter:
        """The filter of some lists; the last one when theirs must not be used. Slow for long ones that changed much."""
        with self._lock:
            entries = (*lists.entries, *self._kept(lists.void))
            made, held, late = self._made(entries, lists.allow)
            if made is not self._last and self._last and (fault := fault_of(made.hits, held)):
                log.error("新词表不能用（%s），继续用原来的 %d 个词", fault, len(self._held))
                return self._last
            self._last, self._held, self._late = made, held, late
            return made

    def words(self, text: str) -> Sequence[tuple[int, int]]:
        """Where the words of a text lie, as far as they stand in it as they are."""
        found, at = [], 0
        for word in self._tokeniser.cut(text):
            if (start := text.find(word, at)) >= 0:
                at = start + len(word)
                found.append((start, at))
        return found

    def _kept(self, void: Iterable[str]) -> Iterator[Entry]:
        """The words that files had which have nothing at all in them now: rather a slip than what was wanted."""
        for source in void:
            words = [entry for entry in self._held if source_of(entry) == source]
            if words:
                log.warning("%s 是空的，继续用原来的 %d 个词", source, len(words))
            yield from words

    def _made(self, entries: tuple[Entry, ...], allow: Allow) -> tuple[Filter, tuple[Entry, ...], int]:
        """A filter, what it holds, and how many changes of it were added to what had been built."""
        if self._last and self._last.allow == allow:
            if entries == self._held:
                return self._last, self._held, self._late
            if len(entries) >= LARGE and (found := self._extended(self._last, entries)):
                return found
        return Filter.build(entries, allow, self._language), entries, 0

    def _extended(self, last: Filter, entries: Sequence[Entry]) -> tuple[Filter, tuple[Entry, ...], int] | None:
        """The last filter with what came and went; None when that is much.

        Entries that only moved keep the line that they had, until the whole is built again.
        """
        change = Change.between(self._held, entries)
        late = self._late + change.size
        if late > FEW:
            return None
        gone = set(map(id, change.removed))
        held = (*(entry for entry in self._held if id(entry) not in gone), *change.added)
        return last.extended(change.added, change.removed), held, late
