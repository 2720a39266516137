"""Signing in once a day: streaks, luck, make-up cards."""

from collections.abc import Iterable, Sequence
from functools import partial

from bot.types.declarations import Capability, Handler, Problem, Settings
from bot.types.ports import Services
from handlers.fairplay import ledger_of
from handlers.points.settings import POINTS
from handlers.signin.handler import SigningIn
from handlers.signin.picture import picture_of
from handlers.signin.settings import SIGNIN
from handlers.signin.tables import TABLES
from handlers.signin.wordings import WAYS
from handlers.spoken import Spoken
from nlp.sounds import Sounds


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The handler, where the section is written and does not switch it off."""
    if not (settings[SIGNIN].on and settings[POINTS].on):
        return ()
    sounds = partial(services.shelf.get, "keyword.sounds", Sounds.load)
    picture = picture_of(settings[SIGNIN], settings[POINTS], services)
    return (SigningIn(settings[SIGNIN], ledger_of(settings, services), Spoken(WAYS, sounds), picture),)


def inspect(settings: Settings) -> Iterable[Problem]:
    """Sign-ins without points, and limits that make them worth nothing."""
    signin, points = settings[SIGNIN], settings[POINTS]
    if not signin.on:
        return
    if not points.on:
        yield Problem(("signin",), "签到要记积分：请加上 [points]（可以什么都不填），并且不要写 on = false")
        return
    limit = min((one for one in (points.daily, points.caps.get("签到")) if one is not None), default=None)
    if limit is not None and limit < signin.points:
        hint = f"[points] 里一天最多得 {limit}，签到的 {signin.points} 拿不全：调大上限，或调小这里"
        yield Problem(("signin", "points"), hint, warning=True)


CAPABILITY = Capability(name="signin", sections=(SIGNIN,), tables=TABLES, build=build, inspect=inspect)
