"""What `check` says when nobody has told us yet which days people work."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.types.declarations import Problem, Section, Settings
from bot.types.ports import Clock
from scheduler.calendar import WorkCalendar
from scheduler.schedule import SCHEDULE

# These sections belong to others; only the time zone and what has hours are read here.
BOT: Section[Any] = Section("bot", tuple, tuple)
TIMED: Sequence[Section[Any]] = tuple(
    Section(key, tuple, tuple) for key in ("teams", "shifts", "replies", "intents", "slots", "moderation")
)


@dataclass(frozen=True, slots=True)
class Holidays:
    """Looks whether the holidays of this year are known."""

    clock: Clock

    def inspect(self, settings: Settings) -> Iterable[Problem]:
        """A warning at the first hours that go by workdays, in a year whose holidays nobody knows."""
        zone = settings[BOT].timezone
        if said := WorkCalendar(zone).warning(self.clock.now().astimezone(zone).date()):
            yield from [Problem(path, said, warning=True) for path in _by_workdays(settings)][:1]


def goes_by_workdays(settings: Settings) -> bool:
    """Whether any hours of the configuration go by which days people work."""
    return any(True for _ in _by_workdays(settings))


def holidays_told(settings: Settings, now: datetime) -> str:
    """What has to be done soon about the days off, where anything goes by them; otherwise ""."""
    zone = settings[BOT].timezone
    return WorkCalendar(zone).notice(now.astimezone(zone).date()) if goes_by_workdays(settings) else ""


def _by_workdays(settings: Settings) -> Iterable[tuple[str | int, ...]]:
    for section in TIMED:
        for at, entry in enumerate(settings[section]):
            if entry.hours and entry.hours.counts_workdays:
                yield section.key, at, "hours"
    scheduled = settings[SCHEDULE]
    for at, planned in enumerate(scheduled):
        if planned.by_workdays:
            yield SCHEDULE.key, at, "at"
