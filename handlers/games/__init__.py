"""Games that take more than one message: the mechanism that they share, and those that are played on it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from bot.types.declarations import Capability, Handler, Problem, Section, Settings
from bot.types.ports import Services
from handlers.directory import ADMIN, DOORS, unknown_roles
from handlers.fairplay import ledger_of
from handlers.games import idioms, quiz
from handlers.games.clock import Clock
from handlers.games.game import Game
from handlers.games.handler import Guesses, Playroom, commands
from handlers.games.playing import SOURCE, Playing
from handlers.games.settings import GAMES
from handlers.games.tables import TABLES
from handlers.points.ledger import Ledger
from handlers.points.settings import POINTS
from handlers.spoken import Spoken
from nlp.sounds import Sounds

# What makes the games of a configuration; a new game is one line here, and one for its section.
MAKERS: Sequence[Callable[[Settings, Services], Iterable[Game[Any]]]] = (quiz.games, idioms.games)
SECTIONS: Sequence[Section[Any]] = (GAMES, quiz.QUIZ, idioms.IDIOMS)


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The handlers of the games that the settings have."""
    games = [game for make in MAKERS for game in make(settings, services)]
    return (*handlers_of(games, settings, services), clock_of(settings)) if games else ()


def clock_of(settings: Settings) -> Clock:
    """What lets quizzes begin after entries of the schedule."""
    doors = settings[DOORS]
    hearing = {f"{door.kind}:{door.name}" for door in doors if door.capabilities.hears}
    return Clock({entry.schedule: entry.name for entry in settings[quiz.QUIZ] if entry.schedule}, hearing)


def handlers_of(games: Sequence[Game[Any]], settings: Settings, services: Services) -> Sequence[Handler]:
    """The handlers that play these games."""
    by_title = {game.title: game for game in games}
    playing = Playing(by_title, settings[GAMES], _ledger(settings, services))
    sounds = partial(services.shelf.get, "keyword.sounds", Sounds.load)
    return Playroom(playing, Spoken(commands(by_title), sounds)), Guesses(playing)


def _ledger(settings: Settings, services: Services) -> Ledger | None:
    """The book, with what games bring a day among its limits."""
    points = settings[POINTS]
    if not points.on:
        return None
    daily = min(points.caps.get(SOURCE, settings[GAMES].daily), settings[GAMES].daily)
    rules = points.model_copy(update={"caps": {**points.caps, SOURCE: daily}})
    return replace(ledger_of(settings, services), rules=rules)


def inspect(settings: Settings) -> Iterator[Problem]:
    """What is wrong with the games taken together."""
    yield from unknown_roles(settings, settings[GAMES].managers, ("games", "managers"), (ADMIN,))
    yield from quiz.inspect(settings)
    yield from idioms.inspect(settings)


CAPABILITY = Capability(name="games", sections=SECTIONS, tables=TABLES, build=build, inspect=inspect)
