"""The days of a campaign, and how somebody stands in it. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.types.days import LocalDays
from bot.types.hours import Hours
from bot.types.ports import Calendar

ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Course:
    """The days on which people can check in, in order, and the `hours` of each; days on which it never opens are none.

    `late`: how long after its hours a message or a click may still arrive that was sent in time.
    """

    days: Sequence[date]
    hours: Hours | None
    local: LocalDays
    calendar: Calendar
    late: timedelta

    @classmethod
    def of(
        cls, first: date, last: date, hours: Hours | None, local: LocalDays, calendar: Calendar, late: timedelta
    ) -> "Course":
        """The days from one to another."""
        all_days = [first + ahead * ONE for ahead in range((last - first).days + 1)]
        found = [day for day in all_days if hours is None or _open(day, hours, local, calendar)]
        return cls(tuple(found), hours, local, calendar, late)

    def is_open(self, moment: datetime) -> bool:
        """Whether people can check in at a moment."""
        if self.local.of(moment) not in self.days:
            return False
        return self.hours is None or self.hours.covers(moment, self.calendar)

    def today(self, moment: datetime) -> date | None:
        """The day of a moment, when it is one of these."""
        day = self.local.of(moment)
        return day if day in self.days else None

    def opens(self, day: date) -> datetime:
        """When a day's hours begin, UTC."""
        start = self.local.start(day)
        return (self.hours.next_open(start, self.calendar) if self.hours else None) or start

    def closes(self, day: date) -> datetime:
        """When a day's last hours are over, UTC."""
        start, end = self.local.start(day), self.local.end(day)
        if self.hours is None:
            return end
        return self.hours.after(start, _open(day, self.hours, self.local, self.calendar), self.calendar)

    def closed(self, moment: datetime) -> Sequence[date]:
        """The days of which nothing can arrive any more."""
        return [day for day in self.days if self.closes(day) + self.late <= moment]

    def has_begun(self, moment: datetime) -> bool:
        """Whether its first day has opened."""
        return bool(self.days) and self.opens(self.days[0]) <= moment

    def is_over(self, moment: datetime) -> bool:
        """Whether its last day has closed."""
        return not self.days or self.closes(self.days[-1]) <= moment


@dataclass(frozen=True, slots=True)
class Progress:
    """How somebody stands: the days that count, how many in a row end today (or yesterday), the most in a row."""

    total: int
    streak: int
    longest: int
    missed: Sequence[date]


def progress(days: Sequence[date], free: Collection[date], done: Collection[date], today: date) -> Progress:
    """How somebody stands who checked in on the days `done`; days that are `free` are missed by nobody."""
    run = longest = total = 0
    missed = []
    for day in days:
        if day in done:
            total, run = total + 1, run + 1
            longest = max(longest, run)
        elif day < today and day not in free:
            missed.append(day)
            run = 0
    return Progress(total, run, longest, missed)


def needed(days: Sequence[date], free: Collection[date], wanted: int | None) -> int:
    """How many days finish a campaign: so many as `wanted`, but never more than everybody had."""
    had = sum(day not in free for day in days)
    return max(1, had if wanted is None else min(wanted, had))


def _open(day: date, hours: Hours, local: LocalDays, calendar: Calendar) -> timedelta:
    return hours.worked(local.start(day), local.end(day), calendar)
