"""When the team that is called is there, and when it is not: the tour goes by its hours, whatever day it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.app import WorkCalendar
from bot.config import Config
from bot.types.hours import Hours

STEP, AHEAD = timedelta(minutes=30), timedelta(days=8)
# What is called a closed team stays closed for so long, and an open one open.
WHILE = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Opening:
    """The hours of a team; always open without any."""

    hours: Hours | None
    calendar: WorkCalendar

    @classmethod
    def of(cls, config: Config, team: str) -> "Opening":
        """Those of a team by its name."""
        found = next((one.hours for one in config.values["teams"] if one.name == team), None)
        return cls(found, WorkCalendar(config.values["bot"].timezone))

    def closed(self, now: datetime) -> datetime | None:
        """The first moment from now on after which it stays closed for a while; None: there is none soon."""
        hours = self.hours
        if hours is None:
            return None
        moments = (now + step * STEP for step in range(AHEAD // STEP))
        return next((one for one in moments if not hours.worked(one, one + WHILE, self.calendar)), None)

    def opens(self, now: datetime) -> datetime:
        """The first moment from now on at which it is open."""
        return (self.hours.next_open(now, self.calendar) if self.hours else None) or now

    def open(self, now: datetime) -> datetime:
        """The first moment from now on after which it stays open for a while."""
        hours = self.hours
        if hours is None or hours.worked(now, now + WHILE, self.calendar) == WHILE:
            return now
        closed = self.closed(now) or now
        return self.opens(closed) + timedelta(minutes=1)
