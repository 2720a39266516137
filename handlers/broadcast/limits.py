"""How much one group or person may be told unasked; the one judge of it, for the bot and for its planner."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.types.context import Context
from bot.types.days import LocalDays
from bot.types.ports import Calendar
from handlers.broadcast.settings import Broadcast
from handlers.broadcast.tables import broadcasts

WEEK = timedelta(days=7)
SIX = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was said unasked."""

    at: datetime
    marketing: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """Why something is held back: `quiet`, `day`, `week`, `marketing`, `halted`; `why` is for managers (Chinese)."""

    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class Abroad:
    """The same workdays by the clocks of another zone."""

    calendar: Calendar
    timezone: ZoneInfo

    def is_workday(self, day: date) -> bool:
        """Whether people work on a day."""
        return self.calendar.is_workday(day)


@dataclass(frozen=True, slots=True)
class Limits:
    """What `[broadcast]` allows, by people's clocks."""

    section: Broadcast
    calendar: Calendar

    def by(self, timezone: ZoneInfo) -> "Limits":
        """The same for people whose clocks are those of a zone."""
        return Limits(self.section, Abroad(self.calendar, timezone))

    def held(self, now: datetime, past: Sequence[Said], marketing: bool, any_hour: bool = False) -> Held | None:
        """Why one more may not go out now; None when it may. `past`: what was said there since `since(now)`."""
        section = self.section
        if not any_hour and not isinstance(section.quiet, str) and section.quiet.covers(now, self.calendar):
            return Held("quiet", f"在免打扰时段（{section.quiet}）")
        begins = self.today(now)
        today = [one for one in past if one.at >= begins]
        if len(today) >= section.per_day:
            return Held("day", f"今天已经发了 {len(today)} 条，最多 {section.per_day} 条")
        if len(past) >= section.per_week:
            return Held("week", f"最近 7 天已经发了 {len(past)} 条，最多 {section.per_week} 条")
        return self._too_much_marketing(past) if marketing else None

    def _too_much_marketing(self, past: Sequence[Said]) -> Held | None:
        told, marketing = len(past) + 1, sum(one.marketing for one in past) + 1
        if marketing * 100 <= self.section.marketing_share * told:
            return None
        most = self.section.marketing_share
        return Held("marketing", f"算上它，最近 7 天 {told} 条里有 {marketing} 条营销，最多占 {most}%")

    def since(self, now: datetime) -> datetime:
        """From when on what was said counts: today and the six days before."""
        days = LocalDays(self.calendar.timezone)
        return days.start(days.of(now) - SIX)

    def today(self, now: datetime) -> datetime:
        """When the day began."""
        days = LocalDays(self.calendar.timezone)
        return days.start(days.of(now))

    async def ask(self, context: Context, target: str, marketing: bool, any_hour: bool = False) -> Held | None:
        """The same, from what is kept; nobody else can speak to the target in the same moment."""
        await context.transaction.guard(f"broadcast:{target}")
        mine = broadcasts.c.target == target, broadcasts.c.state == "sent", broadcasts.c.at >= self.since(context.now)
        rows = (await context.transaction.execute(sa.select(broadcasts).where(*mine))).all()
        return self.held(context.now, [Said(row.at, row.marketing) for row in rows], marketing, any_hour)
