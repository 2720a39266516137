"""When something is open: hours of the day on kinds of days, as managers write them."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import regex

from bot.types.ports import Calendar

EVERY_DAY = "每天"
WORKDAYS = "工作日"
DAYS_OFF = "休息日"
WEEKEND = "周末"
WEEK = "一二三四五六日"

DAY = 24 * 60
HORIZON = 370
LONGEST = 200
EXAMPLE = '写成 "09:00-22:00"、"工作日 09:00-18:00"，几段之间用逗号隔开'

SPAN = regex.compile(
    r"(?P<days>[^\d:]*?)\s*(?:全天|(?P<h1>\d{1,2}):(?P<m1>\d\d)\s*[-~–—至到]\s*(?P<h2>\d{1,2}):(?P<m2>\d\d))"
)
RANGE = regex.compile(r"(?:周|星期)([一二三四五六日天])(?:\s*[-~–—至到]\s*(?:周|星期)?([一二三四五六日天]))?")


@dataclass(frozen=True, slots=True)
class Days:
    """A kind of day (`EVERY_DAY`, `WORKDAYS`, `DAYS_OFF`, `WEEKEND`) or, when empty, days of the week (Monday 0)."""

    kind: str = ""
    week: frozenset[int] = frozenset()

    def cover(self, day: date, calendar: Calendar) -> bool:
        """Whether a day is one of them; a weekend day that people work (调休) is a workday, not a weekend."""
        match self.kind:
            case "每天":
                return True
            case "工作日":
                return calendar.is_workday(day)
            case "休息日":
                return not calendar.is_workday(day)
            case "周末":
                return day.weekday() >= 5 and not calendar.is_workday(day)
        return day.weekday() in self.week


@dataclass(frozen=True, slots=True)
class Span:
    """From `begins` to before `ends`, in minutes of the day; past midnight when `ends` is the smaller."""

    days: Days
    begins: int
    ends: int

    def covers(self, day: date, minute: int, calendar: Calendar) -> bool:
        """Whether a minute of a day lies in it; hours past midnight belong to the day they began on."""
        if self.begins < self.ends:
            return self.begins <= minute < self.ends and self.days.cover(day, calendar)
        if minute >= self.begins:
            return self.days.cover(day, calendar)
        return minute < self.ends and self.days.cover(day - timedelta(days=1), calendar)


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours; `text` is what the manager wrote."""

    text: str
    spans: tuple[Span, ...]

    def __str__(self) -> str:
        return self.text

    @property
    def counts_workdays(self) -> bool:
        """Whether it goes by which days people work."""
        return any(span.days.kind in (WORKDAYS, DAYS_OFF, WEEKEND) for span in self.spans)

    def covers(self, now: datetime, calendar: Calendar) -> bool:
        """Whether it is open at an (aware) moment, by the calendar's time zone and workdays."""
        local = now.astimezone(calendar.timezone)
        minute = local.hour * 60 + local.minute
        return any(span.covers(local.date(), minute, calendar) for span in self.spans)

    def next_open(self, now: datetime, calendar: Calendar) -> datetime | None:
        """The first moment from `now` on at which it is open, in UTC; None when there is none within a year."""
        if self.covers(now, calendar):
            return now.astimezone(UTC)
        today = now.astimezone(calendar.timezone).date()
        for later in range(HORIZON):
            openings = self._openings(today + timedelta(days=later), calendar)
            if coming := [moment for moment in openings if moment > now]:
                return min(coming)
        return None

    def _openings(self, day: date, calendar: Calendar) -> list[datetime]:
        return [
            datetime.combine(day, time(*divmod(span.begins, 60)), calendar.timezone).astimezone(UTC)
            for span in self.spans
            if span.days.cover(day, calendar)
        ]

    @classmethod
    def parse(cls, text: str) -> "Hours":
        """The hours that a text names; ValueError (Chinese, with the cure) when it names none."""
        if len(text) > LONGEST:
            raise ValueError(f"时间段太长，最多 {LONGEST} 个字")
        plain = unicodedata.normalize("NFKC", text).strip()
        return cls(text, tuple(_span(piece.strip()) for piece in regex.split(r"[,;;]", plain)))


def _span(piece: str) -> Span:
    found = SPAN.fullmatch(piece)
    if found is None:
        raise ValueError(f"看不懂时间段“{piece}”，请{EXAMPLE}")
    if found["h1"] is None:
        return Span(_days(found["days"].strip()), 0, DAY)
    begins, ends = _minute(found["h1"], found["m1"]), _minute(found["h2"], found["m2"])
    if begins in (ends, DAY):
        raise ValueError('开始和结束是同一时刻；整天请写 "00:00-24:00"')
    return Span(_days(found["days"].strip()), begins, ends)


def _minute(hour: str, minute: str) -> int:
    result = int(hour) * 60 + int(minute)
    if int(minute) > 59 or result > DAY:
        raise ValueError(f"没有 {hour}:{minute} 这个时刻，请写 00:00 到 24:00 之间的时刻")
    return result


def _days(text: str) -> Days:
    if text in ("", EVERY_DAY):
        return Days(EVERY_DAY)
    if text in (WORKDAYS, DAYS_OFF, WEEKEND):
        return Days(text)
    return Days(week=frozenset(day for piece in text.split("、") for day in _week(piece.strip())))


def _week(text: str) -> list[int]:
    found = RANGE.fullmatch(text)
    if found is None:
        raise ValueError(f"看不懂“{text}”是哪些天，请写 每天、工作日、休息日、周末、周一至周五 或 周一、周三")
    first, last = (WEEK.index((letter or found[1]).replace("天", "日")) for letter in (found[1], found[2]))
    return [(first + step) % 7 for step in range((last - first) % 7 + 1)]
