"""The entries of a schedule, ready to be sent: whom each reaches and what it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.types.actions import Content, Text
from bot.types.declarations import Settings
from bot.types.events import Conversation
from bot.types.ports import Calendar, Services
from handlers.attachments import contents
from handlers.broadcast.settings import CAMPAIGNS, SCHEDULE, Planned
from handlers.broadcast.targets import Target, door_to_members, targets
from handlers.variables import fill

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Ready:
    """One entry with its targets, and what goes out after its words."""

    entry: Planned
    targets: Sequence[Target]
    after: tuple[Content, ...] = ()

    def words(self, number: int, target: Target, now: datetime, zone: ZoneInfo) -> str:
        """One of its texts as the target reads it."""
        return fill(self.entry.send[number % len(self.entry.send)], variables(target, now, zone))

    def contents(self, number: int, target: Target, now: datetime, zone: ZoneInfo) -> tuple[Content, ...]:
        """Everything that the target is sent."""
        return (Text(body=self.words(number, target, now, zone)), *self.after)


def variables(target: Target, now: datetime, zone: ZoneInfo) -> Mapping[str, str]:
    """What the variables of a text stand for."""
    local = now.astimezone(zone)
    return {
        "nickname": target.name if target.member else "",
        "group": "" if target.member else target.name,
        "date": f"{local.month}月{local.day}日",
        "time": f"{local:%H:%M}",
        "weekday": f"星期{WEEKDAYS[local.weekday()]}",
    }


def announced(settings: Settings, calendar: Calendar) -> Sequence[Ready]:
    """What campaigns will say: whoever may be meant then counts as meant."""
    made = [entry for one in settings[CAMPAIGNS] for entry in one.announced(settings, calendar)]
    return [Ready(entry, targets(settings, entry)[0] or _audience(settings, entry)) for entry in made]


def _audience(settings: Settings, entry: Planned) -> Sequence[Target]:
    """Those whom nobody can name beforehand, as one."""
    audience, door = getattr(entry, "audience", ""), door_to_members(settings)
    return [Target(f"audience:{entry.name}", audience, Conversation(door, "direct", ""))] if audience and door else []


def ready(settings: Settings, services: Services | None = None) -> Sequence[Ready]:
    """The whole schedule; with what it attaches only where there are services. Slow then: files are kept."""
    made = []
    for entry in settings[SCHEDULE]:
        attached = services is not None and (entry.attach or entry.link)
        after = contents(entry.attach, entry.link, services.attachments) if services and attached else ()
        made.append(Ready(entry, targets(settings, entry)[0], after))
    return made
