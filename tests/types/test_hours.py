"""Opening hours as clocks: what is counted, and when so much of it is over."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.types.fields import parse_duration
from bot.types.hours import HORIZON, Hours
from scheduler.calendar import WorkCalendar

TABLE = tomllib.loads((Path(__file__).parent / "clocks.toml").read_text("utf-8"))
MINUTE = timedelta(minutes=1)
SHANGHAI = WorkCalendar()


def cases() -> Iterator[Any]:
    for name, group in TABLE.items():
        for case in group["cases"]:
            yield pytest.param(group.get("zone", "Asia/Shanghai"), group["hours"], case, id=f"{name}: {case['name']}")


def moment(text: str, zone: ZoneInfo) -> datetime:
    """What a cell of the table says."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=zone)


@pytest.mark.parametrize(("zone", "hours", "case"), list(cases()))
def test_so_much_open_time_is_over_at_the_moment_that_the_table_says(
    zone: str, hours: str, case: dict[str, str]
) -> None:
    calendar, parsed = WorkCalendar(ZoneInfo(zone)), Hours.parse(hours)
    start, ends = moment(case["start"], calendar.timezone), moment(case["ends"], calendar.timezone)
    takes = parse_duration(case["takes"])
    assert parsed.after(start, takes, calendar) == ends.astimezone(UTC)
    assert parsed.worked(start, ends, calendar) == takes


def test_the_table_is_long_enough() -> None:
    assert len(list(cases())) >= 50


@pytest.mark.parametrize(
    ("hours", "start", "end", "open"),
    [
        ("工作日 09:00-18:00", "2026-11-23 12:00", "2026-11-24 12:00", 9),
        ("工作日 09:00-18:00", "2026-11-28 00:00", "2026-11-30 00:00", 0),
        ("工作日 09:00-18:00", "2026-10-01 00:00", "2026-10-08 00:00", 0),
        ("工作日 09:00-18:00", "2026-11-23 12:00", "2026-11-23 10:00", 0),
        ("工作日 09:00-18:00", "2026-11-23 10:00", "2026-11-23 10:00", 0),
        # 2-6, 9-14 and 24-28 February: 16 days.
        ("工作日 09:00-18:00", "2026-02-01 00:00", "2026-03-01 00:00", 16 * 9),
        # 261 days from Monday to Friday, 19 of them off, 6 weekend days worked.
        ("工作日 09:00-18:00", "2026-01-01 00:00", "2027-01-01 00:00", 248 * 9),
        ("休息日 全天", "2026-01-01 00:00", "2027-01-01 00:00", (365 - 248) * 24),
        ("工作日 22:00-06:00", "2026-11-28 05:00", "2026-11-30 23:00", 2),
        ("09:00-13:00, 12:00-18:00, 12:30-12:40", "2026-11-23 00:00", "2026-11-24 00:00", 9),
    ],
)
def test_only_open_time_counts(hours: str, start: str, end: str, open: int) -> None:
    zone = SHANGHAI.timezone
    assert Hours.parse(hours).worked(moment(start, zone), moment(end, zone), SHANGHAI) == timedelta(hours=open)


@pytest.mark.parametrize(("start", "hour"), [("2026-03-08 00:00", 3), ("2026-11-01 00:00", 5)])
def test_a_night_in_which_clocks_change_is_as_long_as_it_is(start: str, hour: int) -> None:
    calendar = WorkCalendar(ZoneInfo("America/New_York"))
    begin = moment(start, calendar.timezone)
    assert Hours.parse("01:00-05:00").worked(begin, begin + timedelta(hours=6), calendar) == timedelta(hours=hour)


def test_nothing_to_wait_for_is_over_at_once_even_when_closed() -> None:
    night = datetime(2026, 11, 23, 20, tzinfo=UTC)
    assert Hours.parse("工作日 09:00-18:00").after(night, timedelta(0), SHANGHAI) == night


def test_what_takes_years_ends_all_the_same() -> None:
    start = datetime(2026, 11, 23, 2, tzinfo=UTC)
    assert Hours.parse("周日 09:00-09:01").after(start, timedelta(days=1), SHANGHAI) == start + timedelta(days=HORIZON)


def test_the_next_opening_is_found_where_the_clock_jumps_over_it() -> None:
    calendar = WorkCalendar(ZoneInfo("America/New_York"))
    midnight = moment("2026-03-08 00:00", calendar.timezone)
    opens = Hours.parse("02:30-04:00").next_open(midnight, calendar)
    assert opens == moment("2026-03-08 03:00", calendar.timezone).astimezone(UTC)


ZONES = ("Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Havana")
EDGES = (
    datetime(2026, 2, 13, 6, tzinfo=UTC),
    datetime(2026, 2, 23, 6, tzinfo=UTC),
    datetime(2026, 3, 7, 12, tzinfo=UTC),
    datetime(2026, 4, 3, 20, tzinfo=UTC),
    datetime(2026, 10, 3, 6, tzinfo=UTC),
    datetime(2026, 10, 9, 12, tzinfo=UTC),
    datetime(2026, 10, 31, 12, tzinfo=UTC),
)
TIMES = st.integers(0, 47).map(lambda half: f"{half // 2:02}:{half % 2 * 30:02}")
DAYS = st.sampled_from(["每天", "工作日", "休息日", "周末", "周五至周日", "周一、周三"])
SPANS = st.builds(lambda days, begins, ends: (days, begins, ends), DAYS, TIMES, TIMES).filter(
    lambda span: span[1] != span[2]
)
HOURS = st.lists(SPANS, min_size=1, max_size=3).map(
    lambda spans: Hours.parse(", ".join(f"{days} {begins}-{ends}" for days, begins, ends in spans))
)
STARTS = st.builds(lambda edge, minutes: edge + minutes * MINUTE, st.sampled_from(EDGES), st.integers(0, 1500))


def minutes(hours: Hours, start: datetime, count: int, calendar: WorkCalendar) -> list[bool]:
    """Whether it is open, a minute at a time: slow, and plainly right."""
    return [hours.covers(start + number * MINUTE, calendar) for number in range(count)]


@given(HOURS, st.sampled_from(ZONES).map(ZoneInfo), STARTS, st.integers(1, 1800), st.integers(1, 1200))
def test_it_counts_what_a_count_of_minutes_counts(
    hours: Hours, zone: ZoneInfo, start: datetime, length: int, worked: int
) -> None:
    calendar = WorkCalendar(zone)
    open = minutes(hours, start, length, calendar)
    assert hours.worked(start, start + length * MINUTE, calendar) == sum(open) * MINUTE
    opens = hours.next_open(start, calendar)
    first = next((start + at * MINUTE for at, is_open in enumerate(open) if is_open), None)
    assert opens == first if first else opens is not None and opens >= start + length * MINUTE
    over = hours.after(start, worked * MINUTE, calendar)
    if over < start + HORIZON * timedelta(days=1):
        assert hours.worked(start, over, calendar) == worked * MINUTE
        assert hours.worked(start, over - MINUTE, calendar) == (worked - 1) * MINUTE
