"""What the bot never says: held back before the commit, named by `check`, and told to administrators."""

from collections.abc import Sequence
from datetime import timedelta

from bot.types.declarations import Capability, Declared, Handler, Personal, Settings
from bot.types.ports import Services
from handlers.screen import SCREENING
from handlers.screening.blocks import Blocks, blocks
from handlers.screening.inspection import inspect


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """What hears of blocked words."""
    return (Blocks(services),)


CAPABILITY = Capability(
    name="screening",
    sections=(SCREENING,),
    tables=(Declared(blocks, Personal.NONE, timedelta(days=7), "told_at"),),
    build=build,
    inspect=inspect,
)
