"""When things happen: a table of times as managers write them, and what the calendar makes of them."""

import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest

from bot.types.days import LocalDays
from scheduler.calendar import WorkCalendar
from scheduler.cron import Cron
from scheduler.lunar import lunar
from scheduler.when import At, Between, Moments, Trigger

SHANGHAI, NEW_YORK, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
# Half an hour off, and on the southern half of the world.
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")

# What is written, from when on, and the next times that it means: all by the clock on the wall.
TABLE: list[tuple[str, str, list[str]]] = [
    # Days
    ("每天 09:00", "2026-11-23 08:59", ["2026-11-23 09:00", "2026-11-24 09:00"]),
    ("每天 09:00", "2026-11-23 09:00", ["2026-11-23 09:00", "2026-11-24 09:00"]),
    ("09:00", "2026-11-23 09:01", ["2026-11-24 09:00"]),
    ("每天 9点", "2026-11-23 08:00", ["2026-11-23 09:00"]),
    ("每天 晚上8点半", "2026-11-23 08:00", ["2026-11-23 20:30"]),
    ("每天 09:00、18:00", "2026-11-23 10:00", ["2026-11-23 18:00", "2026-11-24 09:00"]),
    ("每天 00:00", "2026-11-23 10:00", ["2026-11-24 00:00"]),
    ("每天 23:59", "2026-12-31 23:59", ["2026-12-31 23:59", "2027-01-01 23:59"]),
    ("每天 00:00", "2026-12-31 00:01", ["2027-01-01 00:00"]),
    # Workdays and days off, as the State Council announced them
    ("工作日 08:30", "2026-11-27 09:00", ["2026-11-30 08:30"]),
    ("工作日 08:30", "2026-09-30 09:00", ["2026-10-08 08:30", "2026-10-09 08:30", "2026-10-10 08:30"]),
    ("工作日 08:30", "2026-10-10 09:00", ["2026-10-12 08:30"]),
    ("工作日 08:30", "2026-02-14 08:00", ["2026-02-14 08:30", "2026-02-24 08:30"]),
    ("工作日 08:30", "2026-02-27 09:00", ["2026-02-28 08:30", "2026-03-02 08:30"]),
    ("工作日 08:30", "2025-12-31 09:00", ["2026-01-04 08:30", "2026-01-05 08:30"]),
    ("工作日 08:30", "2025-09-27 09:00", ["2025-09-28 08:30"]),
    ("休息日 10:00", "2026-10-07 09:00", ["2026-10-07 10:00", "2026-10-11 10:00"]),
    ("休息日 10:00", "2026-05-01 09:00", ["2026-05-01 10:00", "2026-05-02 10:00", "2026-05-03 10:00"]),
    ("周末 10:00", "2026-10-10 09:00", ["2026-10-11 10:00", "2026-10-17 10:00"]),
    ("每月第一个工作日 09:00", "2026-09-30 10:00", ["2026-10-08 09:00", "2026-11-02 09:00"]),
    ("每月最后一个工作日 17:00", "2026-01-31 09:00", ["2026-02-28 17:00", "2026-03-31 17:00"]),
    # Weeks
    ("每周一、三 10:00", "2026-11-23 10:01", ["2026-11-25 10:00", "2026-11-30 10:00"]),
    ("每周一到周五 10:00", "2026-11-27 10:01", ["2026-11-30 10:00"]),
    ("周日 10:00", "2026-12-31 10:01", ["2027-01-03 10:00"]),
    ("星期天 10:00", "2026-12-31 10:01", ["2027-01-03 10:00"]),
    ("每周五至周一 10:00", "2026-11-23 10:01", ["2026-11-27 10:00", "2026-11-28 10:00"]),
    # Months, year ends, leap days
    ("每月1日 09:00", "2026-12-01 09:01", ["2027-01-01 09:00"]),
    ("每月1、15号 09:00", "2026-12-02 09:01", ["2026-12-15 09:00", "2027-01-01 09:00"]),
    ("每月31日 09:00", "2026-10-31 10:00", ["2026-12-31 09:00", "2027-01-31 09:00", "2027-03-31 09:00"]),
    ("每月29日 09:00", "2027-02-01 00:00", ["2027-03-29 09:00"]),
    ("每月29日 09:00", "2028-02-01 00:00", ["2028-02-29 09:00"]),
    ("每月最后一天 18:00", "2027-02-01 00:00", ["2027-02-28 18:00", "2027-03-31 18:00"]),
    ("每月最后一天 18:00", "2028-02-01 00:00", ["2028-02-29 18:00"]),
    ("每月最后一天 18:00", "2026-12-31 18:01", ["2027-01-31 18:00"]),
    ("2月29日 09:00", "2026-01-01 00:00", ["2028-02-29 09:00", "2032-02-29 09:00"]),
    ("2月29日 09:00", "2096-03-01 00:00", ["2104-02-29 09:00"]),
    ("每年3月8日 09:00", "2026-03-08 09:01", ["2027-03-08 09:00"]),
    ("元旦 00:00", "2026-12-31 23:59", ["2027-01-01 00:00"]),
    ("圣诞节 09:00", "2026-12-31 23:59", ["2027-12-25 09:00"]),
    # Once
    ("2026-12-31 20:00", "2026-11-23 00:00", ["2026-12-31 20:00"]),
    ("2026年12月31日 20:00", "2026-11-23 00:00", ["2026-12-31 20:00"]),
    ("2026/12/31 20:00:30", "2026-11-23 00:00", ["2026-12-31 20:00:30"]),
    ("2026-12-31 20:00", "2026-12-31 20:01", []),
    ("2028-02-29 09:00", "2026-11-23 00:00", ["2028-02-29 09:00"]),
    # The lunar calendar
    ("农历 正月初一 08:00", "2026-02-17 08:01", ["2027-02-06 08:00", "2028-01-26 08:00", "2029-02-13 08:00"]),
    ("春节 08:00", "2024-01-01 00:00", ["2024-02-10 08:00", "2025-01-29 08:00"]),
    ("除夕 20:00", "2023-12-31 00:00", ["2024-02-09 20:00", "2025-01-28 20:00", "2026-02-16 20:00"]),
    ("大年三十 20:00", "2026-02-17 00:00", ["2027-02-05 20:00", "2028-01-25 20:00"]),
    ("元宵节 19:00", "2026-01-01 00:00", ["2026-03-03 19:00", "2027-02-20 19:00"]),
    ("龙抬头 09:00", "2026-01-01 00:00", ["2026-03-20 09:00"]),
    ("端午 09:00", "2026-01-01 00:00", ["2026-06-19 09:00", "2027-06-09 09:00"]),
    ("七夕 09:00", "2026-01-01 00:00", ["2026-08-19 09:00"]),
    ("中元节 09:00", "2026-01-01 00:00", ["2026-08-27 09:00"]),
    ("中秋节 20:00", "2026-01-01 00:00", ["2026-09-25 20:00", "2027-09-15 20:00"]),
    ("重阳节 09:00", "2026-01-01 00:00", ["2026-10-18 09:00"]),
    ("腊八节 09:00", "2026-01-01 00:00", ["2026-01-26 09:00", "2027-01-15 09:00"]),
    ("北方小年 09:00", "2026-01-01 00:00", ["2026-02-10 09:00"]),
    ("农历 八月十五 20:00", "2020-01-01 00:00", ["2020-10-01 20:00"]),
    ("农历 腊月廿三 09:00", "2026-02-11 00:00", ["2027-01-30 09:00"]),
    ("农历 每月初一、十五 09:00", "2026-11-23 00:00", ["2026-11-23 09:00", "2026-12-09 09:00"]),
    ("农历 六月初一 09:00", "2025-06-01 00:00", ["2025-06-25 09:00", "2026-07-14 09:00"]),
    ("农历 闰六月初一 09:00", "2025-06-01 00:00", ["2025-07-25 09:00", "2036-07-23 09:00"]),
    ("农历 二月初一 09:00", "2023-01-01 00:00", ["2023-02-20 09:00"]),
    ("农历 闰二月初一 09:00", "2023-01-01 00:00", ["2023-03-22 09:00"]),
    ("农历 腊月三十 09:00", "2024-02-01 00:00", ["2024-02-09 09:00", "2030-02-02 09:00"]),
]

