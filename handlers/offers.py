"""What members and managers may say about points and what brings them, where it is on: lines for 帮助 and 规则."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.types.context import Context
from bot.types.declarations import Settings
from handlers.broadcast.settings import SCHEDULE
from handlers.checkin.settings import CAMPAIGNS, Campaign
from handlers.directory import ADMIN
from handlers.draws.settings import DRAWS, Draw
from handlers.games.idioms.settings import IDIOMS
from handlers.games.quiz.settings import QUIZ
from handlers.points.settings import POINTS, Points
from handlers.shop.settings import SHOP, Item
from handlers.signin.settings import SIGNIN
from handlers.signin.words import rules_of

# So many are named in one line.
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """One line, and for whom: where the group has the `feature`, in its `groups`, for people with one of its `roles`.

    No feature, groups or roles: for everybody. From the day `since` to the day `until`. `order`: it is managers' own.
    """

    line: str
    feature: str = ""
    groups: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None
    order: bool = False

    def holds(self, context: Context, zone: ZoneInfo) -> bool:
        """Whether it is for this person, here and now. In a chat of their own all is offered that any group has."""
        if self.roles and not self.roles & context.member.roles:
            return False
        group, today = context.group, context.now.astimezone(zone).date()
        if group is not None and self.feature and not group.has(self.feature):
            return False
        if group is not None and self.groups and group.name not in self.groups:
            return False
        return (self.since is None or self.since <= today) and (self.until is None or today <= self.until)


def offers_of(settings: Settings) -> Sequence[Offer]:
    """What is on: for members first, then for managers."""
    points = settings[POINTS]
    campaigns: tuple[Campaign, ...] = settings[CAMPAIGNS]
    draws: tuple[Draw, ...] = settings[DRAWS] if points.on else ()
    items: tuple[Item, ...] = settings[SHOP] if points.on else ()
    found = [*_signin(settings), *_campaigns(campaigns)]
    found += [
        Offer(f"「我的{name}」「{name}明细」「{name}榜」看{name}", "points") for name in [points.name] if points.on
    ]
    found += [*_draws(draws), *_shop(items, points.name)]
    if settings[IDIOMS].on or settings[QUIZ]:
        found.append(Offer("「游戏」看能玩什么，说名字就开始", "games"))
    return [*found, *_points_orders(points), *_orders(campaigns, draws, items), *_schedule(settings)]


def _signin(settings: Settings) -> Iterator[Offer]:
    rules, points = settings[SIGNIN], settings[POINTS]
    if rules.on and points.on:
        makeup = "，漏了「补签」" if rules.cards else ""
        yield Offer(f"「签到」每天得 {rules.points} {points.name}{makeup}，「签到日历」看这个月", "signin")


def _campaigns(campaigns: Sequence[Campaign]) -> Iterator[Offer]:
    """Those that everybody, or everybody with a role, may take part in; who is called by name knows of theirs."""
    for one in campaigns:
        if one.is_open or one.roles:
            line = f"「打卡」参加「{one.name}」，「打卡进度」看自己打了几天"
            yield Offer(line, "checkin", one.groups, frozenset(one.roles), one.since, one.until)


def _draws(draws: Sequence[Draw]) -> Iterator[Offer]:
    for one in draws:
        line = "「抽奖」试手气，「抽奖规则」看机会多大"
        yield Offer(line, "draws", one.groups, frozenset(one.roles), _day(one.since), _day(one.until))


def _shop(items: Sequence[Item], unit: str) -> Iterator[Offer]:
    if items:
        names = "、".join(item.name for item in items[:MOST_NAMED]) + ("等" if len(items) > MOST_NAMED else "")
        yield Offer(f"「兑换」用{unit}换{names}，「我的兑换」看兑换码", "shop")


def _points_orders(points: Points) -> Iterator[Offer]:
    if points.on:
        line = f"「发{points.name} 小林 20 活动积极」给人加，发错了「撤销」"
        yield Offer(line, roles=frozenset(points.managers), order=True)


def _orders(campaigns: Sequence[Campaign], draws: Sequence[Draw], items: Sequence[Item]) -> Iterator[Offer]:
    if campaigns:
        roles = frozenset(role for one in campaigns for role in one.managers)
        yield Offer("「打卡名单」看谁没打卡，「完成名单」看谁完成了", roles=roles, order=True)
    giving = frozenset(role for one in items for role in one.managers)
    drawing = frozenset(role for one in draws for role in one.managers)
    if any(one.scheduled for one in draws):
        yield Offer("「开奖」马上开出", roles=drawing, order=True)
    if giving | drawing:
        yield Offer("「待发放」看要发的东西，「核销 兑换码」发出一份", roles=giving | drawing, order=True)


def _schedule(settings: Settings) -> Iterator[Offer]:
    if settings[SCHEDULE]:
        line = "「定时」看接下来发什么，「暂停 名字」「继续 名字」管一条"
        yield Offer(line, roles=frozenset((ADMIN,)), order=True)


def _day(moment: date | None) -> date | None:
    return None if moment is None else date(moment.year, moment.month, moment.day)


def signin_rules(settings: Settings) -> str:
    """The rules of sign-ins; "" where there are none."""
    rules, points = settings[SIGNIN], settings[POINTS]
    if not (rules.on and points.on):
        return ""
    return "签到\n" + rules_of(rules, points.name, f"{points.day_begins:%H:%M}")


def points_rules(settings: Settings) -> str:
    """The rules of points that members have to know; "" where there are none."""
    points = settings[POINTS]
    told = list(_points_rules(points)) if points.on else []
    return "\n".join([points.name, *told]) if told else ""


def _points_rules(points: Points) -> Iterator[str]:
    if points.daily:
        yield f"一天最多得 {points.daily}。"
    if points.expire:
        yield f"得到 {points.expire.days} 天后过期，先得的先用。"
    if points.levels:
        yield "头衔：" + "、".join(f"{least} 起「{title}」" for least, title in sorted(points.levels.items())) + "。"
