"""What `check` says about draws that no single key shows."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.types.declarations import Problem, Section, Settings
from handlers.directory import ADMIN, GROUPS, unasked, unknown_groups, unknown_roles
from handlers.draws.settings import DRAWS, Draw
from handlers.points.settings import POINTS

# Only the time zone is read of it.
BOT: Section[Any] = Section("bot", tuple, tuple)
PUSH = '给它加一个消息推送（webhook），或把智能机器人改成长连接（mode = "socket"）'

Path = tuple[str | int, ...]


def inspect(settings: Settings) -> Iterable[Problem]:
    """What is wrong with the draws taken together."""
    draws, now = settings[DRAWS], datetime.now(UTC)
    for at, draw in enumerate(draws):
        path = ("draws", at)
        if not settings[POINTS].on and (draw.cost or any(prize.points for prize in draw.prizes)):
            yield Problem(path, "用到积分了：请加上 [points]（可以什么都不填），并且不要写 on = false")
        yield from unknown_groups(settings, draw.groups, (*path, "groups"))
        yield from _unheard(settings, draw, path)
        yield from _over(draw, settings[BOT].timezone, now, path)
        yield from unknown_roles(settings, draw.roles, (*path, "roles"))
        yield from unknown_roles(settings, draw.managers, (*path, "managers"), (ADMIN,))


def _unheard(settings: Settings, draw: Draw, path: Path) -> Iterable[Problem]:
    """Groups that cannot be told who won."""
    known = {group.name: group for group in settings[GROUPS]}
    for at, name in enumerate(draw.groups if draw.scheduled else ()):
        if name in known and unasked(settings, known[name]) is None:
            hint = f"“{name}”里不能主动说话，开奖结果不会自己发到群里（大家发「抽奖规则」能看到）；最接近的办法：{PUSH}"
            yield Problem((*path, "groups", at), hint, warning=True)


def _over(draw: Draw, zone: ZoneInfo, now: datetime, path: Path) -> Iterable[Problem]:
    """A time that has passed is no error: the draw was drawn then, and the bot goes on with what is written."""
    ends = draw.ends(zone)
    if ends is not None and ends <= now:
        key = "at" if draw.due(zone) == ends else "until"
        yield Problem(
            (*path, key), "这个时间已经过去了：不会再有人能抽；要再办一次请改时间，办完了可以删掉", warning=True
        )
