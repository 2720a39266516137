"""`[points]`: what a day may bring, how long points last, titles, and who may give them away."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import time, timedelta
from typing import Annotated

import regex
from pydantic import AfterValidator, BeforeValidator, Field

from bot.types.days import LocalDays
from bot.types.declarations import Section, Settings, Settled
from bot.types.fields import Duration, Name, OneOrMany, text_of, wrong
from bot.types.ports import Services
from handlers.directory import ADMIN

# More than any community gives; sums of so many rows still fit into eight bytes.
MOST = 100_000_000
ONE_DAY = timedelta(days=1)

_CLOCK = regex.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_CURE = '写成几点几分，比如 "00:00"、"04:00"'


def _clock(value: object) -> time:
    found = _CLOCK.fullmatch(text_of(value, _CURE).strip())
    if found is None:
        raise wrong(_CURE)
    return time(int(found[1]), int(found[2]))


def _cut(value: time) -> time:
    if value > time(12):
        raise wrong('一天从几点算起，最晚 "12:00"')
    return value


def _lasting(value: timedelta) -> timedelta:
    if value < ONE_DAY:
        raise wrong('积分至少留一天，比如 "365d"')
    return value


TimeOfDay = Annotated[time, BeforeValidator(_clock)]
Amount = Annotated[int, Field(ge=1, le=MOST)]
Level = Annotated[int, Field(ge=0, le=MOST)]


class Points(Settled):
    """The rules of the book. `on` is false where the section is not written.

    `name`: what points are called. `day_begins`: from when on a day counts. `daily`: what a member earns a day at
    most, from everything together; `caps`: from one source. `expire`: how long points last. `levels`: titles, by what
    a member has ever earned. `managers`: roles that may give points away, at most `largest` at once.
    """

    on: bool = True
    name: Name = "积分"
    day_begins: Annotated[TimeOfDay, AfterValidator(_cut)] = time(0)
    daily: Amount | None = None
    caps: Mapping[Name, Amount] = {}
    expire: Annotated[Duration, AfterValidator(_lasting)] | None = None
    levels: Mapping[Level, Name] = {}
    managers: OneOrMany[Name] = (ADMIN,)
    largest: Amount = 1000

    def level(self, score: int) -> str:
        """The title of who has earned so much; "" without titles."""
        steps = sorted(self.levels)
        at = bisect_right(steps, score)
        return self.levels[steps[at - 1]] if at else ""

    def next_level(self, score: int) -> tuple[int, str] | None:
        """How much the next title takes in all, and what it is called; None for who has the last one."""
        step = next((step for step in sorted(self.levels) if step > score), None)
        return None if step is None else (step, self.levels[step])


def _off() -> Points:
    return Points(on=False)


POINTS: Section[Points] = Section("points", Points, _off)


def days_of(settings: Settings, services: Services) -> LocalDays:
    """The days of a community: of its zone, and from its hour on."""
    return LocalDays(services.calendar.timezone, settings[POINTS].day_begins)
