"""Draws: at once or on a day, with odds that everybody sees and a proof that everybody can make."""

import secrets
from collections.abc import Sequence
from functools import partial

from bot.types.declarations import Capability, Handler, Settings
from bot.types.ports import Services
from handlers.directory import GROUPS, unasked
from handlers.draws import commands
from handlers.draws.deciding import Deciding, due
from handlers.draws.entering import Entrance
from handlers.draws.handing import Handing
from handlers.draws.handler import DrawTalk
from handlers.draws.inspection import inspect
from handlers.draws.rounds import Rounds
from handlers.draws.settings import DRAWS, Draw
from handlers.draws.tables import TABLES
from handlers.draws.wordings import SURE, VERBS, WAYS
from handlers.naming import Naming
from handlers.shop import counter_of
from handlers.spoken import Spoken
from nlp.sounds import Sounds

SEED_BYTES = 32


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


CAPABILITY = Capability(
    name="draws", sections=(DRAWS,), tables=TABLES, build=build, inspect=inspect, due=due, tools=commands.tools
)
__all__ = ["CAPABILITY", "DRAWS", "Draw"]
