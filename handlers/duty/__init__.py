"""值班表: the shifts of teams, leave and swaps."""

from collections.abc import Sequence

from bot.types.declarations import Capability, Handler, Settings
from bot.types.ports import Services
from handlers.duty.handler import Rota
from handlers.duty.inspection import inspect
from handlers.duty.roster import Duty
from handlers.duty.shifts import SHIFTS
from handlers.duty.tables import TABLES


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """What staff say about the roster at the desk; nothing where there is no desk."""
    duty = Duty.of(settings, services)
    return (Rota.of(duty),) if services.desk and duty.teams else ()


CAPABILITY = Capability(name="duty", sections=(SHIFTS,), tables=TABLES, build=build, inspect=inspect)
