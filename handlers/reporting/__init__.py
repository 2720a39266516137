"""The numbers of the desk: as a table, as a picture, and sent to those who manage."""

from collections.abc import Iterable, Sequence

from bot.types.declarations import Capability, Command, Due, Handler, Settings
from bot.types.ports import Services
from bot.types.workplace import Workplace
from handlers.reporting import command, tickets
from handlers.reporting.gathering import Gathering
from handlers.reporting.handler import REPORT, REPORT_GRACE, Reporter, report_due


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """Who gathers, draws and sends the report."""
    return (Reporter(settings, services, Gathering.of(settings, services.calendar)),)


def due(settings: Settings) -> Iterable[Due]:
    """The report of the week, where somebody wants it."""
    if when := report_due(settings):
        yield Due(name=REPORT, cron=when, grace=REPORT_GRACE, misfire="skip")


def tools(here: Workplace) -> Sequence[Command]:
    """The commands."""
    return command.command(here), *tickets.commands(here)


CAPABILITY = Capability(name="reporting", build=build, due=due, tools=tools)
