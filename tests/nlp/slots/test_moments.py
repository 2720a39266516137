"""Times in Chinese, relative to a moment."""

import tomllib
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.slots.moments import When, moments
from scheduler.calendar import WorkCalendar

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TABLE = tomllib.loads(Path(__file__).with_name("moments.toml").read_text("utf-8"))
WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
FIGURES = "零一二三四五六七八九"
CALENDAR = WorkCalendar()


def chinese(number: int) -> str:
    """A number to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    lead = {0: "", 1: "十"}.get(tens, f"{FIGURES[tens]}十")
    return lead + (FIGURES[ones] if ones or not tens else "")


def one(text: str, now: datetime = NOW) -> When:
    (found,) = moments(text, now)
    return found.value


@pytest.mark.parametrize(("said", "meant"), TABLE["means"].items())
def test_a_time_is_read_as_people_mean_it(said: str, meant: str) -> None:
    found = moments(said, NOW, is_workday=CALENDAR.is_workday)
    assert [each.value.iso for each in found] == ([meant] if meant else [])


@pytest.mark.parametrize(("said", "meant"), TABLE["means_past"].items())
def test_days_that_lie_behind_are_found_behind(said: str, meant: str) -> None:
    assert [each.value.iso for each in moments(said, NOW, toward="past")] == [meant]


def test_without_a_direction_the_nearest_day_is_meant() -> None:
    found = [moments(said, NOW, toward="any")[0].value.iso for said in ("11月20号", "11月28号", "1月2日")]
    assert found == ["2026-11-20", "2026-11-28", "2027-01-02"]


def test_the_table_is_large_enough() -> None:
    assert len(TABLE["means"]) + len(TABLE["means_past"]) >= 100


def test_the_place_in_the_text_is_told() -> None:
    said = "我想约 １２月３号 下午三点 过去看看"
    (found,) = moments(said, NOW)
    assert said[found.start : found.end] == "１２月３号 下午三点"


def test_a_time_without_its_day_says_so_and_takes_the_day_that_is_talked_about() -> None:
    assert not one("下午三点").has_day
    (found,) = moments("下午三点", NOW, day=date(2026, 12, 3))
    assert found.value.iso == "2026-12-03T15:00"
    assert found.value.has_day


def test_a_day_without_a_time_says_so() -> None:
    assert not one("明天").has_clock
    assert one("明天下午").called == "下午"


def test_workdays_are_those_of_the_calendar() -> None:
    before_golden_week = datetime(2026, 9, 30, 10, tzinfo=NOW.tzinfo)
    (found,) = moments("三个工作日后", before_golden_week, is_workday=CALENDAR.is_workday)
    assert found.value.first > date(2026, 10, 8)
    assert moments("三个工作日后", before_golden_week) == []


def test_times_are_told_back_with_their_day() -> None:
    today = NOW.date()
    assert one("明天下午三点").spoken(today) == "11月24日（周二）15:00"
    assert one("明天下午").spoken(today) == "11月24日（周二）下午"
    assert one("周末").spoken(today) == "11月28日（周六）至11月29日（周日）"
    assert one("周三两点到四点").spoken(today) == "11月25日（周三）14:00至16:00"
    assert one("元旦").spoken(today) == "2027年1月1日（周五）"
    assert one("今晚十点到一点").spoken(today) == "11月23日（周一）22:00至11月24日（周二）01:00"


def test_the_last_day_of_a_short_month_is_reached() -> None:
    january = datetime(2027, 1, 31, 9, tzinfo=NOW.tzinfo)
    assert one("一个月后", january).iso == "2027-02-28"
    assert one("月底", january).iso == "2027-01-31"
    assert one("2月29号", january).iso == "2028-02-29"


@given(st.integers(1, 12), st.integers(1, 28), st.integers(0, 23))
def test_width_and_figures_do_not_matter(month: int, day: int, hour: int) -> None:
    written = f"{month}月{day}日{hour}点"
    meant = moments(written, NOW)
    assert len(meant) == 1
    for other in (written.translate(WIDE), f"{chinese(month)}月{chinese(day)}号{chinese(hour)}点"):
        assert [each.value for each in moments(other, NOW)] == [each.value for each in meant]


@given(st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)), st.sampled_from(sorted(TABLE["means"])))
def test_whenever_it_is_asked_a_coming_time_is_not_over(now: datetime, said: str) -> None:
    local = now.replace(tzinfo=NOW.tzinfo)
    for found in moments(said, local):
        assert found.value.begins <= found.value.ends
        if not found.value.has_day and found.value.is_point and "-" not in said:
            assert timedelta(0) <= found.value.begins - local.replace(second=0, microsecond=0) <= timedelta(hours=36)


@given(
    st.text(
        alphabet="今明后大昨天上下周星期一二三四五六日十百0123456789月号年点半刻分:-/到至早晚午中前内过个 小时工作底初",
        max_size=30,
    )
)
def test_no_text_breaks_it_and_places_are_in_order(text: str) -> None:
    found = moments(text, NOW, is_workday=CALENDAR.is_workday)
    assert all(0 <= each.start < each.end <= len(text) for each in found)
    assert all(first.end <= second.start for first, second in pairwise(found))
    for each in found:
        assert each.value.iso
        assert each.value.spoken(NOW.date())


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_any_text_at_all_can_be_asked(text: str) -> None:
    moments(text, NOW)
