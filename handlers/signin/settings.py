"""`[signin]`: what a sign-in is worth, what many in a row are worth, luck with its odds, and make-up cards."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Annotated

import regex
from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from bot.types.declarations import Section, Settled
from bot.types.fields import Duration, OneOrMany, limited, text_of, wrong
from handlers.points.settings import Amount

ONE_DAY = timedelta(days=1)
LONGEST_STREAK = 3650
MOST_LATE = timedelta(days=31)

_PERCENT = regex.compile(r"(\d{1,3}(?:\.\d{1,3})?)\s*[%％]")
_CURE = '机会写成百分数，最多 "100%"，比如 "5%"、"0.5%"'


def _odds(value: object) -> float:
    found = _PERCENT.fullmatch(text_of(value, _CURE).strip())
    if found is None or not 0 < float(found[1]) <= 100:
        raise wrong(_CURE)
    return float(found[1])


def _late(value: timedelta) -> timedelta:
    if not ONE_DAY <= value <= MOST_LATE:
        raise wrong('可以补几天以内的，"1d" 到 "31d"')
    return value


Odds = Annotated[float, BeforeValidator(_odds)]
Streak = Annotated[int, Field(ge=2, le=LONGEST_STREAK)]


class SignIn(Settled):
    """The rules. `on` is false where the section is not written.

    `points` a day; `streak`: so many more when so many days in a row are reached; `lucky`: so many more with these odds
    in percent, one of them at most. `cards`: days that may be made up for a month, each for `card_cost` points and not
    later than `makeup_within`. `say`: how the answer begins.
    """

    on: bool = True
    points: Amount = 5
    streak: Mapping[Streak, Amount] = {7: 20, 30: 100}
    lucky: Mapping[Amount, Odds] = {}
    cards: Annotated[int, Field(ge=0, le=31)] = 2
    card_cost: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    makeup_within: Annotated[Duration, AfterValidator(_late)] = timedelta(days=7)
    say: OneOrMany[Annotated[str, limited(60)]] = ("签到成功",)

    @field_validator("lucky")
    @classmethod
    def _no_more_than_certain(cls, lucky: Mapping[int, float]) -> Mapping[int, float]:
        if sum(lucky.values()) > 100:
            raise wrong("几个机会加起来不能超过 100%")
        return lucky

    def luck(self, chance: Random) -> int:
        """What luck brings this time; 0 for nothing."""
        left = chance.random() * 100
        for points, odds in sorted(self.lucky.items()):
            left -= odds
            if left < 0:
                return points
        return 0

    def reached(self, more_than: int, up_to: int) -> Mapping[int, int]:
        """The streaks that are reached between two lengths, and what they bring."""
        return {days: self.streak[days] for days in sorted(self.streak) if more_than < days <= up_to}

    def next_streak(self, days: int) -> tuple[int, int] | None:
        """The next streak that brings something: its length, and what; None where there is none."""
        ahead = min((length for length in self.streak if length > days), default=None)
        return None if ahead is None else (ahead, self.streak[ahead])


def _off() -> SignIn:
    return SignIn(on=False)


SIGNIN: Section[SignIn] = Section("signin", SignIn, _off)
