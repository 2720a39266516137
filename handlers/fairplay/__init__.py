"""Fair play: rewards that look wrong wait for people, and who may not take part for a while.

Whatever gives points for what members do takes its book from here (`ledger_of`), so that it is judged.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from bot.types.declarations import Capability, Handler, Problem, Settings
from bot.types.ports import Services
from handlers import points
from handlers.directory import private_door, unknown_roles
from handlers.fairplay import commands
from handlers.fairplay.admissions import Admissions
from handlers.fairplay.judging import FairJudge
from handlers.fairplay.reviewing import FairReview
from handlers.fairplay.ruling import Ruling
from handlers.fairplay.settings import FAIRPLAY, STAFF
from handlers.fairplay.tables import TABLES
from handlers.fairplay.talk import FairTalk, ways
from handlers.points.ledger import Ledger
from handlers.points.settings import POINTS
from handlers.spoken import Spoken
from nlp.sounds import Sounds


def ledger_of(settings: Settings, services: Services) -> Ledger:
    """The book of a configuration with its judge: what members earn is looked at, and may be `Held`."""
    book = points.ledger_of(settings, services)
    limits = settings[FAIRPLAY]
    return replace(book, judge=FairJudge(limits, book.days)) if limits.on else book


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The handlers wherever there are points: what waits goes on to wait when the judge is switched off."""
    if not settings[POINTS].on:
        return ()
    book, limits = points.ledger_of(settings, services), settings[FAIRPLAY]
    ruling = Ruling(book, services, private_door(settings))
    sounds = partial(services.shelf.get, "keyword.sounds", Sounds.load)
    talk = FairTalk(limits, ruling, Spoken(ways(book.rules.name), sounds))
    return talk, FairReview(limits, ruling), Admissions(points.managers_of(settings, services))


def inspect(settings: Settings) -> Iterable[Problem]:
    """What is wrong in the section taken together."""
    limits = settings[FAIRPLAY]
    if not limits.on:
        return
    if not settings[POINTS].on:
        yield Problem(("fairplay",), "核对的是积分：请加上 [points]（可以什么都不填），并且不要写 on = false")
    yield from unknown_roles(settings, limits.exempt, ("fairplay", "exempt"), (STAFF,))


CAPABILITY = Capability(
    name="fairplay", sections=(FAIRPLAY,), tables=TABLES, build=build, inspect=inspect, tools=commands.tools
)
