"""Due times: the same for everybody, none lost, none doubled."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.types.events import Tick
from scheduler.jobs import MISSED, Job, Jobs, Misfire, cron, due_times, every

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 2, 0, 30, tzinfo=UTC)


@dataclass
class Kept:
    """What processes keep: the last due times with the times they belong to, and the Ticks that were put."""

    last: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    ticks: list[Tick] = field(default_factory=list)
    broken: bool = False

    async def begin(self, times: Mapping[str, str], now: datetime) -> Mapping[str, datetime]:
        known = {name: self.last.get(name, ("", now)) for name in times}
        self.last = {name: known[name] if known[name][0] == value else (value, now) for name, value in times.items()}
        return {name: at for name, (_, at) in self.last.items()}

    async def put(self, tick: Tick) -> None:
        if self.broken:
            raise ConnectionError
        self.ticks.append(tick)
        if tick.name in self.last:
            self.last[tick.name] = (self.last[tick.name][0], tick.due)


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
    clock, kept = HandClock(), Kept()
    job = Job(name="a.b", trigger=every(timedelta(minutes=1)), jitter=timedelta(seconds=20))
    processes = [Jobs([job], kept, clock) for _ in range(2)]
    for _ in range(240):
        for process in processes:
            await process.turn()
        clock.at += timedelta(seconds=1)
    ids = [tick.id for tick in kept.ticks]
    assert len(ids) == 2 * len(set(ids)) == 8
    assert kept.ticks[0].topic == "tick:a"
    assert kept.ticks[0].id == "tick:a.b:2026-11-23T02:01:00+00:00"


async def test_a_due_time_that_could_not_be_put_stays_due() -> None:
    clock, kept = HandClock(), Kept()
    jobs = Jobs([Job(name="a.b", trigger=every(timedelta(minutes=1)))], kept, clock)
    await jobs.turn()
    clock.at += timedelta(minutes=1)
    kept.broken = True
    with pytest.raises(ConnectionError):
        await jobs.turn()
    kept.broken = False
    await jobs.turn()
    assert len(kept.ticks) == 1


def daily(hour: int, misfire: Misfire = "late", text: str = "") -> Job:
    trigger = cron(f"0 {hour} * * *", SHANGHAI)
    return Job(name="a.b", trigger=trigger, misfire=misfire, times=f"daily at {hour}{text}")


async def test_a_missed_time_is_told_once_where_that_is_wanted() -> None:
    clock, kept = HandClock(), Kept({"a.b": ("daily at 9", NOW - timedelta(days=3))})
    for _ in range(2):
        await Jobs([daily(9, "tell")], kept, clock).turn()
    assert [(tick.due, tick.data) for tick in kept.ticks] == [(local(2026, 11, 23, 9), {MISSED: "1"})]


async def test_an_edit_of_the_times_begins_now_and_any_other_goes_on() -> None:
    clock, kept = HandClock(), Kept()
    jobs = Jobs([daily(11)], kept, clock)
    await jobs.turn()
    clock.at = local(2026, 11, 23, 11) + timedelta(seconds=10)
    # It was due before the edit: another text, the same times.
    jobs.plan([daily(11, "skip")])
    await jobs.turn()
    assert [tick.due for tick in kept.ticks] == [local(2026, 11, 23, 11)]
    # 10 o'clock has passed before it was written.
    jobs.plan([daily(10)])
    await jobs.turn()
    clock.at += timedelta(hours=1)
    await jobs.turn()
    assert len(kept.ticks) == 1
    clock.at = local(2026, 11, 24, 10)
    await jobs.turn()
    assert [tick.due for tick in kept.ticks[1:]] == [local(2026, 11, 24, 10)]


async def test_a_job_that_is_taken_out_stops_and_begins_anew_when_it_comes_back() -> None:
    clock, kept = HandClock(), Kept()
    jobs = Jobs([daily(11)], kept, clock)
    await jobs.turn()
    jobs.plan([])
    await jobs.turn()
    clock.at = local(2026, 11, 25, 12)
    await jobs.turn()
    jobs.plan([daily(11)])
    await jobs.turn()
    assert kept.ticks == []
    clock.at = local(2026, 11, 26, 11)
    await jobs.turn()
    assert [tick.due for tick in kept.ticks] == [local(2026, 11, 26, 11)]


async def test_a_new_job_is_remembered_before_its_first_due_time() -> None:
    clock, kept = HandClock(), Kept()
    await Jobs([daily(11)], kept, clock).turn()
    clock.at = local(2026, 11, 23, 12)
    await Jobs([daily(11)], kept, clock).turn()
    assert [tick.due for tick in kept.ticks] == [local(2026, 11, 23, 11)]


async def test_jobs_that_sleep_for_months_are_not_asked_every_second() -> None:
    asked = 0

    @dataclass
    class Rare:
        def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
            nonlocal asked
            asked += 1
            return local(2027, 2, 5, 20) if now <= local(2027, 2, 5, 20) else None

    clock, kept = HandClock(), Kept()
    jobs = Jobs([Job(name="a.b", trigger=Rare())], kept, clock)
    for _ in range(100):
        await jobs.turn()
        clock.at += timedelta(seconds=1)
    assert asked == 1
    clock.at = local(2027, 2, 5, 20)
    for _ in range(100):
        await jobs.turn()
        clock.at += timedelta(seconds=1)
    assert len(kept.ticks) == 1 and asked < 10


async def test_an_hour_that_the_clocks_show_twice_makes_no_time_come_twice_or_go_missing() -> None:
    zone = ZoneInfo("America/New_York")
    start = datetime(2026, 11, 1, 4, tzinfo=UTC)
    hourly = Job(name="a.b", trigger=cron("0 * * * *", zone), grace=timedelta(hours=9))
    found = due_times(hourly, start, start + timedelta(hours=5))
    assert found == [start + timedelta(hours=n) for n in range(1, 6)]
