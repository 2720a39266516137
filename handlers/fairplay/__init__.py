"""Fair play: rewards that look wrong wait for people, and who may not take part for a while."""

from bot.types.declarations import Capability
from handlers.fairplay.tables import TABLES

CAPABILITY = Capability(name="fairplay", tables=TABLES)
