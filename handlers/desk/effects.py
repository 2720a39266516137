"""What is to be done because a ticket moved: values, carried out by the desk."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Word(StrEnum):
    """What the customer is told."""

    PROMISED = "promised"
    ALREADY = "already"
    LATE = "late"
    SERVED = "served"
    PASSED = "passed"
    BACK = "back"
    OFF_HOURS = "off hours"
    ENDED = "ended"
    LEFT = "left"
    IDLE = "idle"
    DISMISSED = "dismissed"
    EXPIRED = "expired"
    UNANSWERED = "unanswered"
    SORRY = "sorry"
    THANKS = "thanks"


class Note(StrEnum):
    """What staff are told."""

    REMINDED = "reminded"
    DUE = "due"
    AGAIN = "again"
    OPENED = "opened"
    MISSED = "missed"
    LOST = "lost"
    TAKEN_OVER = "taken over"
    PASSED = "passed"
    IDLE = "idle"
    LEFT = "left"
    CLOSED = "closed"
    EXPIRED = "expired"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class ToCustomer:
    """The customer is told something."""

    word: Word


@dataclass(frozen=True, slots=True)
class ToStaff:
    """`who` is told something, or everybody who is called (`""`); `share`: how much of the time is over, in percent."""

    who: str
    note: Note
    share: int = 0


@dataclass(frozen=True, slots=True)
class Relay:
    """What was said goes on to the owner or to the customer."""

    to: Literal["owner", "customer"]


@dataclass(frozen=True, slots=True)
class Call:
    """Cards go to everybody of the ticket's level and below; `above`: only to those whom this level added."""

    above: bool = False


@dataclass(frozen=True, slots=True)
class Choose:
    """Somebody is to be chosen, but none of these; the choice comes back as `Offered`."""

    but: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Show:
    """One person gets a card of their own."""

    who: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The cards that others have can no longer be pressed."""

    but: str = ""


@dataclass(frozen=True, slots=True)
class AskScore:
    """The customer is asked how it was."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody has room for another one."""

    who: str


@dataclass(frozen=True, slots=True)
class Warn:
    """Who leads the team hears of it when nobody is on duty."""


Effect = ToCustomer | ToStaff | Relay | Call | Choose | Show | Withdraw | AskScore | Seat | Warn
"""Everything that can be done because a ticket moved."""
