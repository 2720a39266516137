"""What a handler knows while it decides."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from bot.types.events import Conversation
from bot.types.ports import Group, Member, Thread, Transaction


@dataclass(frozen=True, slots=True)
class Tried:
    """One thing that was considered on the way to an answer."""

    handler: str
    rule: str = ""
    score: float | None = None
    note: str = ""


@dataclass(slots=True)
class Trace:
    """Why this event got this answer, in the order in which things were tried."""

    tried: list[Tried] = field(default_factory=list)

    def add(self, handler: str, rule: str = "", score: float | None = None, note: str = "") -> None:
        """Remember one more thing that was considered."""
        self.tried.append(Tried(handler, rule, score, note))


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Clock, chance, transaction, and who and where.

    `chance` is seeded by the event's id, so that an event which runs again decides the same.
    `at` is when the event happened, before `now` where it waited; None: now.
    `rehearsal` is true where cooldowns and other counts must not matter (`qunban ask`).
    """

    now: datetime
    chance: Random
    transaction: Transaction
    conversation: Conversation
    thread: Thread
    member: Member
    group: Group | None
    trace: Trace
    at: datetime | None = None
    rehearsal: bool = False
