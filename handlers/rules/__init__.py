"""The word lists in the hands of those who keep them: look them over, ask why, count; judge and measure messages."""

from collections.abc import Sequence

from bot.types.declarations import Capability, Command
from bot.types.workplace import Workplace
from handlers.rules import counting, evaluate, explaining, linting, moderating


def tools(here: Workplace) -> Sequence[Command]:
    """The commands that open the configuration or the records."""
    return [part.command(here) for part in (linting, explaining, counting)]


CAPABILITY = Capability(name="rules", commands=(moderating.command(), evaluate.command()), tools=tools)
