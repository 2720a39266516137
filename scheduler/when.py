"""When something happens, as managers say it: `工作日 08:30`, `每月最后一天 18:00`, `除夕 20:00`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.types.ports import Calendar
from scheduler.kinds import Kind
from scheduler.reading import read

ONE = timedelta(days=1)
TICK = timedelta(microseconds=1)
# How far ahead is looked: 29 February comes within eight years, a leap month of a given number mostly within twenty.
HORIZON = 366 * 20


class Trigger(Protocol):
    """When: the first due time at or after `now`, and after `previous`; None: never again."""

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class At:
    """Times of the day on some days. `text` is what the manager wrote."""

    text: str
    kind: Kind
    times: tuple[time, ...]

    def __str__(self) -> str:
        return self.text

    def on(self, day: date, calendar: Calendar) -> Iterator[datetime]:
        """Its moments on a day, UTC. A time that the clocks leave out comes as much later as they are put forward;
        one that they show twice comes once, the first time.
        """
        if self.kind.cover(day, calendar):
            yield from (datetime.combine(day, at, calendar.timezone).astimezone(UTC) for at in self.times)

    @classmethod
    def parse(cls, text: str) -> "At":
        """What a text says; ValueError (Chinese, with the cure) when it says nothing."""
        return cls(text, *read(text))


@dataclass(frozen=True, slots=True)
class Moments:
    """The trigger of times that managers wrote, by a calendar and its time zone."""

    rules: Sequence[At]
    calendar: Calendar

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """The first moment at or after `now` and after `previous`, UTC; None when there is none for 20 years."""
        begin = now if previous_fire_time is None else max(now, previous_fire_time + TICK)
        # A moment that the clocks left out may come a day later than its date says.
        first = begin.astimezone(self.calendar.timezone).date() - ONE
        for ahead in range(HORIZON):
            day = first + ahead * ONE
            found = [at for rule in self.rules for at in rule.on(day, self.calendar) if at >= begin]
            if found:
                return min(found)
        return None


@dataclass(frozen=True, slots=True)
class Between:
    """A trigger from one moment until before another; None: without an end there."""

    trigger: Trigger
    begins: datetime | None = None
    ends: datetime | None = None

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """The trigger's next due time, where it lies within."""
        due = self.trigger.get_next_fire_time(previous_fire_time, max(now, self.begins) if self.begins else now)
        return due if due is not None and (self.ends is None or due < self.ends) else None


@dataclass(frozen=True, slots=True)
class OnTheWall:
    """A trigger that knows no time zone (it reckons in UTC), taken for the clock on the wall of a zone.

    So a time that the clocks show twice comes once, as with `At`.
    """

    trigger: Trigger
    timezone: ZoneInfo

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """The first moment at or after `now` and after `previous`, UTC."""
        begin = now if previous_fire_time is None else max(now, previous_fire_time + TICK)
        # From an hour and more before: where clocks were put forward, what comes now was due before by the wall.
        wall = begin.astimezone(self.timezone).replace(tzinfo=UTC) - timedelta(hours=3)
        while due := self.trigger.get_next_fire_time(None, wall):
            moment = due.replace(tzinfo=self.timezone).astimezone(UTC)
            if moment >= begin:
                return moment
            wall = due + TICK
        return None
