"""定时发送: what goes out by the clock, to whom it may go, and how little that must be."""

from collections.abc import Sequence

from bot.types.declarations import Capability, Command, Handler, Settings
from bot.types.ports import Services
from bot.types.workplace import Workplace
from handlers.broadcast.handler import Broadcaster
from handlers.broadcast.inspection import inspect
from handlers.broadcast.limits import Limits
from handlers.broadcast.listing import command as listing
from handlers.broadcast.pausing import Pausing
from handlers.broadcast.plan import announced, ready
from handlers.broadcast.planning import command as planning
from handlers.broadcast.previewing import command as previewing
from handlers.broadcast.settings import BROADCAST
from handlers.broadcast.tables import TABLES


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """What sends, and what administrators say about it."""
    plan = {one.entry.name: one for one in ready(settings, services)}
    limits = Limits(settings[BROADCAST], services.calendar)
    said = plan | {one.entry.name: one for one in announced(settings, services.calendar)}
    return Broadcaster(plan, limits, services), Pausing(said, services.directory, services.calendar.timezone)


def tools(here: Workplace) -> Sequence[Command]:
    """`qunban schedule list|plan|preview`."""
    return [listing(here), planning(here), previewing(here)]


CAPABILITY = Capability(
    name="broadcast", sections=(BROADCAST,), tables=TABLES, build=build, inspect=inspect, tools=tools
)
