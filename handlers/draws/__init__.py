"""Draws: at once or on a day, with odds that everybody sees and a proof that everybody can make."""

import secrets
from collections.abc import Iterable, Sequence
from functools import partial

from bot.types.declarations import Capability, Handler, Problem, Settings
from bot.types.ports import Services
from handlers.directory import ADMIN, GROUPS, duplicates, unasked, unknown_groups, unknown_roles
from handlers.draws import commands
from handlers.draws.deciding import Deciding
from handlers.draws.entering import Entrance
from handlers.draws.handing import Handing
from handlers.draws.handler import DrawTalk
from handlers.draws.rounds import Rounds
from handlers.draws.settings import DRAWS, Draw
from handlers.draws.tables import TABLES
from handlers.draws.wordings import SURE, VERBS, WAYS
from handlers.naming import Naming
from handlers.points.settings import POINTS
from handlers.shop import counter_of
from handlers.spoken import Spoken
from nlp.sounds import Sounds

SEED_BYTES = 32
PUSH = '给它加一个消息推送（webhook），或把智能机器人改成长连接（mode = "socket"）'


def new_seed() -> str:
    """A secret that nobody guesses; it is kept with its round, so that what was decided can be computed again."""
    return secrets.token_hex(SEED_BYTES)


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The clock's part always, for rounds that are open; the talk where there is a draw."""
    draws = settings[DRAWS]
    counter = counter_of(settings, services)
    rounds = Rounds(counter.ledger.days, new_seed)
    handing = Handing(counter.ledger, counter)
    places = {group.id: place for group in settings[GROUPS] if (place := unasked(settings, group))}
    deciding = Deciding(draws, places, rounds, handing)
    if not draws:
        return (deciding,)
    sounds = partial(services.shelf.get, "keyword.sounds", Sounds.load)
    naming = Naming(VERBS, [draw.name for draw in draws], SURE)
    entrance = Entrance(counter.ledger, rounds, handing)
    return DrawTalk(draws, entrance, deciding, Spoken(WAYS, sounds), naming), deciding


def inspect(settings: Settings) -> Iterable[Problem]:
    """What is wrong with the draws taken together."""
    draws = settings[DRAWS]
    yield from duplicates([draw.name for draw in draws], "draws", "name")
    for at, draw in enumerate(draws):
        path = ("draws", at)
        if not settings[POINTS].on and (draw.cost or any(prize.points for prize in draw.prizes)):
            yield Problem(path, "用到积分了：请加上 [points]（可以什么都不填），并且不要写 on = false")
        yield from unknown_groups(settings, draw.groups, (*path, "groups"))
        yield from _unheard(settings, draw, path)
        yield from unknown_roles(settings, draw.roles, (*path, "roles"))
        yield from unknown_roles(settings, draw.managers, (*path, "managers"), (ADMIN,))


def _unheard(settings: Settings, draw: Draw, path: tuple[str | int, ...]) -> Iterable[Problem]:
    """Groups that cannot be told who won."""
    known = {group.name: group for group in settings[GROUPS]}
    for at, name in enumerate(draw.groups if draw.scheduled else ()):
        if name in known and unasked(settings, known[name]) is None:
            hint = f"“{name}”里不能主动说话，开奖结果不会自己发到群里（大家发「抽奖规则」能看到）；最接近的办法：{PUSH}"
            yield Problem((*path, "groups", at), hint, warning=True)


CAPABILITY = Capability(
    name="draws", sections=(DRAWS,), tables=TABLES, build=build, inspect=inspect, tools=commands.tools
)
__all__ = ["CAPABILITY", "DRAWS", "Draw"]
