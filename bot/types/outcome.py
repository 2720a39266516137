"""What was decided about an event, and why."""

from dataclasses import dataclass
from enum import StrEnum

from bot.types.actions import Action


class Kind(StrEnum):
    """How an event ends; `PARKED` is the only one that is not an end."""

    ANSWERED = "answered"
    ESCALATED = "escalated"
    SILENT = "silent"
    MERGED = "merged"
    STALE = "stale"
    PARKED = "parked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A decision: its kind, what goes out, why, and whether later handlers still run (`more`).

    `into` names the event that a merged one went into.
    """

    kind: Kind
    actions: tuple[Action, ...] = ()
    reason: str
    rule: str = ""
    score: float | None = None
    into: str = ""
    more: bool = False


def answered(*actions: Action, reason: str, rule: str = "", score: float | None = None) -> Outcome:
    """The bot answered."""
    return Outcome(kind=Kind.ANSWERED, actions=actions, reason=reason, rule=rule, score=score)


def escalated(*actions: Action, reason: str, rule: str = "") -> Outcome:
    """A person will answer."""
    return Outcome(kind=Kind.ESCALATED, actions=actions, reason=reason, rule=rule)


def silent(*actions: Action, reason: str, rule: str = "") -> Outcome:
    """Nothing is said to the one who spoke; actions may still tell others."""
    return Outcome(kind=Kind.SILENT, actions=actions, reason=reason, rule=rule)