# The same where clocks change. Left out: as much later as they are put forward. Shown twice: the first time.
ZONES: list[tuple[ZoneInfo, str, str, list[str]]] = [
    (NEW_YORK, "每天 02:30", "2026-03-07 12:00", ["2026-03-08 07:30Z", "2026-03-09 06:30Z"]),
    (NEW_YORK, "每天 01:30", "2026-10-31 12:00", ["2026-11-01 05:30Z", "2026-11-02 06:30Z"]),
    (NEW_YORK, "每天 09:00", "2026-03-07 12:00", ["2026-03-08 13:00Z"]),
    (NEW_YORK, "每天 09:00", "2026-10-31 12:00", ["2026-11-01 14:00Z"]),
    (NEW_YORK, "每天 02:30、03:00", "2026-03-08 00:00", ["2026-03-08 07:00Z", "2026-03-08 07:30Z"]),
    (BERLIN, "每天 02:30", "2026-03-28 12:00", ["2026-03-29 01:30Z", "2026-03-30 00:30Z"]),
    (BERLIN, "每天 02:30", "2026-10-24 12:00", ["2026-10-25 00:30Z", "2026-10-26 01:30Z"]),
    (BERLIN, "除夕 20:00", "2027-01-01 00:00", ["2027-02-05 19:00Z"]),
    (LORD_HOWE, "每天 02:15", "2026-10-03 12:00", ["2026-10-03 15:45Z", "2026-10-04 15:15Z"]),
    (SHANGHAI, "每天 02:30", "2026-03-07 12:00", ["2026-03-07 18:30Z"]),
]

