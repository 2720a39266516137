"""A ticket as a value: one escalation, its state, in whose hands it is, and what rings next."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from bot.types.events import Conversation


class State(StrEnum):
    """Where a ticket is. While there is none, or it is closed, the bot has the thread."""

    QUEUED = "queued"
    ASSIGNED = "assigned"
    OWNED = "owned"
    WAITING = "waiting"
    RESOLVED = "resolved"
    CLOSED = "closed"


# A person has the customer; the bot is silent.
SERVED = frozenset({State.OWNED, State.WAITING})
# Somebody is called, or has the customer.
UNDER_WAY = frozenset({State.QUEUED, State.ASSIGNED, State.OWNED, State.WAITING})


class Alarm(StrEnum):
    """What rings when its time has come."""

    OPENING = "opening"
    OFFER = "offer"
    ACCEPT = "accept"
    HALF = "half"
    MOST = "most"
    BREACH = "breach"
    GIVE_UP = "give up"
    SILENCE = "silence"
    DUE_HALF = "due half"
    DUE_MOST = "due most"
    DUE = "due"
    LATER = "later"
    IDLE = "idle"
    SCORE = "score"


class Ring(NamedTuple):
    """One alarm of a ticket; `who` asked for it, where somebody did."""

    alarm: Alarm
    who: str = ""

    @property
    def key(self) -> str:
        """One string for it; `parse` is its inverse."""
        return f"{self.alarm}:{self.who}"

    @classmethod
    def parse(cls, key: str) -> "Ring":
        """The alarm of a key; ValueError when it is none."""
        alarm, _, who = key.partition(":")
        return cls(Alarm(alarm), who)


Alarms = Mapping[Ring, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One escalation: whose, where, why, for which team, in which state and in whose hands.

    For staff: `reason`, why they are called; `mood`; `attempts`, what the bot said; `suggestion`, what may be answered.
    `level` 0 is the first line, 1 the lead, 2 the manager. `owner` is who was offered it (assigned) or has it (owned,
    waiting), `last_owner` who had it last and may get it again, `tried` who was offered it in vain. `native`: it is
    served in WeCom's own client. `since`: when the customer began to wait for what is owed now. `spent`: how long in
    all it was staff's turn, `turn_at` since when it is.
    """

    id: int
    conversation: Conversation
    member: str
    opened_at: datetime
    name: str = ""
    group: str = ""
    team: str = ""
    skill: str = ""
    reason: str = ""
    mood: str = ""
    attempts: str = ""
    suggestion: str = ""
    level: int = 0
    state: State = State.QUEUED
    owner: str = ""
    last_owner: str = ""
    tried: tuple[str, ...] = ()
    alarms: Alarms = field(default_factory=dict)
    spent: timedelta = timedelta(0)
    since: datetime | None = None
    turn_at: datetime | None = None
    told_late: bool = False
    introduced: bool = False
    native: bool = False
    cards: int = 0
    score: int | None = None
    reopened: int = 0
    given_at: datetime | None = None
    taken_at: datetime | None = None
    answered_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    ended: str = ""
    ended_by: str = ""

    @property
    def label(self) -> str:
        """How staff see it: `"#12 小林"`."""
        return f"#{self.id} {self.shown}"

    @property
    def shown(self) -> str:
        """The customer as staff see them."""
        return self.name or self.member

    @property
    def is_served(self) -> bool:
        """Whether a person has the customer, so that the bot is silent."""
        return self.state in SERVED

    @property
    def is_under_way(self) -> bool:
        """Whether somebody is called, or has the customer."""
        return self.state in UNDER_WAY

    @property
    def is_open(self) -> bool:
        """Whether something is still to happen to it."""
        return self.state != State.CLOSED

    @property
    def rings_at(self) -> datetime | None:
        """When something must happen if nobody acts."""
        return min(self.alarms.values(), default=None)

    def at(self, alarm: Alarm) -> datetime | None:
        """When an alarm rings; None when it is not set."""
        return self.alarms.get(Ring(alarm))

    def without(self, *alarms: Alarm) -> "Ticket":
        """The ticket with these alarms off."""
        return replace(self, alarms={ring: due for ring, due in self.alarms.items() if ring.alarm not in alarms})

    def ringing(self, alarms: Alarms) -> "Ticket":
        """The ticket with these alarms set, beside the others."""
        return replace(self, alarms={**self.alarms, **alarms})
