"""Times of the day in Chinese: 下午三点半, 15:00, 今晚八点, 上午, 半小时后."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import regex

from nlp.slots.numerals import NUMBER, integer, number

DAY = 24 * 60
NOON = 12 * 60

# Parts of the day as minutes from midnight, as people divide it when they make an appointment.
PARTS: Mapping[str, tuple[int, int]] = {
    "凌晨": (0, 6 * 60),
    "早上": (6 * 60, 9 * 60),
    "上午": (8 * 60, 12 * 60),
    "中午": (11 * 60, 13 * 60),
    "下午": (13 * 60, 18 * 60),
    "傍晚": (17 * 60, 19 * 60),
    "晚上": (18 * 60, 22 * 60),
    "全天": (0, DAY),
}
_CALLED: Mapping[str, str] = {
    **{part: part for part in PARTS},
    **dict.fromkeys(("清晨", "清早", "大清早", "一早", "大早上", "早晨", "早间", "早"), "早上"),
    **dict.fromkeys(("正午", "晌午"), "中午"),
    **dict.fromkeys(("午后", "pm", "p.m."), "下午"),
    **dict.fromkeys(("am", "a.m."), "上午"),
    **dict.fromkeys(("晚间", "夜里", "夜晚", "夜间", "晚"), "晚上"),
    **dict.fromkeys(("半夜", "深夜", "午夜"), "半夜"),
    **dict.fromkeys(("整天", "一整天", "一天"), "全天"),
    "黄昏": "傍晚",
}
_PERIOD = "|".join(sorted((one for one in _CALLED if one.isalpha() and not one.isascii()), key=len, reverse=True))
_LATIN = r"[ap]\.?m\b\.?"
_NOT_COUNTED = r"(?![个件盒瓶位人次份条张台双套号楼])"
_AT = regex.compile(
    rf"(?:(?P<period>{_PERIOD})的?|(?P<before>{_LATIN}))?\s*(?:差(?P<less>{NUMBER}|一刻)分?钟?(?:到|就)?)?"
    rf"(?:(?P<hour>{NUMBER})\s?(?:点钟?(?!建议|意见|要求|问题|原因|理由|想法|心得|体会)|时(?!间|候|段|刻))(?:(?P<half>半)|整|(?P<quarters>[一三13])刻钟?"
    rf"|[过零〇]?(?P<minute>{NUMBER})(?P<unit>分(?!钟)(?!之))?{_NOT_COUNTED})?"
    rf"|(?P<h>\d{{1,2}}):(?P<m>\d{{2}})(?::\d{{2}})?(?!\d))\s*(?P<after>{_LATIN})?"
    rf"|(?P<only>\d{{1,2}})\s*(?P<latin>{_LATIN})"
)
_PART = regex.compile(rf"(?P<part>{_PERIOD})(?!点|饭|餐|班|会|霜|安|日|期|就|已|知|熟|恋|退|教)")
_SPAN = regex.compile(
    rf"再?过?(?P<count>{NUMBER}|半)(?:个(?P<and>半))?(?:个?(?P<unit>小时|钟头|刻钟)|(?P<minutes>分钟))(?P<half>半)?"
    r"(?P<way>之后|以后|后|之内|以内|内|之前|以前|前)"
)
_AFTER = ("之后", "以后", "后")
_WITHIN = ("之内", "以内", "内")
_NOW = regex.compile(r"现在|此刻|马上|立刻|立即")


@dataclass(frozen=True, slots=True)
class Clock:
    """Minutes since the midnight that begins the day, past 1440 in its night; the same twice for a point in time.

    `is_open`: twelve hours later would also be what was said (三点 without 下午). `called`: the part of the day.
    """

    begins: int
    ends: int
    is_open: bool = False
    called: str = ""

    @property
    def is_part(self) -> bool:
        """Whether it is a part of the day and no point in time."""
        return self.begins != self.ends


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of time from now: to its end, or anywhere within it."""

    by: timedelta
    within: bool = False


def clock_at(text: str, at: int) -> tuple[Clock, int] | None:
    """The time of day that begins at a place of a folded text, and where it ends."""
    if found := _AT.match(text, at):
        clock = _point(found)
        if clock is not None:
            return clock, found.end()
    if found := _PART.match(text, at):
        part = PARTS.get(_CALLED[found["part"]])
        if part and (len(found["part"]) > 1 or (at and text[at - 1] in "今明昨后天日一二三四五六号")):
            return Clock(*part, called=_CALLED[found["part"]]), found.end()
    return None


def shift_at(text: str, at: int) -> tuple[Shift, int] | None:
    """The stretch of hours and minutes that begins at a place of a folded text, and where it ends."""
    if found := _NOW.match(text, at):
        return Shift(timedelta(0)), found.end()
    if not (found := _SPAN.match(text, at)):
        return None
    count = 0.5 if found["count"] == "半" else number(found["count"])
    if count is None or count > 10_000:
        return None
    each = {"刻钟": 15}.get(found["unit"], 60) if found["unit"] else 1
    minutes = (float(count) + (0.5 if found["and"] or found["half"] else 0)) * each
    forth = found["way"] in _AFTER or found["way"] in _WITHIN
    return Shift(timedelta(minutes=minutes if forth else -minutes), found["way"] in _WITHIN), found.end()


def _point(found: "regex.Match[str]") -> Clock | None:
    hour = integer(found["hour"] or found["h"] or found["only"])
    minute = _minute(found)
    if hour is None or minute is None or not 0 <= hour <= 24 or not 0 <= minute < 60 or (hour == 24 and minute):
        return None
    less = 15 if found["less"] == "一刻" else integer(found["less"]) if found["less"] else 0
    latin = (found["before"] or found["after"] or found["latin"] or "").replace(".", "")
    period = _CALLED[found["period"]] if found["period"] else _CALLED.get(latin, "")
    minutes, is_open = _hours(hour, period, bool(found["m"]) and len(found["h"]) == 2 and hour < 10)
    point = minutes + minute - (less or 0)
    return Clock(point, point, is_open)


def _minute(found: "regex.Match[str]") -> int | None:
    if found["half"]:
        return 30
    if found["quarters"]:
        return 15 if found["quarters"] in "一1" else 45
    if found["m"]:
        return int(found["m"])
    if not found["minute"]:
        return 0
    minute = integer(found["minute"])
    is_bare = not found["unit"] and found["minute"][0] not in "零〇0"
    return (
        None
        if minute is None or (is_bare and minute < 10 and "零" not in found[0] and "〇" not in found[0])
        else minute
    )


def _hours(hour: int, period: str, exact: bool) -> tuple[int, bool]:
    """The minutes of a full hour in a part of the day, and whether twelve hours later is meant as well."""
    if hour > 12 or (not period and (hour == 0 or exact)):
        return hour * 60, False
    match period:
        case "下午" | "傍晚":
            return (hour % 12 + 12) * 60, False
        case "晚上":
            return (hour + 12 if 4 < hour <= 12 else hour + 24) * 60, False
        case "半夜":
            return (hour + 12 if 8 < hour <= 12 else hour + 24) * 60, False
        case "中午":
            return (hour if hour > 9 else hour + 12) * 60, False
        case "凌晨":
            return hour % 12 * 60, False
        case "早上" | "上午" | "全天":
            return hour * 60, False
    return hour * 60, True
