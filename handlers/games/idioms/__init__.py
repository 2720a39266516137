"""成语接龙."""

from collections.abc import Iterator
from functools import partial

from bot.types.declarations import Problem, Settings
from bot.types.ports import Services
from handlers.directory import unknown_groups, unknown_roles
from handlers.games.idioms.game import IdiomChain, Said
from handlers.games.idioms.settings import IDIOMS as IDIOMS
from handlers.games.settings import KNOWN, begun_by
from handlers.points.settings import POINTS
from nlp.idioms import Idioms

TITLE = "成语接龙"


def games(settings: Settings, services: Services) -> Iterator[IdiomChain]:
    """The game, where the section is written and does not switch it off."""
    rules, points = settings[IDIOMS], settings[POINTS]
    if rules.on:
        yield IdiomChain(
            title=TITLE, state=Said, ways=("玩接龙", "接成语", "成语游戏"), roles=begun_by(rules.start),
            groups=frozenset(rules.groups), rules=rules, unit=points.name if points.on else "",
            dictionary=partial(services.shelf.get, "games.idioms", Idioms.load),
        )  # fmt: skip


def inspect(settings: Settings) -> Iterator[Problem]:
    """Groups and roles that there are not."""
    rules = settings[IDIOMS]
    yield from unknown_groups(settings, rules.groups, ("idioms", "groups"))
    yield from unknown_roles(settings, rules.start, ("idioms", "start"), KNOWN)
