"""Points and stretches of time in Chinese, relative to a moment: 明天下午三点, 周一到周三, 半小时后, 3 点到 5 点."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import regex

from nlp.slots.clocks import NOON, Clock, clock_at, shift_at
from nlp.slots.days import Days, IsWorkday, Today, Toward, days_at
from nlp.slots.found import Found
from nlp.slots.numerals import is_figure
from nlp.slots.plain import Plain

_JOINT = regex.compile(r"[\s,，。的]*")
_TO = regex.compile(r"\s*(?:到|至|~|-{1,2})\s*")
_BEFORE_NOON = 7
_WEEK = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class When:
    """From `begins` to before `ends`, both aware; the same twice for a point in time.

    `has_day`, `has_clock`: whether the day and the time of day were said or only follow from the moment of asking.
    `called`: the part of the day that was said instead of a time (上午).
    """

    begins: datetime
    ends: datetime
    has_day: bool = True
    has_clock: bool = False
    called: str = ""

    @property
    def is_point(self) -> bool:
        """Whether it is a point in time."""
        return self.begins == self.ends

    @property
    def first(self) -> date:
        """Its first day."""
        return self.begins.date()

    @property
    def last(self) -> date:
        """Its last day."""
        return (self.ends if self.is_point else self.ends - timedelta(microseconds=1)).date()

    @property
    def iso(self) -> str:
        """ISO 8601: `2026-11-24`, `2026-11-24T15:00`, or two of them with `/` between for a stretch."""
        if not self.has_clock:
            return self.first.isoformat() if self.first == self.last else f"{self.first}/{self.last}"
        ends = "" if self.is_point else f"/{self.ends:%Y-%m-%dT%H:%M}"
        return f"{self.begins:%Y-%m-%dT%H:%M}{ends}"

    def spoken(self, today: date) -> str:
        """As people say it, with its day: 11月24日（周二）15:00."""
        day = _spoken_day(self.first, today)
        if not self.has_clock:
            return day if self.first == self.last else f"{day}至{_spoken_day(self.last, today)}"
        if self.called:
            return f"{day}{self.called}"
        if self.is_point:
            return f"{day}{self.begins:%H:%M}"
        there = "" if self.ends.date() == self.first else _spoken_day(self.ends.date(), today)
        return f"{day}{self.begins:%H:%M}至{there}{self.ends:%H:%M}"


@dataclass(frozen=True, slots=True)
class _Said:
    """What stands at one place: days, a time of day, or both, and where it ends."""

    days: Days | None
    clock: Clock | None
    end: int


def moments(
    text: str, now: datetime, *, toward: Toward = "future", is_workday: IsWorkday | None = None, day: date | None = None
) -> Sequence[Found[When]]:
    """The times that a text names, in its order. `now` is aware and in people's time zone.

    Days without a year, and times without a day, are the next ones (`toward`); `day` is the day that is talked about
    already. A time without its half of the day is the one people are awake and open at: 三点 is 15:00, 九点 is 9:00,
    and today the next one that comes. A day and a time that stand apart in a text belong together.
    """
    reader = _Reader(now, Today(now.date(), toward, is_workday), day)
    plain, found, at = Plain.of(text), [], 0
    while at < len(plain.text):
        one = reader.at(plain.text, at)
        if one is None:
            at += 1
            continue
        when, end = one
        said = plain.text[at:end].rstrip()
        found.append(Found(when, *plain.span(at, at + len(said))))
        at = end
    return reader.joined(found)


@dataclass(frozen=True, slots=True)
class _Reader:
    now: datetime
    today: Today
    day: date | None

    def at(self, text: str, at: int) -> tuple[When, int] | None:
        """The time that begins at a place, with its end when it is a stretch."""
        if stretch := shift_at(text, at):
            shift, end = stretch
            other = self.now + shift.by
            begins = self.now if shift.within else other
            return When(_minute(begins), _minute(other), True, True), end
        first = None if self._is_inside(text, at) else self._said(text, at)
        if first is None:
            return None
        if (to := _TO.match(text, first.end)) and (second := self._said(text, to.end())):
            when = self._stretch(first, second)
            if when is not None:
                return when, second.end
        return self._when(first), first.end

    def joined(self, found: Sequence[Found[When]]) -> Sequence[Found[When]]:
        """A lone day and a lone time of day as one."""
        days = [one for one in found if one.value.has_day and not one.value.has_clock]
        clocks = [one for one in found if one.value.has_clock and not one.value.has_day]
        if len(found) != 2 or len(days) != 1 or len(clocks) != 1:
            return found
        day, clock = days[0].value, clocks[0].value
        length = clock.ends - clock.begins
        begins = datetime.combine(day.first, clock.begins.time(), self.now.tzinfo)
        when = replace(clock, begins=begins, ends=begins + length, has_day=True)
        return [Found(when, min(one.start for one in found), max(one.end for one in found))]

    def _said(self, text: str, at: int) -> _Said | None:
        if days := days_at(text, at, self.today):
            joint = _JOINT.match(text, days[1])
            clock = clock_at(text, joint.end()) if joint else None
            return _Said(days[0], *(clock or (None, days[1])))
        clock = clock_at(text, at)
        return _Said(None, *clock) if clock else None

    def _is_inside(self, text: str, at: int) -> bool:
        """Whether what stands before it says that it is something else: a longer number, 第 3 点."""
        before = text[at - 1] if at else ""
        return text[at].isspace() or (is_figure(text[at]) and bool(before) and (before == "第" or is_figure(before)))

    def _when(self, said: _Said) -> When:
        days, clock = said.days, said.clock
        if clock is None:
            assert days is not None
            return When(self._midnight(days.first), self._midnight(days.last + timedelta(days=1)))
        day = days.first if days else self.day or self.today.day
        clock = self._settled(clock, day)
        if not self._is_over(day, clock) or (days is not None and not days.weekly) or (days is None and self.day):
            return self._of(day, clock, days is not None or self.day is not None)
        if self.today.toward != "future":
            return self._of(day, clock, days is not None)
        later = day + timedelta(days=7 if days else 1)
        return self._of(later, clock if clock.is_part else self._settled(said.clock or clock, later), days is not None)

    def _of(self, day: date, clock: Clock, has_day: bool) -> When:
        begins = self._midnight(day) + timedelta(minutes=clock.begins)
        ends = self._midnight(day) + timedelta(minutes=clock.ends)
        return When(begins, ends, has_day, True, clock.called)

    def _settled(self, clock: Clock, day: date) -> Clock:
        """The half of the day that is meant."""
        if not clock.is_open:
            return clock
        early, late = clock.begins % NOON, clock.begins % NOON + NOON
        usual = early if early >= _BEFORE_NOON * 60 else late
        if self.today.toward == "future" and day == self.today.day and self._is_over(day, Clock(usual, usual)):
            usual = late
        return Clock(usual, usual)

    def _is_over(self, day: date, clock: Clock) -> bool:
        return self._midnight(day) + timedelta(minutes=clock.ends) < self.now

    def _stretch(self, first: _Said, second: _Said) -> When | None:
        """From one to the other; None when they make no stretch."""
        if first.clock is None and second.clock is None:
            return self._of_days(first.days, second.days)
        if first.clock is None or second.clock is None:
            return None
        begin = self._when(first)
        days = second.days or Days(begin.first, begin.first)
        clock = second.clock
        if clock.is_open:
            halves = range(clock.begins % NOON, (2 if second.days else 3) * NOON, NOON)
            later = [one for one in halves if self._after(days, one, begin)]
            clock = Clock(later[0], later[0]) if later else self._settled(clock, days.first)
        end = self._of(days.first, clock, True)
        if end.ends <= begin.begins and second.days is None:
            end = self._of(days.first + timedelta(days=1), clock, True)
        if end.ends <= begin.begins or end.ends - begin.begins > timedelta(days=366):
            return None
        return When(begin.begins, end.ends, begin.has_day, True)

    def _after(self, days: Days, minutes: int, begin: When) -> bool:
        return self._midnight(days.first) + timedelta(minutes=minutes) > begin.begins

    def _of_days(self, first: Days | None, second: Days | None) -> When | None:
        if first is None or second is None:
            return None
        last = second.last
        if last < first.first and second.weekly:
            last += timedelta(days=7)
        if not first.first <= last:
            return None
        return When(self._midnight(first.first), self._midnight(last + timedelta(days=1)))

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.now.tzinfo)


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _spoken_day(day: date, today: date) -> str:
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日（周{_WEEK[day.weekday()]}）"
