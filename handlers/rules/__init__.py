"""The word lists in the hands of those who keep them: look them over, ask why, count; judge and measure messages."""

from collections.abc import Sequence

from bot.types.declarations import Capability, Command
from bot.types.workplace import Workplace
from handlers.rules import evaluate, linting, moderating


def tools(here: Workplace) -> Sequence[Command]:
    """The commands that open the configuration or the records."""
    return (linting.command(here),)


CAPABILITY = Capability(name="rules", commands=(moderating.command(), evaluate.command()), tools=tools)
