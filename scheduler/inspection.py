"""What `check` says when nobody has told us yet which days people work."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.types.declarations import Problem, Section, Settings
from bot.types.ports import Clock
from scheduler.calendar import WorkCalendar

# These sections belong to others; only the time zone and what has hours are read here.
BOT: Section[Any] = Section("bot", tuple, tuple)
TIMED: Sequence[Section[Any]] = (Section("teams", tuple, tuple), Section("replies", tuple, tuple))


@dataclass(frozen=True, slots=True)
class Holidays:
    """Looks whether the holidays of this year are known."""

    clock: Clock

    def inspect(self, settings: Settings) -> Iterable[Problem]:
        """A warning at the first hours that go by workdays, in a year whose holidays nobody knows."""
        zone = settings[BOT].timezone
        if said := WorkCalendar(zone).warning(self.clock.now().astimezone(zone).date()):
            yield from [Problem(path, said, warning=True) for path in _by_workdays(settings)][:1]


def _by_workdays(settings: Settings) -> Iterable[tuple[str | int, ...]]:
    for section in TIMED:
        for at, entry in enumerate(settings[section]):
            if entry.hours and entry.hours.counts_workdays:
                yield section.key, at, "hours"
