"""The knowledge base in the hands of those who keep it: bring it in, look it over, close its gaps."""

from collections.abc import Sequence

from bot.types.declarations import Capability, Command
from bot.types.workplace import Workplace
from handlers.kb import accepting, importing, linting, searching, statistics, unanswered


def tools(here: Workplace) -> Sequence[Command]:
    """The commands of `qunban kb`."""
    parts = (importing, linting, statistics, searching, unanswered, accepting)
    return [part.command(here) for part in parts]


CAPABILITY = Capability(name="kb", tools=tools)
