"""`[[draws]]`: prizes with their odds and how many there are, who may draw how often, and when it is decided."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, PlainValidator, model_validator

from bot.types.days import LocalDays
from bot.types.declarations import Section, Settled
from bot.types.fields import Name, OneOrMany, wrong
from handlers.directory import ADMIN
from handlers.draws.fairness import Prize
from handlers.points.settings import Amount
from handlers.shop.fields import Moment, ShortName, Times, moment, utc

MOST_WEIGHT = 1_000_000
MOST_STOCK = 1_000_000
# All of them are drawn at once, and each of their winners is told.
MOST_WINNERS = 1000
MOST_PRIZES = 50
BY_HAND = "手动"
UNLIMITED = "不限"
ONE = timedelta(days=1)


def _at(value: object) -> datetime | str:
    return BY_HAND if value == BY_HAND else moment(value)


def _stock(value: object) -> int | str:
    if value == UNLIMITED:
        return UNLIMITED
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_STOCK:
        raise wrong(f'有几份，写 0 到 {MOST_STOCK} 的整数，或 "{UNLIMITED}"（只有积分和没中可以不限）')
    return value


def _weight(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_WEIGHT:
        raise wrong(f"weight 是机会的份数，写 1 到 {MOST_WEIGHT} 的整数；机会 = 这份数 ÷ 全部份数")
    return value


Stock = Annotated[int | str, PlainValidator(_stock)]


class PrizeEntry(Settled):
    """One prize: points, nothing at all, or a thing that staff hand out for a code."""

    name: ShortName
    weight: Annotated[int, PlainValidator(_weight)] | None = None
    stock: Stock | None = None
    points: Amount | None = None
    nothing: bool = False

    @model_validator(mode="after")
    def _is_one_thing(self) -> "PrizeEntry":
        if self.nothing and self.points:
            raise wrong("是没中（nothing = true）还是积分（points）？只写一个")
        if self.stock is None and not self.nothing:
            raise wrong(f'“{self.name}”有几份？写 stock = 10；积分可以写 stock = "{UNLIMITED}"')
        if self.stock == UNLIMITED and not (self.points or self.nothing):
            raise wrong(f"“{self.name}”是实物，不能不限：写有几份，如 stock = 10")
        return self

    @property
    def offered(self) -> int | None:
        """How many there are in all; None: as many as are drawn."""
        return self.stock if isinstance(self.stock, int) else None

    def as_prize(self, taken: int) -> Prize:
        """What it is in a round that begins when so many of it have been drawn."""
        left = None if self.offered is None else max(0, self.offered - taken)
        return Prize(self.name, self.weight or 0, left, self.points or 0, self.nothing)


class Draw(Settled):
    """One draw. With `at` members enter and it is drawn then (or by a manager); without, everybody draws at once.

    `cost`: points a time; `per_day`, `limit`: how often a member may, a day and altogether. `groups`, `roles`: where,
    and who. From `since` to `until`. `reveal`: after how long an instant draw shows its seed and takes a new one.
    """

    name: ShortName
    at: Annotated[datetime | str, PlainValidator(_at)] | None = None
    cost: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    per_day: Times | None = None
    limit: Times | None = None
    groups: OneOrMany[Name] = ()
    roles: OneOrMany[Name] = ()
    since: Annotated[Moment | None, Field(alias="from")] = None
    until: Moment | None = None
    reveal: Literal["每天", "每周", "每月"] = "每天"
    managers: OneOrMany[Name] = (ADMIN,)
    prizes: Annotated[tuple[PrizeEntry, ...], Field(min_length=1, max_length=MOST_PRIZES)]

    @model_validator(mode="after")
    def _holds_together(self) -> "Draw":
        names = [prize.name for prize in self.prizes]
        if len(set(names)) != len(names):
            raise wrong("两个奖品同名了，请改成不同的")
        if self.since and self.until and self.until <= self.since:
            raise wrong("until 不晚于 from，一次也抽不了")
        self._check_scheduled() if self.scheduled else self._check_instant()
        return self

    def _check_instant(self) -> None:
        missing = next((prize.name for prize in self.prizes if prize.weight is None), None)
        if missing:
            raise wrong(f"“{missing}”的机会有多大？写 weight = 10（机会 = 份数 ÷ 全部份数）")
        if all(prize.nothing for prize in self.prizes):
            raise wrong("全是没中：至少写一个真的奖品")
        if not (self.cost or self.per_day or self.limit):
            raise wrong("不花积分的要写次数，不然可以一直抽：per_day = 1（每天），或 limit = 1（一共）")

    def _check_scheduled(self) -> None:
        if any(prize.weight is not None for prize in self.prizes):
            raise wrong("开奖的按 stock 抽出几位中奖人，不写 weight")
        if any(prize.nothing or prize.offered is None for prize in self.prizes):
            raise wrong("开奖的每个奖品都要写有几份：stock = 3；不用写没中")
        if sum(prize.offered or 0 for prize in self.prizes) > MOST_WINNERS:
            raise wrong(f"一次最多开出 {MOST_WINNERS} 份")
        if isinstance(self.at, datetime) and self.since and self.at <= self.since:
            raise wrong("at（开奖）不晚于 from，没有时间报名")

    @property
    def scheduled(self) -> bool:
        """Whether members enter and it is decided later."""
        return self.at is not None

    def whole(self, scheduled: bool) -> int | None:
        """How often a member may altogether, or in a scheduled round; None: as often as they like."""
        return self.limit or (1 if scheduled and not self.cost else None)

    def due(self, zone: ZoneInfo) -> datetime | None:
        """When it is drawn, UTC; None for when a manager says so, and for an instant draw."""
        return utc(self.at, zone) if isinstance(self.at, datetime) else None

    def begins(self, zone: ZoneInfo) -> datetime | None:
        """From when on it goes, UTC; None: already."""
        return utc(self.since, zone) if self.since else None

    def ends(self, zone: ZoneInfo) -> datetime | None:
        """When the last moment for it is over, UTC; None: never."""
        last = [utc(one, zone) for one in (self.until, self.at) if isinstance(one, datetime)]
        return min(last, default=None)

    def period_end(self, now: datetime, days: LocalDays) -> datetime:
        """When the seed of an instant draw that is in use now is to be shown, UTC."""
        today = days.of(now)
        match self.reveal:
            case "每天":
                last = today
            case "每周":
                last = today + (6 - today.weekday()) * ONE
            case "每月":
                last = (today.replace(day=28) + 4 * ONE).replace(day=1) - ONE
        ends = self.ends(days.timezone)
        return min(days.end(last), ends) if ends else days.end(last)


def _none() -> tuple[Draw, ...]:
    return ()


DRAWS: Section[tuple[Draw, ...]] = Section("draws", tuple[Draw, ...], _none)


def of_name(draws: Sequence[Draw], name: str) -> Draw | None:
    """The draw of a name."""
    return next((draw for draw in draws if draw.name == name), None)
