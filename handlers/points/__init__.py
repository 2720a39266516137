"""Points: the book, boards, and what people say about them."""

from collections.abc import Iterable, Sequence
from functools import partial

from bot.types.declarations import Capability, Due, Handler, Problem, Settings
from bot.types.ports import Services
from handlers.directory import ADMIN, PEOPLE, private_door, unknown_roles
from handlers.points import commands
from handlers.points.boards import BOOK
from handlers.points.handler import PointsTalk
from handlers.points.keeping import NIGHT, Keeping, nightly_at
from handlers.points.ledger import Ledger
from handlers.points.orders import Managers
from handlers.points.picture import picture_of
from handlers.points.settings import POINTS, days_of
from handlers.points.tables import TABLES
from handlers.points.wordings import Orders, ways
from handlers.spoken import Spoken
from nlp.sounds import Sounds


def ledger_of(settings: Settings, services: Services) -> Ledger:
    """The book of a configuration, for everything that gives or takes points."""
    return Ledger(settings[POINTS], days_of(settings, services))


def managers_of(settings: Settings, services: Services) -> Managers:
    """Those who may order something about members, for everything that they order."""
    ids = {person.name: person.userid for person in settings[PEOPLE]}
    return Managers(ledger_of(settings, services), services.directory, ids, private_door(settings))


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The handlers, where the section is written and does not switch them off."""
    if not settings[POINTS].on:
        return ()
    ledger = ledger_of(settings, services)
    sounds = partial(services.shelf.get, "keyword.sounds", Sounds.load)
    managers = managers_of(settings, services)
    unit = settings[POINTS].name
    picture = picture_of(unit, services)
    talk = PointsTalk(ledger, services.directory, Spoken(ways(unit), sounds), Orders(unit), managers, picture)
    return talk, Keeping(ledger)


def inspect(settings: Settings) -> Iterable[Problem]:
    """What is wrong in the section taken together."""
    points = settings[POINTS]
    if points.on:
        yield from unknown_roles(settings, points.managers, ("points", "managers"), (ADMIN,))


def due(settings: Settings) -> Iterable[Due]:
    """The night's work on the book."""
    yield Due(name=NIGHT, cron=nightly_at(settings[POINTS]), conversation=BOOK)


CAPABILITY = Capability(
    name="points", sections=(POINTS,), tables=TABLES, build=build, inspect=inspect, due=due, tools=commands.tools
)
