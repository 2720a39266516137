"""`[games]`: what holds for all games."""

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.types.declarations import Section, Settled
from bot.types.fields import Duration, Name, OneOrMany, wrong
from handlers.directory import ADMIN

EVERYBODY = "所有人"
# Roles that may be named though nobody has them yet.
KNOWN = (ADMIN, EVERYBODY)
SHORTEST, LONGEST = timedelta(seconds=10), timedelta(minutes=10)
SHORTEST_IDLE, LONGEST_IDLE = timedelta(minutes=1), timedelta(hours=12)


def _wait(value: timedelta) -> timedelta:
    if not SHORTEST <= value <= LONGEST:
        raise wrong('一次等多久，"10s" 到 "10m"')
    return value


def _idle(value: timedelta) -> timedelta:
    if not SHORTEST_IDLE <= value <= LONGEST_IDLE:
        raise wrong('多久没人玩就结束，"1m" 到 "12h"')
    return value


Wait = Annotated[Duration, AfterValidator(_wait)]
# Points of a game; 0 for none.
Worth = Annotated[int, Field(ge=0, le=10_000)]


class Games(Settled):
    """Rules of all games. `managers`: roles that may stop any game; `idle`: a game that nobody plays for so long ends.

    `daily`: what a member gets a day at most, from all games together.
    """

    managers: OneOrMany[Name] = (ADMIN,)
    idle: Annotated[Duration, AfterValidator(_idle)] = timedelta(minutes=10)
    daily: Annotated[int, Field(ge=1, le=1_000_000)] = 20


GAMES: Section[Games] = Section("games", Games, Games)


def begun_by(start: tuple[str, ...]) -> frozenset[str]:
    """The roles that may begin a game; empty for everybody."""
    return frozenset() if EVERYBODY in start else frozenset(start)
