"""What `check` says about the weeks to come: what will never go out, and what will be held back."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.types.declarations import Problem, Settings
from bot.types.ports import Calendar, Clock
from handlers.broadcast.forecast import Sending, forecast
from handlers.broadcast.settings import BOT, CAMPAIGNS, SCHEDULE

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Ahead:
    """Looks at the schedule from now on; what goes out in the first week lets the second one be judged."""

    clock: Clock
    calendar: Callable[[ZoneInfo], Calendar]

    def inspect(self, settings: Settings) -> Iterable[Problem]:
        """Warnings: for the time may be another one when the bot runs."""
        entries = settings[SCHEDULE]
        if not entries and not settings[CAMPAIGNS]:
            return
        now, zone = self.clock.now(), settings[BOT].timezone
        for at, entry in enumerate(entries):
            if entry.following(now, zone) is None:
                yield Problem(("schedule", at), f"“{entry.when}”已经过去，或永远等不到，这条不会再发", warning=True)
        yield from self._held(settings, now, zone)

    def _held(self, settings: Settings, now: datetime, zone: ZoneInfo) -> Iterator[Problem]:
        made = forecast(settings, self.calendar(zone), now, 2 * WEEK)
        places = _places(settings, self.calendar(zone))
        told: set[str] = set()
        for one in made.conflicts:
            if one.entry.name in told or not _counts(one, now):
                continue
            told.add(one.entry.name)
            local = one.at.astimezone(zone)
            why = one.held.why if one.held else ""
            cure = "看全部：qunban schedule plan --days 14"
            said = f"{local:%m-%d %H:%M} 那次不会发给“{one.target.name}”：{why}；{cure}"
            yield Problem(places[one.entry.name], said, warning=True)


def _places(settings: Settings, calendar: Calendar) -> Mapping[str, tuple[str, int]]:
    """Where in the configuration each entry comes from."""
    campaigns, entries = settings[CAMPAIGNS], settings[SCHEDULE]
    said = {
        entry.name: ("campaigns", at) for at, one in enumerate(campaigns) for entry in one.announced(settings, calendar)
    }
    return said | {entry.name: ("schedule", at) for at, entry in enumerate(entries)}


def _counts(one: Sending, now: datetime) -> bool:
    """Whether it will be so whatever was said before; more of other things would only let more advertising pass."""
    return one.held is not None and (one.held.kind != "marketing" or one.at - now >= WEEK)
