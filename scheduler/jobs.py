"""Jobs of the configuration become Ticks: every process computes the same due times and the inbox keeps one of each."""

import asyncio
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

from apscheduler.triggers.interval import IntervalTrigger

from bot.types.events import Conversation, Tick
from bot.types.ports import Clock
from scheduler.cron import Cron
from scheduler.when import Trigger

# Interval jobs count from here, so that every process and every start agrees on their due times.
ANCHOR = datetime(2020, 1, 1, tzinfo=UTC)

# How far back a missed due time is looked for, the nearest first, so that a frequent job costs few steps.
_WINDOWS = tuple(timedelta(hours=hours) for hours in (1, 24, 24 * 32, 24 * 367, 24 * 366 * 5))
_MOST = 5000

Misfire = Literal["late", "skip", "tell"]


# What a Tick carries when its due time passed while nobody was there, and nothing is to be done about it any more.
MISSED = "missed"


def cron(expression: str, timezone: ZoneInfo) -> Trigger:
    """The trigger of a five-field cron expression; ValueError when it is none."""
    return Cron.parse(expression).trigger(timezone)


def every(interval: timedelta, timezone: ZoneInfo | None = None) -> Trigger:
    """The trigger of a fixed interval, anchored: at a midnight of the zone, of UTC without one."""
    anchor = ANCHOR.replace(tzinfo=timezone).astimezone(UTC) if timezone else ANCHOR
    trigger: Trigger = IntervalTrigger(seconds=int(interval.total_seconds()), start_date=anchor, timezone=UTC)
    return trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job. `name` is `"owner.what"`, as in the Ticks it makes; `times` names its due times, whatever it does then.

    `jitter` spreads the start over so much time, the same for everybody. A due time later than `grace` is late:
    `misfire`: the newest of the late ones still runs once (late), nothing does (skip), or its Tick says so (tell).
    """

    name: str
    trigger: Trigger
    jitter: timedelta = timedelta(0)
    grace: timedelta = timedelta(minutes=1)
    misfire: Misfire = "late"
    conversation: Conversation | None = None
    times: str = ""

    @classmethod
    def by_cron(cls, name: str, expression: str, timezone: ZoneInfo, **more: Any) -> "Job":
        """The job of a cron expression; ValueError when it is none."""
        return cls(name=name, trigger=cron(expression, timezone), times=f"{expression} {timezone.key}", **more)

    def begins(self, due: datetime) -> datetime:
        """When a due time is acted on: later by a part of `jitter` that only the job and the due time decide."""
        digest = hashlib.sha256(f"{self.name}|{due.astimezone(UTC).isoformat()}".encode()).digest()
        return due + self.jitter * (int.from_bytes(digest[:4]) / 2**32)

    def tick(self, due: datetime, now: datetime, missed: bool = False) -> Tick:
        """The Tick of a due time. A job without a conversation is its own."""
        at = due.astimezone(UTC)
        where = self.conversation or Conversation("scheduler", "direct", self.name)
        return Tick(
            id=f"tick:{self.name}:{at.isoformat()}", conversation=where, at=at, received_at=now, name=self.name, due=at,
            data={MISSED: "1"} if missed else {},
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """What became due: the times to run now, oldest first; one that was missed; until when that settles everything."""

    run: Sequence[datetime]
    missed: datetime | None
    until: datetime


def due(job: Job, last_due: datetime, now: datetime) -> Due:
    """What is due after `last_due`, in UTC.

    Times within the job's grace all run; of the late ones the newest, and only when nothing newer runs anyway.
    """
    begun = [one for one in _between(job, last_due, now) if job.begins(one) <= now]
    until = max([last_due, *begun])
    on_time = [one for one in begun if now - job.begins(one) <= job.grace]
    if on_time or not begun:
        return Due(on_time, None, until)
    if job.misfire == "late":
        return Due(begun[-1:], None, until)
    return Due((), begun[-1] if job.misfire == "tell" else None, until)


def due_times(job: Job, last_due: datetime, now: datetime) -> list[datetime]:
    """The due times after `last_due` that are to run now, in UTC, oldest first."""
    return list(due(job, last_due, now).run)


def _between(job: Job, last_due: datetime, now: datetime) -> list[datetime]:
    """Due times in (last_due, now], from the first window back that has one which has begun."""
    for window in _WINDOWS:
        start = max(last_due, now - max(window, job.grace) - job.jitter)
        found = list(_walk(job.trigger, start, now))
        if start == last_due or any(job.begins(one) <= now for one in found):
            return found
    return []


def _walk(trigger: Trigger, after: datetime, until: datetime) -> Iterator[datetime]:
    moment = after + timedelta(microseconds=1)
    for _ in range(_MOST):
        found = trigger.get_next_fire_time(None, moment)
        if found is None or found > until:
            return
        at = found.astimezone(UTC)
        yield at
        # In UTC: where clocks are put back, the same hour on the wall would come a second time.
        moment = at + timedelta(microseconds=1)


class Memory(Protocol):
    """What all processes know of the jobs, across restarts."""

    async def begin(self, times: Mapping[str, str], now: datetime) -> Mapping[str, datetime]:
        """The last due time per job, by its `times`: a job that is new, or has others now, begins now. Others go."""
        ...

    async def put(self, tick: Tick) -> None:
        """Put a Tick where it is decided, once, however many processes do; keep its due time as the last one."""
        ...


@dataclass(slots=True)
class _Watch:
    """One job as far as this process has come; `wakes`: no due time before."""

    job: Job
    last: datetime
    wakes: datetime | None = field(init=False)

    def __post_init__(self) -> None:
        self.look()

    def look(self) -> None:
        self.wakes = self.job.trigger.get_next_fire_time(None, self.last + timedelta(microseconds=1))


class Jobs:
    """Puts the Ticks of some jobs, each due time once as far as this process knows.

    `Memory.put` may be called again with a Tick that another process put: its id says so.
    """

    def __init__(self, jobs: Sequence[Job], memory: Memory, clock: Clock, pause: float = 1.0) -> None:
        self._planned: Sequence[Job] | None = tuple(jobs)
        self._watched: dict[str, _Watch] = {}
        self._memory = memory
        self._clock = clock
        self._pause = pause

    def plan(self, jobs: Sequence[Job]) -> None:
        """These jobs from the next turn on: those with the times that they had go on, the others begin then."""
        self._planned = tuple(jobs)

    async def run(self) -> None:
        """Look for due times until cancelled."""
        while True:
            await self.turn()
            await asyncio.sleep(self._pause)

    async def turn(self) -> None:
        """Put what is due now. What the memory raises comes out here, and the due time stays due."""
        if self._planned is not None:
            await self._begin(self._planned)
        for watch in self._watched.values():
            now = self._clock.now()
            if watch.wakes is not None and watch.wakes <= now:
                await self._look(watch, now)

    async def _begin(self, planned: Sequence[Job]) -> None:
        last = await self._memory.begin({job.name: job.times for job in planned}, self._clock.now())
        self._watched = {job.name: _Watch(job, self._since(job, last[job.name])) for job in planned}
        if self._planned is planned:
            self._planned = None

    def _since(self, job: Job, known: datetime) -> datetime:
        """From where on due times count: this process may know that some were let go."""
        before = self._watched.get(job.name)
        return max(known, before.last) if before is not None and before.job.times == job.times else known

    async def _look(self, watch: _Watch, now: datetime) -> None:
        found = due(watch.job, watch.last, now)
        for at in found.run:
            await self._memory.put(watch.job.tick(at, now))
            watch.last = at
        if found.missed is not None:
            await self._memory.put(watch.job.tick(found.missed, now, missed=True))
        watch.last = max(watch.last, found.until)
        watch.look()
