"""One line of a word list."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Entry:
    """A word that moderation looks for, as its author wrote it.

    `category` is one word (`ad`, `fraud`, `gambling`, `contact`, `abuse`, or the author's own). `severity`: 1 is noted,
    2 is looked at by people, 3 is held back. `layers` names the only layers that may find it; None: all that suit its
    length. `groups` names where it counts; none: everywhere. It ends with the day `until`. `place` is the file and line
    that it came from. What is found without a list (a phone number) has an entry too, whose word names the kind.
    """

    word: str
    category: str
    severity: int = 3
    action: str = ""
    layers: frozenset[str] | None = None
    groups: tuple[str, ...] = ()
    until: date | None = None
    note: str = ""
    place: str = ""