CRONS: list[tuple[ZoneInfo, str, str, list[str]]] = [
    (SHANGHAI, "30 8 * * *", "2026-11-23 09:00", ["2026-11-24 00:30Z"]),
    (SHANGHAI, "0 9 * * 1", "2026-11-23 10:00", ["2026-11-30 01:00Z"]),
    (SHANGHAI, "0 9 * * 0", "2026-11-23 10:00", ["2026-11-29 01:00Z"]),
    (SHANGHAI, "0 9 * * 7", "2026-11-23 10:00", ["2026-11-29 01:00Z"]),
    (SHANGHAI, "0 9 * * 5-7", "2026-11-27 10:00", ["2026-11-28 01:00Z", "2026-11-29 01:00Z"]),
    (SHANGHAI, "0 9 29 2 *", "2026-11-23 10:00", ["2028-02-29 01:00Z"]),
    (SHANGHAI, "*/20 * * * *", "2026-11-23 10:01", ["2026-11-23 02:20Z", "2026-11-23 02:40Z"]),
    (NEW_YORK, "30 1 * * *", "2026-10-31 12:00", ["2026-11-01 05:30Z", "2026-11-02 06:30Z"]),
    (NEW_YORK, "30 2 * * *", "2026-03-07 12:00", ["2026-03-08 07:30Z", "2026-03-09 06:30Z"]),
    (NEW_YORK, "0 * * * *", "2026-11-01 00:30", ["2026-11-01 05:00Z", "2026-11-01 06:00Z", "2026-11-01 07:00Z"]),
]


def moment(text: str, zone: ZoneInfo) -> datetime:
    if text.endswith("Z"):
        return datetime.fromisoformat(text)
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def upcoming(trigger: Trigger, now: datetime, count: int) -> list[datetime]:
    found: list[datetime] = []
    while len(found) < count and (due := trigger.get_next_fire_time(None, now)):
        found.append(due.astimezone(UTC))
        now = found[-1] + timedelta(microseconds=1)
    return found


@pytest.mark.parametrize(("text", "now", "expected"), TABLE)
def test_times_are_meant_as_they_are_written(text: str, now: str, expected: list[str]) -> None:
    trigger = Moments((At.parse(text),), WorkCalendar(SHANGHAI))
    count = max(1, len(expected))
    assert upcoming(trigger, moment(now, SHANGHAI), count) == [moment(one, SHANGHAI) for one in expected]


@pytest.mark.parametrize(("zone", "text", "now", "expected"), ZONES)
def test_each_zone_has_its_own_clock(zone: ZoneInfo, text: str, now: str, expected: list[str]) -> None:
    trigger = Moments((At.parse(text),), WorkCalendar(zone))
    assert upcoming(trigger, moment(now, zone), len(expected)) == [moment(one, zone) for one in expected]


@pytest.mark.parametrize(("zone", "text", "now", "expected"), CRONS)
def test_cron_is_as_cron_understands_it(zone: ZoneInfo, text: str, now: str, expected: list[str]) -> None:
    trigger = Cron.parse(text).trigger(zone)
    assert upcoming(trigger, moment(now, zone), len(expected)) == [moment(one, zone) for one in expected]


@pytest.mark.parametrize(
    ("local", "day"),
    [
        ("2026-11-23 03:59:59", date(2026, 11, 22)),
        ("2026-11-23 04:00", date(2026, 11, 23)),
        ("2026-11-23 23:59", date(2026, 11, 23)),
        ("2027-01-01 03:59", date(2026, 12, 31)),
        ("2027-01-01 04:00", date(2027, 1, 1)),
        ("2028-02-29 03:00", date(2028, 2, 28)),
        ("2028-03-01 03:00", date(2028, 2, 29)),
    ],
)
def test_a_day_that_is_cut_at_four_ends_with_the_night(local: str, day: date) -> None:
    assert LocalDays(SHANGHAI, time(4)).of(moment(local, SHANGHAI)) == day


