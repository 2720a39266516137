"""What the report knows of each ticket: how long its customer waited for what, in the open hours of its team."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.types.ports import Calendar
from handlers.desk.policy import Always, OpenHours, Opening
from handlers.desk.tables import CLOSED, messages, tickets
from handlers.directory import Team

CUSTOMER, STAFF = "customer", "staff"
GIVEN_UP = "timeout"


@dataclass(frozen=True, slots=True)
class Promise:
    """What a team promises, and when its clocks run."""

    first: timedelta | None = None
    next: timedelta | None = None
    resolution: timedelta | None = None
    opening: Opening = field(default_factory=Always)

    @classmethod
    def of(cls, team: Team, calendar: Calendar) -> "Promise":
        """The promise of a team."""
        opening = OpenHours(team.hours, calendar) if team.hours else Always()
        return cls(team.first_response, team.next_response, team.resolution, opening)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One ticket. None: it never came to that; `…on_time` None: nothing was promised, or nobody can tell yet.

    `taken`: until somebody took it; `answered`: until their first words; `next`: until each later answer.
    """

    number: int
    team: str
    reason: str
    opened_at: datetime
    taken: timedelta | None = None
    taken_on_time: bool | None = None
    answered: timedelta | None = None
    next: tuple[timedelta, ...] = ()
    next_on_time: tuple[bool, ...] = ()
    resolved: timedelta | None = None
    resolved_on_time: bool | None = None
    reopened: bool = False
    given_up: bool = False
    score: int | None = None


def opened_between(begin: datetime, end: datetime) -> sa.Select[Any]:
    """The tickets that were opened from `begin` to before `end`, in order."""
    mine = tickets.c.opened_at >= begin, tickets.c.opened_at < end
    return sa.select(tickets).where(*mine).order_by(tickets.c.opened_at, tickets.c.id)


def said_in(begin: datetime, end: datetime) -> sa.Select[Any]:
    """What customers and staff said in the same tickets, in order."""
    mine = tickets.c.opened_at >= begin, tickets.c.opened_at < end, messages.c.side.in_((CUSTOMER, STAFF))
    said = sa.select(messages.c.ticket, messages.c.side, messages.c.at)
    return said.join_from(messages, tickets, messages.c.ticket == tickets.c.id).where(*mine).order_by(messages.c.id)


def case_of(row: sa.Row[Any], said: Sequence[sa.Row[Any]], promise: Promise, now: datetime) -> Case:
    """What a ticket's row and the lines said in it amount to."""
    clock, opened = promise.opening, row.opened_at
    lasted = clock.worked(opened, row.closed_at or now)
    taken, answered, resolved = (_until(clock, opened, at) for at in (row.taken_at, row.answered_at, row.resolved_at))
    waits = tuple(clock.worked(asked, at) for asked, at in exchanges(said, row.answered_at))
    return Case(
        number=row.id, team=row.team, reason=row.reason, opened_at=opened, taken=taken,
        taken_on_time=_on_time(taken, lasted, promise.first), answered=answered, next=waits,
        next_on_time=tuple(wait <= promise.next for wait in waits) if promise.next is not None else (),
        resolved=resolved, resolved_on_time=_on_time(resolved, lasted, promise.resolution),
        reopened=row.reopened > 0, given_up=row.state == CLOSED and row.ended == GIVEN_UP, score=row.score,
    )  # fmt: skip


def _until(clock: Opening, opened: datetime, moment: datetime | None) -> timedelta | None:
    return clock.worked(opened, moment) if moment else None


def _on_time(took: timedelta | None, waited: timedelta, promised: timedelta | None) -> bool | None:
    """Whether a promise was kept; None without one, or when it was neither kept nor broken before the end."""
    if promised is None:
        return None
    if took is None:
        return False if waited > promised else None
    return took <= promised


def exchanges(said: Sequence[sa.Row[Any]], first: datetime | None) -> Sequence[tuple[datetime, datetime]]:
    """When customers began to wait for an answer and when they got it, after the first answer."""
    asked: datetime | None = None
    found: list[tuple[datetime, datetime]] = []
    for line in said:
        if first is None or line.at <= first:
            continue
        if line.side == CUSTOMER:
            asked = asked or line.at
        elif asked is not None:
            found.append((asked, line.at))
            asked = None
    return found


def cases(
    rows: Sequence[sa.Row[Any]], said: Sequence[sa.Row[Any]], promises: Mapping[str, Promise], now: datetime
) -> Sequence[Case]:
    """The tickets of a report; a team that left the configuration promises nothing, and is always open."""
    lines: dict[int, list[sa.Row[Any]]] = {}
    for line in said:
        lines.setdefault(line.ticket, []).append(line)
    return [case_of(row, lines.get(row.id, ()), promises.get(row.team, Promise()), now) for row in rows]
