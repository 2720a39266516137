"""值班表: the shifts of teams, leave and swaps."""

from bot.types.declarations import Capability
from handlers.duty.inspection import inspect
from handlers.duty.shifts import SHIFTS
from handlers.duty.tables import TABLES

CAPABILITY = Capability(name="duty", sections=(SHIFTS,), tables=TABLES, inspect=inspect)
