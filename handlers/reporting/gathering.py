"""From the records to the report."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.types.declarations import Settings
from bot.types.ports import Calendar, Directory
from handlers.directory import TEAMS, Roster
from handlers.reporting.cases import Promise, cases, opened_between, said_in
from handlers.reporting.period import Period
from handlers.reporting.summary import Summary, summary
from handlers.reporting.threads import talked_between, talks

Read = Callable[["sa.Select[Any]"], Awaitable[Sequence["sa.Row[Any]"]]]


@dataclass(frozen=True, slots=True)
class Gathering:
    """What is needed of a configuration to make sense of the records: what teams promise, and who is staff."""

    promises: Mapping[str, Promise]
    directory: Directory

    @classmethod
    def of(cls, settings: Settings, calendar: Calendar) -> "Gathering":
        """The promises and people of a configuration."""
        return cls({team.name: Promise.of(team, calendar) for team in settings[TEAMS]}, Roster.of(settings))

    def promised(self, team: str = "") -> timedelta | None:
        """The first response that a team promises, or all of them; None where they differ."""
        promises = {one.first for name, one in self.promises.items() if team in ("", name)}
        return promises.pop() if len(promises) == 1 else None

    async def summary(self, read: Read, period: Period, now: datetime, team: str = "") -> Summary:
        """The numbers of a period, of one team or of all."""
        rows = await read(opened_between(period.begin, period.end))
        said = await read(said_in(period.begin, period.end))
        talked = await read(talked_between(period.begin, period.end))
        mine = [row for row in rows if team in ("", row.team)]
        known = cases(mine, said, self.promises, now)
        threads = talks(talked, {row.thread for row in rows}, self.directory)
        return summary(period, now, known, threads, team, tuple(self.promises))
