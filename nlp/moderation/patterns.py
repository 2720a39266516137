"""Regular expressions of a list, which cannot hold up anything for long."""

import time
from collections.abc import Iterable, Iterator

import regex

from nlp.moderation.entry import Entry
from nlp.moderation.hit import Hit
from nlp.moderation.layers import Layer
from nlp.normalise import simplified

MOST = 100
# Of CPU, for one pattern on one text, and for all of them; what is not done by then is not found.
SECONDS, SECONDS_TOGETHER = 0.02, 0.05


class Patterns:
    """At most a hundred patterns; they see a text in simplified characters, case aside."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        patterns = [(entry, _compiled(entry)) for entry in entries if is_pattern(entry)]
        self._patterns = [(entry, pattern) for entry, pattern in patterns if pattern][:MOST]

    def find(self, text: str) -> list[Hit]:
        """Where they match, the first place of each."""
        return list(self._find(simplified(text))) if self._patterns else []

    def _find(self, text: str) -> Iterator[Hit]:
        ends = time.monotonic() + SECONDS_TOGETHER
        for entry, pattern in self._patterns:
            left = min(SECONDS, ends - time.monotonic())
            found = _searched(pattern, text, left) if left > 0 else None
            if found and found.end() > found.start():
                yield Hit(entry, Layer.PATTERN, *found.span())


def is_pattern(entry: Entry) -> bool:
    """Whether an entry is a regular expression: `/加.{0,3}微/`."""
    return len(entry.word) > 2 and entry.word[0] == entry.word[-1] == "/"


def fault_of(entry: Entry) -> str:
    """Why a pattern cannot be used; empty when it can."""
    try:
        pattern = regex.compile(entry.word[1:-1], regex.IGNORECASE)
    except regex.error as error:
        return str(error)
    return "什么都不写也算匹配" if pattern.search("") else ""


def _compiled(entry: Entry) -> "regex.Pattern[str] | None":
    return None if fault_of(entry) else regex.compile(entry.word[1:-1], regex.IGNORECASE)


def _searched(pattern: "regex.Pattern[str]", text: str, seconds: float) -> "regex.Match[str] | None":
    try:
        return pattern.search(text, timeout=seconds)
    except TimeoutError:
        return None
