"""The words for signing in, and the day that somebody wants to make up for. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import regex

from nlp.normalise import bare

WAYS: Mapping[str, Sequence[str]] = {
    "signin": (
        "签到", "签个到", "我签到", "打卡签到", "签到打卡", "每日签到", "早安签到", "签到签到",
        "签道", "签倒", "我要签到",
    ),
    "makeup": (
        "补签", "补签到", "补个签", "补签卡", "用补签卡", "使用补签卡", "补卡", "补一下签到", "忘签到了", "忘记签到了",
    ),
    "calendar": (
        "签到日历", "签到记录", "我的签到", "签到情况", "本月签到", "签到天数", "连续签到", "签到几天", "我签到几天",
        "签到查询", "签到日历图", "签到图", "连签几天", "连续签到几天",
    ),
    "rules": ("签到规则", "签到怎么玩", "签到奖励", "签到说明", "签到有什么用", "签到概率", "签到有什么奖励"),
}  # fmt: skip

_MAKEUP = regex.compile(r"(?:我要|我想|帮我)?补(?:一?下)?签(?:到)?(?P<when>.{1,12})")
_AGO: Mapping[str, int] = {"大前天": 3, "前天": 2, "昨天": 1, "昨日": 1}
_DATE = regex.compile(r"(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})[日号]?(?:的)?")
ONE = timedelta(days=1)


def makeup_day(text: str, today: date) -> date | None:
    """The past day that 补签 … is about; None where the text is no such thing."""
    found = _MAKEUP.fullmatch(bare(text))
    return None if found is None else past_day(found["when"], today)


def past_day(when: str, today: date) -> date | None:
    """The last day of that name before today: `昨天`, `前天`, `20号`, `11月20日`; None for anything else."""
    if when in _AGO:
        return today - _AGO[when] * ONE
    found = _DATE.fullmatch(when)
    if found is None:
        return None
    for back in range(1, 367):
        day = today - back * ONE
        if day.day == int(found["day"]) and (not found["month"] or day.month == int(found["month"])):
            return day
    return None
