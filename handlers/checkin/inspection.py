"""What `check` says about campaigns: where they cannot take place, and what works instead."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import time, timedelta
from typing import Any

from bot.types.days import LocalDays
from bot.types.declarations import Problem, Settings
from bot.types.hours import DAY, EVERY_DAY, Span
from handlers.broadcast.settings import BOT, BROADCAST
from handlers.broadcast.targets import NEAREST_MEMBER, door_to_members
from handlers.checkin.settings import CAMPAIGNS, Campaign
from handlers.directory import (
    ADMIN,
    DOORS,
    GROUPS,
    PEOPLE,
    GroupEntry,
    serves,
    unasked,
    unknown_groups,
    unknown_people,
    unknown_roles,
)
from handlers.points.settings import POINTS
from handlers.times import spoken_duration
from handlers.variables import unknown_message, unknown_variables

Path = tuple[str | int, ...]

# What has to reach us, by the msgtypes that people send with it.
_HEARD: Mapping[str, frozenset[str]] = {
    "文字": frozenset(("text",)), "图片": frozenset(("image", "mixed")), "按钮": frozenset(("text",)),
}  # fmt: skip
_NEAREST: Mapping[str, str] = {
    "内部群": "在群里 @ 智能机器人（aibot）打卡，或和它、和自建应用（app）一对一打卡",
    "客户群": "请客户在微信客服（kf）里一对一打卡（不写 groups），或由员工在群里收、再用「发积分」补",
}


def inspect(settings: Settings) -> Iterable[Problem]:
    """Everything that is wrong whatever the time is."""
    campaigns = settings[CAMPAIGNS]
    for at, campaign in enumerate(campaigns):
        path: Path = ("campaigns", at)
        yield from unknown_groups(settings, campaign.groups, (*path, "groups"))
        yield from unknown_people(settings, campaign.members, (*path, "members"))
        yield from unknown_roles(settings, campaign.roles, (*path, "roles"))
        yield from unknown_roles(settings, campaign.managers, (*path, "managers"), (ADMIN,))
        yield from _places(settings, campaign, path)
        yield from _reminders(settings, campaign, path)
        yield from _reports(settings, campaign, path)
        yield from _teams(settings, campaign, path)
        yield from _points(settings, campaign, path)


def _places(settings: Settings, campaign: Campaign, path: Path) -> Iterator[Problem]:
    """Where it cannot take place."""
    known = {group.name: group for group in settings[GROUPS]}
    for at, name in enumerate(campaign.groups):
        group = known.get(name)
        if group is None:
            continue
        where = (*path, "groups", at)
        if why := _unheard(settings, campaign, group):
            yield Problem(where, f"“{name}”{why}；最接近的办法：{_NEAREST[group.kind]}")
        elif group.features is not None and "checkin" not in group.features:
            yield Problem(where, f'“{name}”的 features 里没有 "checkin"，在那里打卡不会有反应', warning=True)
        elif unasked(settings, group) is None:
            cure = '给它加一个消息推送（webhook），或长连接的智能机器人（mode = "socket"）；管理员照样收到'
            yield Problem(where, f"“{name}”里没有能主动说话的入口，完成名单发不到群里；{cure}", warning=True)
    if not campaign.groups and not _heard_alone(settings, campaign):
        cure = "接一个智能机器人（aibot）、自建应用（app）或微信客服（kf）"
        yield Problem(path, f"没有哪个入口能一对一收到{campaign.proof}，谁也打不了卡；{cure}")


def _unheard(settings: Settings, campaign: Campaign, group: GroupEntry) -> str:
    """Why nobody can check in in a group; "" where they can."""
    doors = settings[DOORS]
    if group.kind == "客户群":
        return "是客户群，企业微信不让机器人在里面听和说，打不了卡"
    services = [door.capabilities.serves[group.kind] for door in doors if serves(door, group)]
    if not any(_HEARD["文字"] & one.hears for one in services):
        return "里没有听得到话的入口，打不了卡"
    if not any(_HEARD[campaign.proof] & one.hears for one in services):
        return "里的入口收不到图片"
    return ""


def _heard_alone(settings: Settings, campaign: Campaign) -> bool:
    doors: tuple[Any, ...] = settings[DOORS]
    kinds = ("成员", "客户") if campaign.is_open else ("成员",)
    services = [door.capabilities.serves[kind] for door in doors for kind in kinds if kind in door.capabilities.serves]
    return not doors or any(_HEARD[campaign.proof] & one.hears for one in services)


def _reminders(settings: Settings, campaign: Campaign, path: Path) -> Iterator[Problem]:
    for number, text in enumerate(campaign.remind_say):
        where = (*path, "remind_say", number) if len(campaign.remind_say) > 1 else (*path, "remind_say")
        yield from (Problem(where, unknown_message(one)) for one in unknown_variables(text, ("campaign",)))
    if campaign.remind and settings[DOORS] and not door_to_members(settings):
        yield Problem((*path, "remind"), f"没有能主动找人的入口，提醒发不出去；最接近的办法：{NEAREST_MEMBER}")
    if campaign.hours is None:
        return
    zone, begins = settings[BOT].timezone, settings[POINTS].day_begins
    local = LocalDays(zone, begins)
    spans = campaign.hours.spans
    for number, clock in enumerate(campaign.remind):
        minute = _minutes(clock)
        if not any(_has_minute(span.begins, span.ends, minute) for span in spans):
            hint = f"提醒在 {clock:%H:%M}，打卡时间是 {campaign.hours}，到时候打不了卡，不会提醒"
            yield Problem((*path, "remind", number), hint, warning=True)
    if any(span.begins > span.ends and span.ends > _minutes(begins) for span in spans):
        hint = f"打卡时间跨过了一天的开始（{local.begins:%H:%M}），那以后算第二天；可以改 [points] 的 day_begins"
        yield Problem((*path, "hours"), hint, warning=True)


def _reports(settings: Settings, campaign: Campaign, path: Path) -> Iterator[Problem]:
    """Where the report comes too early for its own day, or the list of finishers when nothing may be said."""
    clock, where = campaign.report, (*path, "report")
    begins, minute = _minutes(settings[POINTS].day_begins), _minutes(clock)
    late = settings[BOT].stale_after // timedelta(minutes=1)
    for end in sorted(_ends(campaign, begins)) if late < DAY else ():
        if (minute - end) % DAY < late:
            since = f"打卡到 {_clock(end)}，{spoken_duration(timedelta(minutes=late))}以内还会有晚到的"
            cure = f"{clock:%H:%M} 刚结束的那天还报不了，报的是再前一天；写成 {_clock(end + late)} 或更晚"
            yield Problem(where, f"{since}，{cure}", warning=True)
            break
    quiet = settings[BROADCAST].quiet
    if not campaign.groups or isinstance(quiet, str):
        return
    if any(span.days.kind == EVERY_DAY and _has_minute(span.begins, span.ends, minute) for span in quiet.spans):
        hint = f"完成名单这时发到群里，可 {clock:%H:%M} 在免打扰时段（{quiet}），发不出去；请改 report"
        yield Problem(where, hint, warning=True)


def _ends(campaign: Campaign, begins: int) -> Iterable[int]:
    """In which minutes of the day its days may be over, by the kinds of days; they begin at one of their own."""
    if campaign.hours is None:
        return {begins}
    spans = campaign.hours.spans
    kinds = [[one for one in spans if one.days.kind == EVERY_DAY or one.days == span.days] for span in spans]
    return {(begins + max(_over(one, begins) for one in kind)) % DAY for kind in kinds}


def _over(span: Span, begins: int) -> int:
    """How many minutes after a day has begun a span of it is over."""
    length = (span.ends - span.begins) % DAY or DAY
    return min((span.begins - begins) % DAY + length, DAY)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def _has_minute(begins: int, ends: int, minute: int) -> bool:
    return begins <= minute < ends if begins < ends else minute >= begins or minute < ends


def _teams(settings: Settings, campaign: Campaign, path: Path) -> Iterator[Problem]:
    teams: dict[str, str] = {}
    roles = set(campaign.roles)
    people = {person.name: person for person in settings[PEOPLE]}
    for team, members in campaign.teams.items():
        yield from unknown_people(settings, members, (*path, "teams", team))
        for at, name in enumerate(members):
            where = (*path, "teams", team, at)
            if name in teams:
                yield Problem(where, f"“{name}”已经在“{teams[name]}”了，一个人只能在一个队")
            teams.setdefault(name, team)
            person = people.get(name)
            if person and not (campaign.is_open or name in campaign.members or roles & set(person.roles)):
                yield Problem(where, f"“{name}”不在这个活动里：加进 members，或给他 roles 里的角色")


def _points(settings: Settings, campaign: Campaign, path: Path) -> Iterator[Problem]:
    if campaign.has_points and not settings[POINTS].on:
        yield Problem(path, "奖励要记积分：请加上 [points]（可以什么都不填），并且不要写 on = false")
    if campaign.card_cost and not campaign.cards:
        yield Problem((*path, "card_cost"), "没有写 cards，不能补打卡，这个用不上", warning=True)
    beyond = [length for length in campaign.streak if length > (campaign.until - campaign.since).days + 1]
    if beyond:
        yield Problem((*path, "streak"), f"活动没有那么长，连续 {beyond[0]} 天谁也到不了", warning=True)
