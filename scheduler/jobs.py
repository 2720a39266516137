"""Jobs of the configuration become Ticks: every process computes the same due times and the inbox keeps one of each."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.types.events import Conversation, Tick
from bot.types.ports import Clock

# Interval jobs count from here, so that every process and every start agrees on their due times.
ANCHOR = datetime(2020, 1, 1, tzinfo=UTC)

# How far back a missed due time is looked for, the nearest first, so that a frequent job costs few steps.
_WINDOWS = tuple(timedelta(hours=hours) for hours in (1, 24, 24 * 32, 24 * 367, 24 * 366 * 5))
_MOST = 5000

Misfire = Literal["late", "skip"]


class Trigger(Protocol):
    """When: the first due time at or after `now`, and after `previous`."""

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None: ...


def cron(expression: str, timezone: ZoneInfo) -> Trigger:
    """The trigger of a five-field cron expression; ValueError when it is none."""
    trigger: Trigger = CronTrigger.from_crontab(expression, timezone=timezone)
    return trigger


def every(interval: timedelta) -> Trigger:
    """The trigger of a fixed interval, anchored."""
    trigger: Trigger = IntervalTrigger(seconds=int(interval.total_seconds()), start_date=ANCHOR, timezone=UTC)
    return trigger


@dataclass(frozen=True, slots=True)
class Following:
    """The trigger of the cron expression that is named at each moment; while that is empty nothing is due."""

    expression: Callable[[], str]
    timezone: ZoneInfo

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """As of the expression that is named now."""
        named = self.expression()
        return cron(named, self.timezone).get_next_fire_time(previous_fire_time, now) if named else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job. `name` is `"owner.what"`, as in the Ticks it makes.

    `jitter` spreads the start over so much time, the same for everybody. A due time later than `grace` is late:
    `misfire` says whether the newest of the late ones still runs once, or none does.
    """

    name: str
    trigger: Trigger
    jitter: timedelta = timedelta(0)
    grace: timedelta = timedelta(minutes=1)
    misfire: Misfire = "late"
    conversation: Conversation | None = None

    def begins(self, due: datetime) -> datetime:
        """When a due time is acted on: later by a part of `jitter` that only the job and the due time decide."""
        digest = hashlib.sha256(f"{self.name}|{due.astimezone(UTC).isoformat()}".encode()).digest()
        return due + self.jitter * (int.from_bytes(digest[:4]) / 2**32)

    def tick(self, due: datetime, now: datetime) -> Tick:
        """The Tick of a due time. A job without a conversation is its own."""
        at = due.astimezone(UTC)
        where = self.conversation or Conversation("scheduler", "direct", self.name)
        return Tick(
            id=f"tick:{self.name}:{at.isoformat()}", conversation=where, at=at, received_at=now, name=self.name, due=at
        )


def due_times(job: Job, last_due: datetime, now: datetime) -> list[datetime]:
    """The due times after `last_due` that are to run now, in UTC, oldest first.

    Those within the job's grace all run; of the late ones the newest, and only when nothing newer runs anyway.
    """
    begun = [due for due in _between(job, last_due, now) if job.begins(due) <= now]
    on_time = [due for due in begun if now - job.begins(due) <= job.grace]
    if on_time or job.misfire == "skip":
        return on_time
    return begun[-1:]


def _between(job: Job, last_due: datetime, now: datetime) -> list[datetime]:
    """Due times in (last_due, now], from the first window back that has one which has begun."""
    for window in _WINDOWS:
        start = max(last_due, now - window - job.jitter)
        found = list(_walk(job.trigger, start, now))
        if start == last_due or any(job.begins(due) <= now for due in found):
            return found
    return []


def _walk(trigger: Trigger, after: datetime, until: datetime) -> Iterator[datetime]:
    previous, moment = None, after + timedelta(microseconds=1)
    for _ in range(_MOST):
        due = trigger.get_next_fire_time(previous, moment)
        if due is None or due > until:
            return
        yield due.astimezone(UTC)
        previous, moment = due, due + timedelta(microseconds=1)


class Jobs:
    """Puts the Ticks of some jobs, each due time once as far as this process knows.

    `last_due`: the last due time per job that anybody put; a job that is not there begins now. `put` may be called
    again with a Tick that another process put: its id says so.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        last_due: Mapping[str, datetime],
        put: Callable[[Tick], Awaitable[None]],
        clock: Clock,
        pause: float = 1.0,
    ) -> None:
        self._jobs = tuple(jobs)
        self._put = put
        self._clock = clock
        self._pause = pause
        now = clock.now()
        self._last = {job.name: last_due.get(job.name, now) for job in jobs}

    async def run(self) -> None:
        """Look for due times until cancelled."""
        while True:
            await self.turn()
            await asyncio.sleep(self._pause)

    async def turn(self) -> None:
        """Put what is due now. What `put` raises comes out here, and the due time stays due."""
        for job in self._jobs:
            now = self._clock.now()
            for due in due_times(job, self._last[job.name], now):
                await self._put(job.tick(due, now))
                self._last[job.name] = due
