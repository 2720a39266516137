"""Moderation: what is not wanted here is recorded, answered as the rules say, and shown to people who rule on it."""

from collections.abc import Iterable, Sequence

from bot.types.declarations import Capability, Command, Handler, Problem, Settings
from bot.types.ports import Services
from bot.types.workplace import Workplace
from handlers.directory import GROUPS, PEOPLE, private_door
from handlers.moderation import inspection
from handlers.moderation.allowances import Allowances
from handlers.moderation.filters import Filters
from handlers.moderation.handler import Moderation
from handlers.moderation.report import command
from handlers.moderation.review import Review
from handlers.moderation.sanctions import Sanctions
from handlers.moderation.settings import MODERATION, ModerationRule
from handlers.moderation.tables import TABLES
from handlers.moderation.words import read, sources
from handlers.points import ledger_of
from handlers.points.settings import POINTS
from nlp.moderation.score import Score
from nlp.tokenise import Tokeniser

__all__ = ["CAPABILITY", "MODERATION", "ModerationRule", "read", "sources"]


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The handler that looks at messages, where there is a rule; and those who gather and rule, always."""
    rules = settings[MODERATION]
    private = private_door(settings)
    sanctions = Sanctions(ledger_of(settings, services) if settings[POINTS].on else None, private)
    if not rules:
        return (Review(services, sanctions=sanctions), Allowances(services))
    filters, lists = filters_of(services), read(rules)
    made = filters.of(lists)
    people = {person.name: person.userid for person in settings[PEOPLE]}
    owners = {group.name: people.get(group.owner or "", "") for group in settings[GROUPS]}
    score = services.shelf.get("moderation.score", Score.load) if any(rule.score for rule in rules) else None
    looking = Moderation(lists, lambda: made, services, owners, private, score=score, sanctions=sanctions)
    return (looking, Review(services, filters.words, sanctions), Allowances(services))


def filters_of(services: Services) -> Filters:
    """What makes filters, and knows the dictionary. The first call takes a second."""
    tokeniser = services.shelf.get("nlp.tokeniser", Tokeniser.load)
    return services.shelf.get("moderation.filters", lambda: Filters(tokeniser))


def inspect(settings: Settings) -> Iterable[Problem]:
    """What is wrong with the rules and their lists."""
    rules = settings[MODERATION]
    return inspection.inspect(settings, read(rules)) if rules else ()


def tools(here: Workplace) -> Sequence[Command]:
    """The command that tells how the rules do."""
    return (command(here),)


CAPABILITY = Capability(
    name="moderation", sections=(MODERATION,), tables=TABLES, build=build, inspect=inspect, tools=tools
)
