"""What a campaign says unasked, as `schedule plan` and its limits know it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.types.enclosures import Attach, LinkEntry
from handlers.checkin.course import ONE, Course


class When(Protocol):
    """Some moments."""

    def __str__(self) -> str: ...

    def moments(self) -> Iterator[datetime]:
        """All of them, in order, UTC."""
        ...


@dataclass(frozen=True, slots=True)
class Times:
    """Some times of each day of a campaign."""

    times: Sequence[time]
    course: Course

    def __str__(self) -> str:
        return "活动里每天 " + "、".join(f"{one:%H:%M}" for one in sorted(self.times))

    def moments(self) -> Iterator[datetime]:
        """All of them, in order, UTC; those at which nobody can check in are left out."""
        course = self.course
        found = (_at(day, clock, course) for day in course.days for clock in self.times)
        yield from sorted(moment for moment in found if course.is_open(moment))


@dataclass(frozen=True, slots=True)
class Once:
    """The first time of day at which nothing of a campaign can arrive any more."""

    clock: time
    course: Course

    def __str__(self) -> str:
        return f"活动结束后 {self.clock:%H:%M}"

    def moments(self) -> Iterator[datetime]:
        """This one; none where the campaign has no days."""
        if not self.course.days:
            return
        course, last = self.course, self.course.days[-1]
        ahead = (_at(last + days * ONE, self.clock, course) for days in range(4 + course.late.days))
        yield next(moment for moment in ahead if course.closed(moment)[-1:] == [last])


@dataclass(slots=True)
class Announcement:
    """One thing that goes out by the clock, in the terms of a schedule.

    `audience`: whom it is for where nobody is named; `when`: the times in words.
    """

    name: str
    times: When
    send: tuple[str, ...]
    groups: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    audience: str = ""
    attach: Attach = ()
    link: LinkEntry | None = None
    marketing: bool = False
    any_hour: bool = False
    jitter: timedelta = timedelta(0)
    grace: timedelta = timedelta(days=1)
    misfire: str = "补发"
    when: str = field(init=False)

    def __post_init__(self) -> None:
        self.when = str(self.times)

    def zone(self, usual: ZoneInfo) -> ZoneInfo:
        """By whose clocks it goes."""
        return usual

    def begun(self, start: datetime, end: datetime, usual: ZoneInfo, most: int = 2000) -> Sequence[datetime]:
        """When it goes out from one moment until before another, UTC."""
        return [moment for moment in self.times.moments() if start <= moment < end][:most]

    def following(self, now: datetime, usual: ZoneInfo) -> datetime | None:
        """When it goes out next, UTC; None: never again."""
        return next((moment for moment in self.times.moments() if moment >= now), None)


def _at(day: date, clock: time, course: Course) -> datetime:
    """A time of a day, as people's clocks show it; before the hour at which days begin it is in the next night."""
    local = course.local
    shown = day + ONE if clock < local.begins else day
    return datetime.combine(shown, clock, local.timezone).astimezone(UTC)
