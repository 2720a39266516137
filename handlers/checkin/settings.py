"""`[[campaigns]]`: check-ins over some days: when, with what proof, for whom, reminders, make-up days and rewards."""

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from bot.types.days import LocalDays
from bot.types.declarations import Section, Settings, Settled
from bot.types.fields import Duration, Hours, Name, OneOrMany, limited, wrong
from bot.types.ports import Calendar
from handlers.broadcast.settings import BOT, Planned
from handlers.checkin.announced import Announcement, Once, Times
from handlers.checkin.course import Course
from handlers.directory import ADMIN
from handlers.points.settings import MOST, POINTS, Amount, TimeOfDay

LONGEST = 366
ONE_DAY = timedelta(days=1)
MOST_LATE = timedelta(days=31)

Proof = Literal["文字", "图片", "按钮"]
Streak = Annotated[int, Field(ge=2, le=LONGEST)]
Reward = Annotated[int, Field(ge=0, le=MOST)]


def _late(value: timedelta) -> timedelta:
    if not ONE_DAY <= value <= MOST_LATE:
        raise wrong('可以补几天以内的，"1d" 到 "31d"')
    return value


class Campaign(Settled):
    """One campaign, from its first day to its last.

    `hours`: when on a day people can check in; `proof`: what they show, `min_length` letters of text at least. Where:
    in `groups` and 1:1; who: `members` and `roles`, or everybody who joins. `remind`: when those who have not checked
    in hear of it; `report`: when `managers` hear who was absent on the day before it. `finish_days` finish it, all of
    them where nothing is said. `cards`: days that one may make up for, each for `card_cost` points and not later than
    `makeup_within`. `teams`: with those who are in them; who is in none chooses one.
    """

    name: Name
    since: Annotated[date, Field(alias="from")]
    until: date
    hours: Hours | None = None
    proof: Proof = "文字"
    min_length: Annotated[int, Field(ge=1, le=1000)] = 5
    groups: OneOrMany[Name] = ()
    members: OneOrMany[Name] = ()
    roles: OneOrMany[Name] = ()
    remind: OneOrMany[TimeOfDay] = ()
    remind_say: OneOrMany[Annotated[str, limited(1000)]] = ("{nickname}，今天的「{campaign}」还没打卡，别忘了哦～",)
    report: TimeOfDay = time(9)
    managers: OneOrMany[Name] = (ADMIN,)
    points: Reward = 0
    streak: Mapping[Streak, Amount] = {}
    finish_days: Annotated[int, Field(ge=1, le=LONGEST)] | None = None
    finish_points: Reward = 0
    cards: Annotated[int, Field(ge=0, le=LONGEST)] = 0
    card_cost: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    makeup_within: Annotated[Duration, AfterValidator(_late)] = timedelta(days=3)
    teams: Mapping[Name, tuple[Name, ...]] = {}
    certificate: bool = True
    community: Annotated[str, Field(max_length=30)] = ""
    say: OneOrMany[Annotated[str, limited(60)]] = ("打卡成功",)

    @field_validator("teams", mode="before")
    @classmethod
    def _one_or_many(cls, teams: object) -> object:
        if not isinstance(teams, Mapping):
            return teams
        return {name: [who] if isinstance(who, str) else who for name, who in teams.items()}

    @model_validator(mode="after")
    def _fits(self) -> "Campaign":
        if self.until < self.since:
            raise wrong("until 在 from 之前，一天也没有")
        length = (self.until - self.since).days + 1
        if length > LONGEST:
            raise wrong(f"从 from 到 until 有 {length} 天，最长 {LONGEST} 天；请分成几期")
        if self.finish_days is not None and self.finish_days > length:
            raise wrong(f"一共只有 {length} 天，finish_days 写了 {self.finish_days}，谁也完不成")
        return self

    @property
    def is_open(self) -> bool:
        """Whether everybody may take part."""
        return not (self.members or self.roles)

    @property
    def has_points(self) -> bool:
        """Whether points are given or taken."""
        return bool(self.points or self.streak or self.finish_points or (self.cards and self.card_cost))

    def course(self, settings: Settings, calendar: Calendar) -> Course:
        """Its days by the clocks of a configuration; what was said in time is heard until it has grown stale."""
        local = LocalDays(calendar.timezone, settings[POINTS].day_begins)
        return Course.of(self.since, self.until, self.hours, local, calendar, settings[BOT].stale_after)

    def reached(self, more_than: int, up_to: int) -> Mapping[int, int]:
        """The streaks that are reached between two lengths, and what they bring."""
        return {days: self.streak[days] for days in sorted(self.streak) if more_than < days <= up_to}

    def announced(self, settings: Settings, calendar: Calendar) -> Sequence[Planned]:
        """What will be said unasked because of it, as entries of a schedule."""
        course = self.course(settings, calendar)
        said = (self.reminder(course), self.final_list(course))
        return [one for one in said if one is not None]

    def reminder(self, course: Course) -> Announcement | None:
        """What goes to those who have not checked in; None where nobody is reminded."""
        if not self.remind:
            return None
        send = tuple(text.replace("{campaign}", self.name) for text in self.remind_say)
        return Announcement(
            f"{self.name} 提醒", Times(self.remind, course), send, members=self.members, roles=self.roles,
            audience="还没打卡的人",
        )  # fmt: skip

    def final_list(self, course: Course) -> Announcement | None:
        """Who has finished, for the groups; None where there is none."""
        if not self.groups:
            return None
        return Announcement(f"{self.name} 完成名单", Once(self.report, course), ("（完成名单）",), groups=self.groups)


def _none() -> tuple[Campaign, ...]:
    return ()


CAMPAIGNS: Section[tuple[Campaign, ...]] = Section("campaigns", tuple[Campaign, ...], _none)
