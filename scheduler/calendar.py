"""Workdays and holidays: China's statutory days off and make-up workdays, as the State Council announces them."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import chinese_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
YEARS: frozenset[int] = frozenset(day.year for day in chinese_calendar.holidays)
# A year's days off are announced in the autumn before it; from this month on the next year's are missed.
AUTUMN = 10


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days people work, by the days that `chinesecalendar` knows; Monday to Friday beyond them."""

    timezone: ZoneInfo = SHANGHAI

    @property
    def last_year(self) -> int:
        """The last year whose holidays are known."""
        return max(YEARS)

    def covers(self, day: date) -> bool:
        """Whether the day's year is known; otherwise holidays and make-up workdays are missed."""
        return day.year in YEARS

    def is_workday(self, day: date) -> bool:
        """Whether people work on a day."""
        return bool(chinese_calendar.is_workday(day)) if self.covers(day) else day.weekday() < 5

    def warning(self, day: date) -> str:
        """What to tell a manager when the calendar has run out (Chinese); empty while it has not."""
        if self.covers(day):
            return ""
        return f"节假日表只到 {self.last_year} 年，{day.year} 年起“工作日”按周一到周五算；请升级 chinesecalendar"

    def notice(self, day: date) -> str:
        """What has to be done soon (Chinese): the warning, or from October on that the next year is not known yet."""
        if not self.covers(day) or day.month < AUTUMN or self.covers(day.replace(year=day.year + 1, day=1)):
            return self.warning(day)
        ahead = f"节假日表只到 {self.last_year} 年：明年的放假安排公布后请升级 chinesecalendar"
        return f"{ahead}，不然 1 月 1 日起“工作日”按周一到周五算"
