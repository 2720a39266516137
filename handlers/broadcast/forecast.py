"""What will go out, against what may: the same judge as at the time, asked beforehand."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.types.declarations import Settings
from bot.types.ports import Calendar
from handlers.broadcast.limits import Held, Limits, Said
from handlers.broadcast.plan import Ready, announced, ready
from handlers.broadcast.settings import BROADCAST, Planned
from handlers.broadcast.targets import Target
from handlers.directory import DOORS

WEEK = timedelta(days=7)
# Something that goes out every minute would fill a week with 10,080 lines.
MOST = 1000

Past = Mapping[str, Sequence[Said]]


@dataclass(frozen=True, slots=True)
class Sending:
    """One planned sending to one target; `held`: why it will not go out, as far as anybody can tell."""

    at: datetime
    entry: Planned
    target: Target
    held: Held | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """Some days of sendings, in their order; `paused`: entries that are left out."""

    sendings: Sequence[Sending]
    limits: Limits
    zone: ZoneInfo
    paused: Sequence[str] = ()

    @property
    def conflicts(self) -> Sequence[Sending]:
        """What will not go out."""
        return [one for one in self.sendings if one.held]


def forecast(
    settings: Settings, calendar: Calendar, start: datetime, length: timedelta = WEEK, past: Past | None = None,
    paused: Iterable[str] = (),
) -> Forecast:  # fmt: skip
    """What goes out from a moment on. `past`: what targets were told in the days before, by their keys."""
    limits, zone = Limits(settings[BROADCAST], calendar), calendar.timezone
    stopped = frozenset(paused)
    plan = [one for one in (*ready(settings), *announced(settings, calendar)) if one.entry.name not in stopped]
    due = sorted(_due(plan, start, start + length, zone), key=lambda one: one[0])[:MOST]
    said: dict[str, list[Said]] = defaultdict(list, {key: list(known) for key, known in (past or {}).items()})
    rates = _rates(settings)
    sendings = [
        Sending(at, one.entry, target, _judge(limits, at, one, target, said, rates, zone))
        for at, one in due
        for target in one.targets
    ]
    return Forecast(sendings, limits, zone, sorted(stopped))


def _due(plan: Sequence[Ready], start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, Ready]]:
    for one in plan:
        yield from ((at, one) for at in one.entry.begun(start, end, zone, MOST))


def _judge(
    limits: Limits, at: datetime, one: Ready, target: Target, said: dict[str, list[Said]],
    rates: Mapping[str, Sequence[tuple[int, int]]], zone: ZoneInfo,
) -> Held | None:  # fmt: skip
    here = limits.by(one.entry.zone(zone))
    since = here.since(at)
    past = said[target.key] = [known for known in said[target.key] if since <= known.at]
    held = here.held(at, past, one.entry.marketing, one.entry.any_hour) or _too_fast(at, target, past, rates)
    if held is None:
        said[target.key].append(Said(at, one.entry.marketing))
    return held


def _too_fast(
    at: datetime, target: Target, past: Sequence[Said], rates: Mapping[str, Sequence[tuple[int, int]]]
) -> Held | None:
    """More than the door takes in so short a time: WeCom would put it off, and the last ones would be late."""
    for seconds, most in rates.get(target.to.door, ()):
        recent = [known for known in past if at - known.at < timedelta(seconds=seconds)]
        if len(recent) >= most:
            return Held("rate", f"{seconds // 60} 分钟里超过 {most} 条，企业微信不收")
    return None


def _rates(settings: Settings) -> Mapping[str, Sequence[tuple[int, int]]]:
    doors = settings[DOORS]
    return {f"{door.kind}:{door.name}": door.capabilities.rates for door in doors}
