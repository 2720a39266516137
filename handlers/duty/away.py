"""Leave and exchanged days, as values and as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.types.ports import Calendar, Executing
from handlers.duty.tables import AGREED, leaves, swaps

# A shift that began the day before may still last, wherever people are.
AROUND = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Leave:
    """Somebody (a userid) is not there from `begins` to before `ends`, UTC; `whole`: by days, not by hours."""

    person: str
    begins: datetime
    ends: datetime
    whole: bool
    id: int = 0

    def holds(self, now: datetime, day: date | None, calendar: Calendar) -> bool:
        """Whether somebody is away at a moment; `day`: the one on which the shift began that they would be in.

        Whole days are days of the roster: the night into the first of them is still worked, the one after the last
        is not.
        """
        if day is None or not self.whole:
            return self.begins <= now < self.ends
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=calendar.timezone)
        return self.begins <= noon < self.ends


@dataclass(frozen=True, slots=True)
class Swap:
    """Two people (userids) exchange what they have on a day."""

    day: date
    person: str
    other: str

    def placed(self, id: str) -> str:
        """Who is there in somebody's place."""
        return {self.person: self.other, self.other: self.person}.get(id, id)


@dataclass(frozen=True, slots=True)
class Away:
    """What changes the roster: leave, and swaps in the order in which they were agreed on."""

    leaves: tuple[Leave, ...] = ()
    swaps: tuple[Swap, ...] = ()

    def placed(self, people: Sequence[str], day: date) -> Sequence[str]:
        """Who is there instead of some people (userids) on a day."""
        for swap in self.swaps:
            people = [swap.placed(id) for id in people] if swap.day == day else people
        return people

    def has(self, id: str, now: datetime, day: date | None, calendar: Calendar) -> bool:
        """Whether somebody is on leave."""
        return any(leave.person == id and leave.holds(now, day, calendar) for leave in self.leaves)


async def away_between(transaction: Executing, begins: datetime, ends: datetime) -> Away:
    """The leave and the swaps of a time."""
    first, last = (begins - AROUND), (ends + AROUND)
    taken = sa.select(leaves).where(leaves.c.ends > first, leaves.c.begins < last, leaves.c.cancelled_at.is_(None))
    rows = (await transaction.execute(taken.order_by(leaves.c.begins, leaves.c.id))).all()
    meets = sa.or_(swaps.c.day.between(first.date(), last.date()), swaps.c.back.between(first.date(), last.date()))
    agreed = sa.select(swaps).where(swaps.c.state == AGREED, meets).order_by(swaps.c.answered_at, swaps.c.id)
    exchanged = (await transaction.execute(agreed)).all()
    return Away(tuple(map(leave_of, rows)), tuple(swap for row in exchanged for swap in swaps_of(row)))


async def away_at(transaction: Executing, now: datetime) -> Away:
    """The leave and the swaps that matter at a moment."""
    return await away_between(transaction, now, now)


def leave_of(row: sa.Row[Any]) -> Leave:
    """The leave of a row."""
    return Leave(row.person, row.begins, row.ends, row.whole, row.id)


def swaps_of(row: sa.Row[Any]) -> Sequence[Swap]:
    """The days that a row exchanges."""
    days = (row.day,) if row.back is None else (row.day, row.back)
    return [Swap(day, row.person, row.other) for day in days]
