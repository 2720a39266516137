"""What a manager writes about what goes out by the clock: `[[schedule]]`."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, PlainValidator, model_validator

from bot.types.declarations import Section, Settings, Settled
from bot.types.enclosures import Attach, LinkEntry
from bot.types.fields import Duration, Name, OneOrMany, Timezone, limited, text_of, wrong
from scheduler.calendar import WorkCalendar
from scheduler.cron import Cron
from scheduler.jobs import Job, Misfire, every
from scheduler.when import At, Between, Moments, Trigger

# As long as the longest text that any door carries; `check` tells where a door carries less.
MOST_BYTES = 20480
OWNER = "schedule"
SHORTEST = timedelta(minutes=1)
LONGEST_JITTER = timedelta(hours=6)
LONGEST_GRACE = timedelta(days=1)
ONE = timedelta(days=1)
TICK = timedelta(microseconds=1)


def _at(value: object) -> At:
    if isinstance(value, At):
        return value
    try:
        return At.parse(text_of(value, '时间要加引号，如 "工作日 08:30"'))
    except ValueError as error:
        raise wrong(str(error)) from None


def _cron(value: object) -> Cron:
    if isinstance(value, Cron):
        return value
    try:
        return Cron.parse(text_of(value, 'cron 要加引号，如 "30 8 * * *"'))
    except ValueError as error:
        raise wrong(str(error)) from None


def _interval(duration: timedelta) -> timedelta:
    if duration < SHORTEST:
        raise wrong('every 最短 1 分钟，如 "2h"')
    return duration


def _at_most(most: timedelta, told: str) -> AfterValidator:
    def check(duration: timedelta) -> timedelta:
        if duration > most:
            raise wrong(told)
        return duration

    return AfterValidator(check)


class ScheduleEntry(Settled):
    """One thing that goes out by the clock: when, to whom, what.

    One of `at`, `every`, `cron` says when, in `timezone`; `since`, `until`: the first and the last day. `jitter`
    spreads the start; what is later than `grace` is made up once or skipped, by `misfire`. `marketing`: it counts as
    advertising; `any_hour`: it may go out while people are not to be disturbed.
    """

    name: Name
    at: OneOrMany[Annotated[At, PlainValidator(_at)]] = ()
    every: Annotated[Duration, AfterValidator(_interval)] | None = None
    cron: Annotated[Cron, PlainValidator(_cron)] | None = None
    timezone: Timezone | None = None
    since: Annotated[date | None, Field(alias="from")] = None
    until: date | None = None
    jitter: Annotated[Duration, _at_most(LONGEST_JITTER, "jitter 最长 6 小时")] = timedelta(0)
    grace: Annotated[Duration, _at_most(LONGEST_GRACE, "grace 最长 1 天")] = timedelta(minutes=30)
    misfire: Literal["补发", "跳过"] = "跳过"
    groups: OneOrMany[Name] = ()
    members: OneOrMany[Name] = ()
    roles: OneOrMany[Name] = ()
    send: OneOrMany[Annotated[str, limited(MOST_BYTES)]]
    attach: Attach = ()
    link: LinkEntry | None = None
    marketing: bool = False
    any_hour: bool = False

    @model_validator(mode="after")
    def _needs(self) -> "ScheduleEntry":
        said = [bool(self.at), self.every is not None, self.cron is not None]
        if sum(said) != 1:
            raise wrong('什么时候发？at、every、cron 写一个，如 at = "工作日 08:30"')
        if not (self.groups or self.members or self.roles):
            raise wrong('发给谁？写 groups = ["群名"]，或 members（人名）、roles（角色）')
        if self.since and self.until and self.until < self.since:
            raise wrong("until 在 from 之前，一次也不会发")
        return self

    @property
    def when(self) -> str:
        """When, as the manager wrote it."""
        if self.every is not None:
            return f"每隔 {_spoken(self.every)}"
        return str(self.cron) if self.cron is not None else "；".join(map(str, self.at))

    @property
    def by_workdays(self) -> bool:
        """Whether it goes by which days people work."""
        return any(one.kind.by_workdays for one in self.at)

    def zone(self, usual: ZoneInfo) -> ZoneInfo:
        """By whose clocks it goes: its own, or the usual ones."""
        return self.timezone or usual

    def job(self, usual: ZoneInfo) -> Job:
        """The job that it is; `usual` is the time zone of those who name none."""
        misfire: Misfire = "late" if self.misfire == "补发" else "tell"
        return Job(
            name=f"{OWNER}.{self.name}", trigger=self.trigger(usual), jitter=self.jitter, grace=self.grace,
            misfire=misfire, times=self._times(usual),
        )  # fmt: skip

    def trigger(self, usual: ZoneInfo) -> Trigger:
        """When it is due."""
        zone = self.zone(usual)
        begins = datetime.combine(self.since, time(0), zone).astimezone(UTC) if self.since else None
        ends = datetime.combine(self.until + ONE, time(0), zone).astimezone(UTC) if self.until else None
        return Between(self._unbounded(zone), begins, ends)

    def begun(self, start: datetime, end: datetime, usual: ZoneInfo, most: int = 2000) -> Sequence[datetime]:
        """When it goes out from one moment until before another, UTC, jitter and all."""
        job, found, moment = self.job(usual), list[datetime](), start - self.jitter
        while len(found) < most and (due := job.trigger.get_next_fire_time(None, moment)) and due < end:
            moment = due.astimezone(UTC) + TICK
            if start <= (begins := job.begins(due.astimezone(UTC))) < end:
                found.append(begins)
        return sorted(found)

    def following(self, now: datetime, usual: ZoneInfo) -> datetime | None:
        """When it goes out next, UTC; None: never again."""
        due = self.trigger(usual).get_next_fire_time(None, now)
        return self.job(usual).begins(due.astimezone(UTC)) if due else None

    def _unbounded(self, zone: ZoneInfo) -> Trigger:
        if self.every is not None:
            return every(self.every, zone)
        return self.cron.trigger(zone) if self.cron is not None else Moments(self.at, WorkCalendar(zone))

    def _times(self, usual: ZoneInfo) -> str:
        """What names its due times, whatever else is edited."""
        said = "\n".join([self.when, self.zone(usual).key])
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def _spoken(duration: timedelta) -> str:
    minutes = int(duration.total_seconds()) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [f"{count} {unit}" for count, unit in ((days, "天"), (hours, "小时"), (rest, "分钟")) if count]
    return " ".join(parts)


def _none() -> tuple[ScheduleEntry, ...]:
    return ()


SCHEDULE: Section[tuple[ScheduleEntry, ...]] = Section("schedule", tuple[ScheduleEntry, ...], _none)


def scheduled(settings: Settings, usual: ZoneInfo) -> Sequence[Job]:
    """The jobs of a configuration's schedule."""
    entries = settings[SCHEDULE]
    return [entry.job(usual) for entry in entries]
