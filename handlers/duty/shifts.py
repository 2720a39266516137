"""The section `[[shifts]]`: who of a team is on duty when."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from bot.types.declarations import Section, Settled
from bot.types.fields import Hours, Name, OneOrMany, wrong
from bot.types.hours import Hours as OpeningHours
from bot.types.ports import Calendar

Turn = Literal["每天", "每周"]
DAILY: Turn = "每天"
ONE_DAY = timedelta(days=1)


def _day(value: object) -> object:
    """A day as TOML writes it, or the same in quotes."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else _not_a_day()
    except ValueError:
        return _not_a_day()


def _not_a_day() -> date:
    raise wrong("日期写成 2026-11-23 这样")


Day = Annotated[date, BeforeValidator(_day)]


class Shift(Settled):
    """One shift of a team: its people, its hours (the team's, when it has none of its own).

    `rotate`: `size` of the people at a time, in their order; the first ones from `since` on. Without it all of them are
    on duty. Before `since` nobody is.
    """

    name: Name
    team: Name
    people: OneOrMany[Name]
    hours: Hours | None = None
    rotate: Turn | None = None
    since: Day | None = None
    size: Annotated[int, Field(ge=1, le=100)] = 1

    @model_validator(mode="before")
    @classmethod
    def _whole(cls, written: Any) -> Any:
        """A rotation needs its beginning and somebody to hand over to."""
        if not isinstance(written, Mapping):
            return written
        people, size = written.get("people"), written.get("size", 1)
        if "rotate" in written and "since" not in written:
            raise wrong("轮班要有起点：加上 since = 2026-11-23，从那天起第一位值班")
        if "rotate" in written and isinstance(people, list) and isinstance(size, int) and size >= len(people):
            raise wrong(f"轮班的人要比一班的人数（size = {size}）多；都值班就去掉 rotate")
        if "size" in written and "rotate" not in written:
            raise wrong("size 和 rotate 一起用；不轮班时 people 里的人都值班")
        return written

    def on(self, day: date, hours: OpeningHours | None, calendar: Calendar) -> tuple[str, ...]:
        """Who has it on a day on which it begins, by name; `hours`: its own or its team's."""
        if self.since is not None and day < self.since:
            return ()
        if self.rotate is None or self.since is None:
            return self.people
        turn = _days(self.since, day, hours, calendar) if self.rotate == DAILY else _weeks(self.since, day)
        return tuple(self.people[(turn * self.size + seat) % len(self.people)] for seat in range(self.size))


def _weeks(since: date, day: date) -> int:
    """How many Mondays have come since."""
    return ((day - day.weekday() * ONE_DAY) - (since - since.weekday() * ONE_DAY)).days // 7


def _days(since: date, day: date, hours: OpeningHours | None, calendar: Calendar) -> int:
    """On how many days the shift has begun since: were days off counted, some people would have nothing but those."""
    if hours is None:
        return (day - since).days
    days = (since + ahead * ONE_DAY for ahead in range((day - since).days))
    return sum(any(span.days.cover(one, calendar) for span in hours.spans) for one in days)


def _none() -> tuple[Shift, ...]:
    return ()


SHIFTS: Section[tuple[Shift, ...]] = Section("shifts", tuple[Shift, ...], _none)
