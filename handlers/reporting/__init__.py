"""The numbers of the desk: as a table, as a picture, and sent to those who manage."""

from collections.abc import Sequence

from bot.types.declarations import Capability, Command, Handler, Settings
from bot.types.ports import Services
from bot.types.workplace import Workplace
from handlers.reporting import command, tickets
from handlers.reporting.gathering import Gathering
from handlers.reporting.handler import Reporter


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """Who gathers, draws and sends the report."""
    return (Reporter(settings, services, Gathering.of(settings, services.calendar)),)


def tools(here: Workplace) -> Sequence[Command]:
    """The commands."""
    return command.command(here), *tickets.commands(here)


CAPABILITY = Capability(name="reporting", build=build, tools=tools)
