"""The days that a report is about."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.reporting.period import Period
from handlers.weekly import Weekly

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_a_week_is_the_one_of_iso_8601() -> None:
    week = Period.week("2026-W47", SHANGHAI)
    assert (week.first, week.last, week.is_week) == (date(2026, 11, 16), date(2026, 11, 22), True)
    assert (week.begin, week.end) == (datetime(2026, 11, 15, 16, tzinfo=UTC), datetime(2026, 11, 22, 16, tzinfo=UTC))
    assert week.title == "11月16日（周一）到11月22日（周日）"
    assert Period.week("2020w53", SHANGHAI).last == date(2021, 1, 3)


@pytest.mark.parametrize("text", ["2026-W54", "2026-W53x", "2027-W53", "上周", "2026-W0", ""])
def test_a_week_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="2026-W47"):
        Period.week(text, SHANGHAI)


def test_the_week_before_ends_with_yesterday_by_people_s_clocks() -> None:
    monday = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert Period.week_before(monday, SHANGHAI) == Period.week("2026-W47", SHANGHAI)
    assert Period.week_before(monday - timedelta(hours=1), SHANGHAI).last == date(2026, 11, 21)
    assert not Period.week_before(monday - timedelta(hours=1), SHANGHAI).is_week


def test_days_are_counted_where_clocks_are_put_back() -> None:
    week = Period.week("2026-W43", ZoneInfo("Europe/Berlin"))
    assert week.end - week.begin == timedelta(days=7, hours=1)
    assert len(week.days) == 7
    assert week.day_of(datetime(2026, 10, 25, 22, 59, tzinfo=UTC)) == date(2026, 10, 25)


@pytest.mark.parametrize(
    ("first", "last", "why"), [("2026-11-02", "2026-11-01", "换一下"), ("2025-01-01", "2026-06-01", "366 天")]
)
def test_days_that_make_no_sense_are_refused(first: str, last: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Period.between(date.fromisoformat(first), date.fromisoformat(last), SHANGHAI)


def test_one_day_is_a_period() -> None:
    day = date(2026, 11, 20)
    assert (Period(day, day, SHANGHAI).title, Period(day, day, SHANGHAI).days) == ("11月20日（周五）", (day,))


@pytest.mark.parametrize(
    ("text", "cron"), [("周一 09:00", "0 9 * * mon"), ("每周日18:30", "30 18 * * sun"), ("星期天 0：05", "5 0 * * sun")]
)
def test_a_moment_of_every_week_is_understood(text: str, cron: str) -> None:
    assert Weekly.parse(text).cron == cron


@pytest.mark.parametrize("text", ["", "周一", "09:00", "周一 24:00", "周一 9:60", "周八 09:00", "每天 09:00"])
def test_other_moments_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="周一 09:00"):
        Weekly.parse(text)
