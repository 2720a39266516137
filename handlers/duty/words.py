"""What staff read about the roster."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.types.actions import Button, Card
from bot.types.hours import WEEK
from bot.types.ports import Member
from handlers.duty.roster import Stint
from handlers.times import spoken_moment

ACCEPT, DECLINE = "accept", "decline"
TASK = "duty"

HELP_LEAVE = "请假写上哪天就行：「请假 明天」「请假 11月25日 下午」「请假 周五到下周二」。回来了发「销假」。"
HELP_SWAP = "换班写上和谁、哪天：「换班 阿宁 周五」；用另一天换就写两天：「换班 阿宁 周五 周六」。"
HELP_SHOW = "发「值班」看现在谁在班和这一周的排班，「值班 下周」看下周。"
NO_SUCH_DAY = "这个时间已经过去了，请换一个。"
TOO_FAR = "只能提前半年安排，一次最多 60 天。"
NO_LEAVE = "没有记着的请假。"
ONLY_FOR_ONESELF = "只能给自己{what}；给别人{what}请管理员或组长来。"
NOT_IN_TEAM = "“{name}”不在任何小组里，没有班可排。"
NO_SHIFTS = "你们组没有写排班（[[shifts]]），全组都在班，不用换。"
NOTHING_TO_SWAP = "{day}你们的班是一样的，不用换。"
SAME_PERSON = "不能和自己换班。"
NOT_ONE_TEAM = "{one}和{other}不在一个小组里，换不了班。"
ASKED_ALREADY = "已经问过{other}了，等回复就行。要收回发「取消换班」。"
TOO_MANY = "还有好几个换班没有回音，等有了回音再问。"
NOTHING_ASKED = "没有等着回音的换班。"
WITHDRAWN = "换班已收回（{count} 个），班次不变。"
ON_LEAVE = "{other}{day}请假了，换不了。"

STATES: Mapping[str, str] = {"agreed": "已同意", "refused": "未同意", "expired": "已过期", "withdrawn": "对方已收回"}


def day(one: date) -> str:
    """A day as people say it: `"11月27日（周五）"`."""
    return f"{one.month}月{one.day}日（周{WEEK[one.weekday()]}）"


def between(begins: datetime, ends: datetime, whole: bool, timezone: ZoneInfo) -> str:
    """A stretch of time as people say it."""
    first, last = begins.astimezone(timezone), ends.astimezone(timezone)
    if not whole:
        until = f"{last:%H:%M}" if last.date() == first.date() else f"{day(last.date())}{last:%H:%M}"
        return f"{day(first.date())}{first:%H:%M}-{until}"
    final = date.fromordinal(last.date().toordinal() - 1)
    return day(first.date()) if final <= first.date() else f"{day(first.date())}至{day(final)}"


def named(people: Iterable[Member]) -> str:
    """Some people in one line."""
    return "、".join(one.name or one.id for one in people)


def leave_taken(name: str, when: str) -> str:
    """To whom the leave was written down for."""
    return f"记下了：{name}{when}请假，那时不派单。提前回来发「销假」。"


def leave_told(name: str, by: str, when: str) -> str:
    """To the team's heads."""
    return f"{name}{when}请假{f'（{by}代办）' if by != name else ''}。"


def leave_ended(name: str, whens: Sequence[str]) -> str:
    """To whoever ended it."""
    return f"{name}的请假取消了：{'、'.join(whens)}。"


def gap_told(team: str, moment: datetime, now: datetime, timezone: ZoneInfo) -> str:
    """To the team's heads, when leave empties a shift."""
    return f"注意：{spoken_moment(moment, now, timezone)} 起{team}没有人值班了，到时会通知全组；可以用「换班」补上。"


def asked(other: str, what: str) -> str:
    """To who asked for a swap."""
    return f"已问{other}：{what}。对方同意之前，班次不变。"


def exchanged(one: str, other: str, first: date, back: date | None) -> str:
    """What a swap is."""
    if back is None:
        return f"{day(first)}{one}和{other}互换"
    return f"{day(first)}{one}和{other}互换，{day(back)}再换一次"


def agreed(other: str, what: str) -> str:
    """To who asked."""
    return f"{other}同意了：{what}。"


def refused(other: str, what: str) -> str:
    """To who asked."""
    return f"{other}这次换不了：{what}。班次不变。"


def expired(other: str, what: str) -> str:
    """To who asked, when the day has come."""
    return f"{other}没有回音：{what}，没有换成，班次不变。"


def settled(what: str, by: str) -> str:
    """To both, when somebody else arranged it."""
    return f"{by}安排了换班：{what}。发「值班」看排班。"


def asking_card(number: int, name: str, what: str, had: Sequence[tuple[str, str]]) -> Card:
    """To the one who is asked; `had`: what either of them has then."""
    buttons = (Button(ACCEPT, "同意"), Button(DECLINE, "不同意", 3))
    return Card(task=f"{TASK}-{number}-1", title=f"{name}想和您换班", desc=what, fields=tuple(had)[:6], buttons=buttons)


def done_card(number: int, name: str, what: str, done: str) -> Card:
    """The same when nothing is left to press."""
    return Card(
        task=f"{TASK}-{number}-1", title=f"{name}想和您换班", desc=what, buttons=(Button(ACCEPT, "同意"),), done=done
    )


def on_now(team: str, people: Sequence[Member], warning: str, is_open: bool) -> str:
    """Who of a team is on duty."""
    if warning:
        return f"【{team}】{warning}"
    return f"【{team}】现在值班：{named(people)}" if is_open else f"【{team}】现在不在上班时间"


def stint(one: Stint) -> str:
    """A shift of a day."""
    away = f"（请假：{named(one.away)}）" if one.away else ""
    hours = f" {one.hours}" if one.hours else ""
    return f"  {one.shift}{hours}：{named(one.on) or '没有人'}{away}"
