"""`[fairplay]`: what looks wrong about a reward, who is not asked about it, and what becomes of what waits."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bot.types.declarations import Section, Settled
from bot.types.fields import Duration, Name, OneOrMany, wrong
from handlers.points.settings import ONE_DAY

LONGEST_WAIT = timedelta(days=30)
STAFF = "同事"


class Rule(StrEnum):
    """What may look wrong, as managers and members read it."""

    SOON = "隔得太近"
    SHORT = "写得太短"
    SAME = "多个账号写的一样"
    STREAK = "连续天数对不上"
    CLOCK = "每天分秒不差"
    BEAT = "间隔分秒不差"
    FLOOD = "一分钟里太多"
    AWAKE = "一直没休息"
    TOGETHER = "新账号一起行动"


def _at_most_a_day(value: timedelta) -> timedelta:
    if not timedelta(0) <= value <= ONE_DAY:
        raise wrong('这里最多一天，如 "1s"、"10m"、"24h"')
    return value


def _window(value: timedelta) -> timedelta:
    if not timedelta(minutes=1) <= value <= timedelta(days=7):
        raise wrong('这里写 "1m" 到 "7d"')
    return value


def _wait(value: timedelta) -> timedelta:
    if not timedelta(hours=1) <= value <= LONGEST_WAIT:
        raise wrong(f'等多久写 "1h" 到 "{LONGEST_WAIT.days}d"')
    return value


Cooldown = Annotated[Duration, AfterValidator(_at_most_a_day)]


class FairPlay(Settled):
    """The limits. `on` is false where the section is not written.

    `cooldown`: what a member earns from one source comes so far apart at least, `cooldowns` of single sources.
    `letters`: where words earn points, so many at least. `accounts`: so many may earn with the same words within
    `window`. `flood`: so many rewards a minute. `without`: rules that are off. `exempt`: roles that are not asked
    about; `free`: sources that are not. After `wait` what nobody ruled on is settled by `then`.
    """

    on: bool = True
    cooldown: Cooldown = timedelta(seconds=1)
    cooldowns: Mapping[Name, Cooldown] = {}
    letters: Annotated[int, Field(ge=1, le=200)] = 5
    accounts: Annotated[int, Field(ge=1, le=1000)] = 3
    window: Annotated[Duration, AfterValidator(_window)] = timedelta(hours=24)
    flood: Annotated[int, Field(ge=1, le=60)] = 10
    without: OneOrMany[Rule] = ()
    exempt: OneOrMany[Name] = ()
    free: OneOrMany[Name] = ()
    wait: Annotated[Duration, AfterValidator(_wait)] = timedelta(days=3)
    then: Literal["确认", "驳回"] = "确认"


def _off() -> FairPlay:
    return FairPlay(on=False)


FAIRPLAY: Section[FairPlay] = Section("fairplay", FairPlay, _off)
