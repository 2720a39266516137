"""The filter of a configuration, built once for the same lists, however often the configuration is read again."""

from threading import Lock

from handlers.moderation.words import Lists
from nlp.moderation.allow import Allow
from nlp.moderation.entry import Entry
from nlp.moderation.filter import Filter

Key = tuple[tuple[Entry, ...], Allow]


class Filters:
    """The last filter, so that a reload that leaves the lists alone costs nothing. For the shelf."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._key: Key = ((), Allow())
        self._last = Filter.build((), Allow())

    def of(self, lists: Lists) -> Filter:
        """The filter of some lists. Slow for long ones: for building, not for deciding."""
        key = tuple(lists.entries), lists.allow
        with self._lock:
            if key != self._key:
                self._key, self._last = key, Filter.build(*key)
            return self._last