def test_the_table_is_large_enough() -> None:
    assert len(TABLE) + len(ZONES) + len(CRONS) >= 80


FAULTS = [
    ("", "要有几点几分"),
    ("每天", "要有几点几分"),
    ("每天 25:00", "没有 25:00"),
    ("每天 24:00", "第二天的 00:00"),
    ("每周八 09:00", "周八"),
    ("每周一到八 09:00", "星期几"),
    ("每月32日 09:00", "没有这一天"),
    ("每月0日 09:00", "没有这一天"),
    ("2026-02-29 09:00", "没有“2026-02-29”"),
    ("2月30日 09:00", "没有“2月30日”"),
    ("农历 十三月初一 09:00", "看不懂农历"),
    ("农历 正月三十一 09:00", "看不懂农历"),
    ("清明 09:00", "节气"),
    ("小年 09:00", "北方小年"),
    ("下班以后 18:00", "看不懂“下班以后”"),
    ("每天 09:00" * 20, "太长"),
]


@pytest.mark.parametrize(("text", "told"), FAULTS)
def test_what_cannot_be_understood_is_told_with_its_cure(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        At.parse(text)


@pytest.mark.parametrize("text", ["", "* * * *", "61 8 * * *", "0 25 * * *", "0 9 1 * 1", "0 9 * * 8", "a b c d e"])
def test_a_cron_expression_that_is_none_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="cron"):
        Cron.parse(text)


def test_from_and_until_bound_a_trigger() -> None:
    begins, ends = moment("2026-12-01 00:00", SHANGHAI), moment("2026-12-03 00:00", SHANGHAI)
    trigger = Between(Moments((At.parse("每天 09:00"),), WorkCalendar(SHANGHAI)), begins, ends)
    found = upcoming(trigger, moment("2026-11-23 00:00", SHANGHAI), 5)
    assert found == [moment(one, SHANGHAI) for one in ("2026-12-01 09:00", "2026-12-02 09:00")]


HOLIDAYS = {"Spring Festival": (1, 1), "Dragon Boat Festival": (5, 5), "Mid-autumn Festival": (8, 15)}


def test_festivals_are_on_the_holidays_that_the_state_council_named_after_them() -> None:
    """A second source for more than 40 festivals: the announcements that `chinesecalendar` keeps."""
    checked = 0
    for year in range(2008, 2027):
        for name, (month, day) in HOLIDAYS.items():
            days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
            festival = next(one for one in days if (found := lunar(one)) and (found.month, found.day) == (month, day))
            rest, named = chinese_calendar.get_holiday_detail(festival)
            # Two festivals on one day have one name, and weekends have none.
            assert rest and (named == name or festival.weekday() >= 5 or festival == date(2020, 10, 1)), festival
            checked += named == name
    assert checked >= 40


# New Year's days as almanacs print them.
NEW_YEARS = """1901-02-19 1911-01-30 1924-02-05 1937-02-11 1949-01-29 1950-02-17 1960-01-28 1966-01-21 1976-01-31
1979-01-28 1984-02-02 1985-02-20 1990-01-27 1995-01-31 2000-02-05 2001-01-24 2002-02-12 2003-02-01 2004-01-22
2005-02-09 2006-01-29 2007-02-18 2008-02-07 2009-01-26 2010-02-14 2011-02-03 2012-01-23 2013-02-10 2014-01-31
2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10
2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03 2031-01-23 2032-02-11 2033-01-31 2034-02-19
2035-02-08 2036-01-28 2037-02-15 2038-02-04 2039-01-24 2040-02-12"""


@pytest.mark.parametrize("day", NEW_YEARS.split())
def test_a_lunar_year_begins_when_almanacs_say(day: str) -> None:
    found = lunar(date.fromisoformat(day))
    assert found is not None
    assert (found.year, str(found)) == (int(day[:4]), "正月初一")
    before = lunar(date.fromisoformat(day) - timedelta(days=1))
    assert before is not None and before.month == 12 and before.day in (29, 30)


def test_days_of_the_moon_follow_each_other() -> None:
    chance, last = random.Random(8), date(2101, 1, 28)
    for _ in range(40):
        day = date(1901, 1, 1) + timedelta(days=chance.randrange(72000))
        months = [lunar(day + timedelta(days=n)) for n in range(60)]
        assert all(
            two.day == one.day + 1 or (two.day == 1 and one.day in (29, 30))
            for one, two in pairwise(months)
            if one and two
        )
    assert lunar(last) is not None
    assert lunar(last + timedelta(days=1)) is None
