"""Due times: the same for everybody, none lost, none doubled."""

import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.types.events import Tick
from scheduler.jobs import Job, Jobs, cron, due_times, every

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 2, 0, 30, tzinfo=UTC)


class HandClock:
    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


def local(year: int, month: int, day: int, hour: int) -> datetime:
    return datetime(year, month, day, hour, tzinfo=SHANGHAI).astimezone(UTC)


def test_a_due_time_runs_once_it_has_come() -> None:
    job = Job(name="a.b", trigger=cron("0 10 * * *", SHANGHAI))
    assert due_times(job, NOW - timedelta(hours=1), NOW) == [local(2026, 11, 23, 10)]
    assert due_times(job, local(2026, 11, 23, 10), NOW) == []


@pytest.mark.parametrize(("misfire", "expected"), [("late", [local(2026, 11, 23, 9)]), ("skip", [])])
def test_due_times_passed_while_everything_was_down(misfire: str, expected: list[datetime]) -> None:
    job = Job(name="a.b", trigger=cron("0 9 * * *", SHANGHAI), misfire=misfire)  # type: ignore[arg-type]
    assert due_times(job, NOW - timedelta(days=30), NOW) == expected


def test_late_due_times_melt_into_one_that_is_on_time() -> None:
    job = Job(name="a.b", trigger=cron("0 10 * * *", SHANGHAI))
    assert due_times(job, NOW - timedelta(days=3), NOW) == [local(2026, 11, 23, 10)]


def test_a_frequent_job_that_slept_for_a_year_costs_little() -> None:
    job = Job(name="a.b", trigger=every(timedelta(seconds=1)), grace=timedelta(seconds=2))
    began = time.perf_counter()
    assert len(due_times(job, NOW - timedelta(days=400), NOW)) == 3
    assert time.perf_counter() - began < 1


def test_intervals_are_anchored_whenever_they_are_asked() -> None:
    job = Job(name="a.b", trigger=every(timedelta(minutes=7)), grace=timedelta(days=1))
    early = due_times(job, NOW - timedelta(hours=1), NOW)
    late = due_times(job, NOW - timedelta(minutes=31), NOW)
    assert late and early[-len(late) :] == late
    assert {b - a for a, b in pairwise(early)} == {timedelta(minutes=7)}


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.sampled_from(["a.b", "c.d"]))
def test_jitter_is_the_same_for_everybody_and_within_its_bound(due: datetime, name: str) -> None:
    job = Job(name=name, trigger=every(timedelta(hours=1)), jitter=timedelta(minutes=10))
    again = Job(name=name, trigger=every(timedelta(hours=1)), jitter=timedelta(minutes=10))
    moment = due.replace(tzinfo=UTC)
    assert job.begins(moment) == again.begins(moment.astimezone(SHANGHAI))
    assert timedelta(0) <= job.begins(moment) - moment < timedelta(minutes=10)


def test_jitter_differs_between_jobs() -> None:
    jobs = [Job(name=f"a.{n}", trigger=every(timedelta(hours=1)), jitter=timedelta(hours=1)) for n in range(8)]
    assert len({job.begins(NOW) for job in jobs}) == 8


async def test_every_due_time_becomes_one_tick_and_two_processes_agree_on_its_id() -> None:
    clock, ticks = HandClock(), []

    async def put(tick: Tick) -> None:
        ticks.append(tick)

    job = Job(name="a.b", trigger=every(timedelta(minutes=1)), jitter=timedelta(seconds=20))
    processes = [Jobs([job], {"a.b": NOW}, put, clock) for _ in range(2)]
    for _ in range(240):
        clock.at += timedelta(seconds=1)
        for process in processes:
            await process.turn()
    ids = [tick.id for tick in ticks]
    assert len(ids) == 2 * len(set(ids)) == 8
    assert ticks[0].topic == "tick:a"
    assert ticks[0].id == "tick:a.b:2026-11-23T02:01:00+00:00"


async def test_a_due_time_that_could_not_be_put_stays_due() -> None:
    clock, ticks, broken = HandClock(), [], True

    async def put(tick: Tick) -> None:
        if broken:
            raise ConnectionError
        ticks.append(tick)

    jobs = Jobs([Job(name="a.b", trigger=every(timedelta(minutes=1)))], {}, put, clock)
    clock.at += timedelta(minutes=1)
    with pytest.raises(ConnectionError):
        await jobs.turn()
    broken = False
    await jobs.turn()
    assert len(ticks) == 1
