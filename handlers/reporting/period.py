"""The days that a report is about."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import regex

DAY, WEEK = timedelta(days=1), 7
MOST_DAYS = 366
_WEEK = regex.compile(r"(\d{4})-?[Ww](\d{1,2})")
_WEEKDAYS = "一二三四五六日"
EXAMPLE = '周写成 "2026-W47"'


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, by the clocks of a zone."""

    first: date
    last: date
    zone: ZoneInfo

    @property
    def begin(self) -> datetime:
        """When it begins, UTC."""
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """When it is over, UTC."""
        return _midnight(self.last + DAY, self.zone)

    @property
    def days(self) -> tuple[date, ...]:
        """All its days."""
        return tuple(self.first + DAY * at for at in range((self.last - self.first).days + 1))

    @property
    def is_week(self) -> bool:
        """Whether it is one week from Monday to Sunday."""
        return len(self.days) == WEEK and self.first.weekday() == 0

    @property
    def title(self) -> str:
        """As people read it: `11月16日（周一）到 11月22日（周日）`."""
        return (
            spoken_day(self.first) if self.first == self.last else f"{spoken_day(self.first)}到{spoken_day(self.last)}"
        )

    def day_of(self, moment: datetime) -> date:
        """The day of a moment."""
        return moment.astimezone(self.zone).date()

    @classmethod
    def week_before(cls, now: datetime, zone: ZoneInfo) -> "Period":
        """The seven days up to yesterday."""
        today = now.astimezone(zone).date()
        return cls(today - DAY * WEEK, today - DAY, zone)

    @classmethod
    def week(cls, text: str, zone: ZoneInfo) -> "Period":
        """The week of a name as in ISO 8601, `2026-W47`; ValueError (Chinese) when there is none."""
        found = _WEEK.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"看不懂“{text}”；{EXAMPLE}")
        try:
            first = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        except ValueError:
            raise ValueError(f"{found[1]} 年没有第 {int(found[2])} 周；{EXAMPLE}") from None
        return cls(first, first + DAY * (WEEK - 1), zone)

    @classmethod
    def between(cls, first: date, last: date, zone: ZoneInfo) -> "Period":
        """From a day to another; ValueError (Chinese) when it is the wrong way round, or too long."""
        if last < first:
            raise ValueError(f"--to（{last}）在 --from（{first}）前面，换一下")
        if (last - first).days >= MOST_DAYS:
            raise ValueError(f"一次最多看 {MOST_DAYS} 天")
        return cls(first, last, zone)


def spoken_day(day: date) -> str:
    """`11月16日（周一）`."""
    return f"{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"


def short_day(day: date, with_weekday: bool = True) -> str:
    """`周一`, or `11/16`."""
    return f"周{_WEEKDAYS[day.weekday()]}" if with_weekday else f"{day.month}/{day.day}"


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), zone).astimezone(UTC)
