"""Who gets a ticket, and which ticket a free seat takes: pure choices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.directory import Mode

GRAB, ROUND, IDLE = "抢单", "轮流", "最闲"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may get a ticket.

    `open`: how many they have in hand, offered ones included; `last_at`: when they got one last, None: never.
    """

    id: str
    open: int = 0
    capacity: int = 5
    skills: frozenset[str] = frozenset()
    last_at: datetime | None = None

    @property
    def has_room(self) -> bool:
        return self.open < self.capacity


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ticket that nobody has: since when, what whoever takes it should know, and who must not get it."""

    id: int
    since: datetime
    skill: str = ""
    barred: frozenset[str] = frozenset()


def choose(candidates: Sequence[Candidate], mode: Mode, sticky_to: str = "", skill: str = "") -> str:
    """The id of the person who gets a ticket; "" when nobody has room, or when whoever is first shall take it (抢单).

    Those who know what the ticket needs come first; where none of them has room, anybody does. Among them the person
    that the customer had before, then by `mode`: who has waited longest for one, or who has the fewest in hand.
    """
    pool = fitting(candidates, skill)
    if any(one.id == sticky_to for one in pool):
        return sticky_to
    if not pool or mode == GRAB:
        return ""
    return min(pool, key=_load if mode == IDLE else _turn).id


def fitting(candidates: Iterable[Candidate], skill: str = "") -> Sequence[Candidate]:
    """Those with room who know what is needed, or else all those with room."""
    free = [one for one in candidates if one.has_room]
    return [one for one in free if skill in one.skills] or free


def next_for(person: Candidate, waiting: Iterable[Waiting]) -> int:
    """The number of the ticket that somebody with a free seat takes: of those they may have the oldest; 0 for none.

    A ticket that needs what they do not know is theirs, too: whoever knows it had no room for it so far.
    """
    if not person.has_room:
        return 0
    open_to = [one for one in waiting if person.id not in one.barred]
    return min(open_to, key=lambda one: (one.since, one.id)).id if open_to else 0


def _turn(one: Candidate) -> tuple[bool, float]:
    """Who never had one comes first, then who has waited longest."""
    return one.last_at is not None, one.last_at.timestamp() if one.last_at else 0.0


def _load(one: Candidate) -> tuple[int, bool, float]:
    return one.open, *_turn(one)
