"""The Chinese lunar calendar, by the tables of `borax`: 1900 to 2100, checked against another source until 2088."""

from dataclasses import dataclass
from datetime import date, timedelta

# Beyond this day the table ends.
LAST = date(2101, 1, 28)
LAST_YEAR = 2100
FIRST = date(1900, 1, 31)
MONTHS = ("正月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "冬月", "腊月")
DIGITS = "一二三四五六七八九十"
ONE = timedelta(days=1)


def day_name(number: int) -> str:
    """初一, 十五, 廿三, 三十: a day of a lunar month from 1 to 30."""
    if number in (10, 20, 30):
        return {10: "初十", 20: "二十", 30: "三十"}[number]
    return ("初", "十", "廿")[number // 10] + DIGITS[number % 10 - 1]


@dataclass(frozen=True, slots=True)
class LunarDate:
    """A date of the lunar calendar; `leap` is true in a month that comes a second time (闰月)."""

    year: int
    month: int
    day: int
    leap: bool = False

    def __str__(self) -> str:
        return f"{'闰' if self.leap else ''}{MONTHS[self.month - 1]}{day_name(self.day)}"


def lunar(day: date) -> LunarDate | None:
    """The lunar date of a day; None where nobody knows it."""
    # Reading the tables takes 15 ms, and only those who plan by them need it.
    from borax.calendars.lunardate import LCalendars
    from borax.calendars.lunardate import LunarDate as Tabled

    if not FIRST <= day <= LAST:
        return None
    year = day.year
    begins: date = Tabled(min(year, LAST_YEAR), 1, 1).to_solar_date()
    if begins > day or year > LAST_YEAR:
        year -= 1
        begins = Tabled(year, 1, 1).to_solar_date()
    left = (day - begins).days
    for month, days, leap in LCalendars.iter_year_month(year):
        if left < days:
            return LunarDate(year, month, left + 1, bool(leap))
        left -= days
    return None


def is_eve(day: date) -> bool:
    """Whether a lunar year ends with this day (除夕)."""
    tomorrow = lunar(day + ONE)
    return tomorrow is not None and (tomorrow.month, tomorrow.day, tomorrow.leap) == (1, 1, False)
