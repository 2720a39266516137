"""When something is open: hours of the day on kinds of days, as managers write them."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import regex

from bot.types.ports import Calendar

EVERY_DAY = "每天"
WORKDAYS = "工作日"
DAYS_OFF = "休息日"
WEEKEND = "周末"
WEEK = "一二三四五六日"

DAY = 24 * 60
# How many days ahead is looked: every kind of day comes within a year.
HORIZON = 370
ONE_DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
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
        return minute < self.ends and self.days.cover(day - ONE_DAY, calendar)

    def on(self, day: date) -> tuple[datetime, datetime]:
        """When it begins and ends on a day, by the clock on the wall, written as if that showed UTC."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        ends = self.ends if self.begins < self.ends else self.ends + DAY
        return midnight + timedelta(minutes=self.begins), midnight + timedelta(minutes=ends)


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

    def day_of(self, now: datetime, calendar: Calendar) -> date | None:
        """The day to which the hours that are open at a moment belong: the day before, past midnight; None: closed."""
        local = now.astimezone(calendar.timezone)
        today, minute = local.date(), local.hour * 60 + local.minute
        for span in self.spans:
            if span.covers(today, minute, calendar):
                return today if minute >= span.begins else today - ONE_DAY
        return None

    def next_open(self, now: datetime, calendar: Calendar) -> datetime | None:
        """The first moment from `now` on at which it is open, in UTC; None when there is none within a year."""
        begin = now.astimezone(UTC)
        return next((opens for opens, _ in self._open(begin, begin + HORIZON * ONE_DAY, calendar)), None)

    def worked(self, start: datetime, end: datetime, calendar: Calendar) -> timedelta:
        """How long it is open between two (aware) moments; nothing when `end` is not after `start`."""
        stretches = self._open(start.astimezone(UTC), end.astimezone(UTC), calendar)
        return sum((closes - opens for opens, closes in stretches), timedelta(0))

    def after(self, start: datetime, worked: timedelta, calendar: Calendar) -> datetime:
        """The first moment, in UTC, at which it has been open for `worked` since `start`; `start` when that is nothing.

        What takes more than 370 days ends there, so that whatever waits for it comes to an end.
        """
        begin, left = start.astimezone(UTC), worked
        if left <= timedelta(0):
            return begin
        for opens, closes in self._open(begin, begin + HORIZON * ONE_DAY, calendar):
            if left <= closes - opens:
                return opens + left
            left -= closes - opens
        return begin + HORIZON * ONE_DAY

    def _open(self, begin: datetime, end: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
        """The stretches between two moments (UTC) at which it is open: in order, none empty, no two overlapping."""
        for first, last, offset in _steady(begin, end, calendar.timezone):
            reached = first
            for opens, closes in sorted(self._local(first + offset, last + offset, calendar)):
                if (till := closes - offset) > reached:
                    yield max(opens - offset, reached), till
                    reached = till

    def _local(self, begin: datetime, end: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
        """The same by the clock on the wall, a span at a time, where no clock is put forward or back in between."""
        for ahead in range(-1, (end.date() - begin.date()).days + 1):
            day = begin.date() + ahead * ONE_DAY
            for span in self.spans:
                opens, closes = span.on(day)
                if opens < end and closes > begin and span.days.cover(day, calendar):
                    yield max(opens, begin), min(closes, end)

    @classmethod
    def parse(cls, text: str) -> "Hours":
        """The hours that a text names; ValueError (Chinese, with the cure) when it names none."""
        if len(text) > LONGEST:
            raise ValueError(f"时间段太长，最多 {LONGEST} 个字")
        plain = unicodedata.normalize("NFKC", text).strip()
        return cls(text, tuple(_span(piece.strip()) for piece in regex.split(r"[,;;]", plain)))


def _steady(begin: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """From `begin` to `end` (UTC) in pieces of a day at most, each with its one offset from UTC."""
    while begin < end:
        till, offset = min(begin + ONE_DAY, end), _offset(begin, zone)
        if _offset(till - datetime.resolution, zone) != offset:
            till = _change(begin, till, zone)
        yield begin, till, offset
        begin = till


def _change(begin: datetime, end: datetime, zone: ZoneInfo) -> datetime:
    """When the clocks are put forward or back, between two moments with different offsets; they change on a minute."""
    before, base = _offset(begin, zone), begin.replace(second=0, microsecond=0)
    low, high = 0, -(-(end - base) // MINUTE)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(base + middle * MINUTE, zone) == before else (low, middle)
    return base + high * MINUTE


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)


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
