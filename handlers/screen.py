"""The section `[screening]`: words that the bot itself never says, whoever wrote the text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from threading import Lock
from typing import Annotated
from zoneinfo import ZoneInfo

import regex

from bot.types.declarations import Section, Settled
from bot.types.fields import OneOrMany, limited
from bot.types.ports import Shelf
from handlers.wordlists import Words, allow_paths, own_words, word_paths
from nlp.moderation.allow import Allow
from nlp.moderation.entry import Entry
from nlp.moderation.filter import Filter
from nlp.moderation.hit import Hit
from nlp.moderation.language import Language
from nlp.moderation.layers import Layer
from nlp.moderation.lists.allowed import AllowList, read_allowed
from nlp.moderation.lists.words import WordList, read_words

CATEGORY = "screening"
# Layers that err now and then are for people who look at what members wrote; nobody looks at what the bot says.
PLAIN = frozenset((Layer.EXACT, Layer.FOLD, Layer.SKELETON, Layer.DECODED, Layer.BRACKETS))
# A list says 3 of what may not be said at all; what it says less of, people look at.
HELD_BACK = 3

# 根，治 is the end of one clause and the beginning of another.
_PAUSE = regex.compile(r"[，。！？；：、,!?;:\n]")


class Screening(Settled):
    """The words, or lists of them; phrases that may be said all the same; what is said instead of a text with one."""

    words: OneOrMany[Words] = ()
    allow: OneOrMany[Words] = ()
    instead: Annotated[str, limited(600)] = "这个我不方便说，请发「转人工」问问同事～"

    @cached_property
    def listed(self) -> WordList:
        """What the word lists hold; read once, when it is first asked for."""
        return read_words(dict.fromkeys(word_paths(self.words)), Entry("", CATEGORY))

    @cached_property
    def allowed(self) -> AllowList:
        """What the allow lists hold; read once, when it is first asked for."""
        return read_allowed(dict.fromkeys(allow_paths(self.words, self.allow)))


SCREENING: Section[Screening] = Section("screening", Screening, Screening)


@dataclass(frozen=True, slots=True)
class Screen:
    """Finds what may not be said; pure but for the day, so that it may be asked before every commit."""

    filter: Filter | None = None
    today: Callable[[], date] = date.today

    def __call__(self, text: str) -> str | None:
        """The longest word of a text that may not be said; None when it may go out."""
        hits = self.filter.hits(text) if self.filter else ()
        words = (hit.entry.word for hit in hits if self._counts(hit) and _is_one_clause(hit, text))
        return max(words, key=len, default=None)

    def _counts(self, hit: Hit) -> bool:
        """Whether it is about a word of the lists that still holds; telephones and the like may be said."""
        return bool(hit.entry.place) and (hit.entry.until is None or hit.entry.until >= self.today())


class Screens:
    """The last screen, so that a reload that leaves the words alone costs nothing. For the shelf.

    Days are those of `timezone`; None: of the machine.
    """

    def __init__(self) -> None:
        self._timezone: ZoneInfo | None = None
        self._lock = Lock()
        self._language: Language | None = None
        self._entries: tuple[Entry, ...] = ()
        self._last = Screen()

    def of(self, section: Screening, timezone: ZoneInfo | None = None) -> Screen:
        """The screen of a section; slow for long lists. A file that is suddenly empty keeps the words it had."""
        with self._lock:
            entries = tuple(_held_back((*_own(section), *section.listed.entries, *self._kept(section.listed.void))))
            allow = Allow(section.allowed.allow.phrases | frozenset(own_words(section.allow)))
            last = self._last.filter
            if entries != self._entries or (last is not None and last.allow != allow):
                self._entries, self._last = entries, Screen(self._built(entries, allow), _today(self._timezone))
            if timezone != self._timezone:
                self._timezone, self._last = timezone, replace(self._last, today=_today(timezone))
            return self._last

    def _kept(self, void: frozenset[str]) -> Iterator[Entry]:
        return (entry for entry in self._entries if entry.place.rpartition(":")[0] in void)

    def _built(self, entries: tuple[Entry, ...], allow: Allow) -> Filter | None:
        if not entries:
            return None
        self._language = self._language or Language.plain()
        return Filter.build(entries, allow, self._language)


def screen_of(section: Screening, shelf: Shelf | None = None, timezone: ZoneInfo | None = None) -> Screen:
    """The screen of a section; the one before where a shelf has it and nothing has changed. Slow for long lists."""
    return (shelf.get("screening.screens", Screens) if shelf else Screens()).of(section, timezone)


def _today(timezone: ZoneInfo | None) -> Callable[[], date]:
    return lambda: datetime.now(timezone).date()


def _is_one_clause(hit: Hit, text: str) -> bool:
    is_written_apart = hit.layer in (Layer.FOLD, Layer.SKELETON) and _PAUSE.search(text, hit.start, hit.end)
    return not is_written_apart or _PAUSE.search(hit.entry.word) is not None


def _own(section: Screening) -> Iterator[Entry]:
    for at, word in enumerate(own_words(section.words), 1):
        yield Entry(word, CATEGORY, place=f"[{CATEGORY}]:{at}")


def _held_back(entries: tuple[Entry, ...]) -> Iterator[Entry]:
    """The entries that may not be said at all, found only by layers that do not err."""
    for entry in entries:
        if entry.severity >= HELD_BACK:
            layers = PLAIN if entry.layers is None else PLAIN & entry.layers
            yield Entry(entry.word, entry.category, layers=layers, until=entry.until, place=entry.place)
