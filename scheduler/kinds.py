"""Kinds of days, by the week, the month, the year and the moon."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from bot.types.hours import DAYS_OFF, WEEKEND, WORKDAYS, Days
from bot.types.ports import Calendar
from scheduler.lunar import is_eve, lunar

ONE = timedelta(days=1)


class Kind(Protocol):
    """A kind of day; `by_workdays`: whether it goes by which days people work."""

    @property
    def by_workdays(self) -> bool: ...

    def cover(self, day: date, calendar: Calendar) -> bool:
        """Whether a day is one of them."""
        ...


class _Plain:
    """What goes by the date alone."""

    __slots__ = ()

    @property
    def by_workdays(self) -> bool:
        """It does not."""
        return False


@dataclass(frozen=True, slots=True)
class Weekly:
    """Days of the week, or the kinds of days that opening hours know too."""

    days: Days

    def cover(self, day: date, calendar: Calendar) -> bool:
        """Whether a day is one of them."""
        return self.days.cover(day, calendar)

    @property
    def by_workdays(self) -> bool:
        """Whether it goes by which days people work."""
        return self.days.kind in (WORKDAYS, DAYS_OFF, WEEKEND)


@dataclass(frozen=True, slots=True)
class Monthly(_Plain):
    """Days of every month; -1 is its last one. A month that has no such day is left out."""

    days: frozenset[int]

    def cover(self, day: date, calendar: Calendar) -> bool:
        """Whether a day is one of them."""
        return day.day in self.days or (-1 in self.days and (day + ONE).day == 1)


@dataclass(frozen=True, slots=True)
class MonthlyWorkday:
    """The first or the last day of every month on which people work."""

    last: bool

    def cover(self, day: date, calendar: Calendar) -> bool:
        """Whether a day is one of them."""
        if not calendar.is_workday(day):
            return False
        step, other = (ONE if self.last else -ONE), day
        while (other := other + step).month == day.month:
            if calendar.is_workday(other):
                return False
        return True

    @property
    def by_workdays(self) -> bool:
        """Whether it goes by which days people work."""
        return True


@dataclass(frozen=True, slots=True)
class Yearly(_Plain):
    """One day of every year; 29 February in leap years only."""

    month: int
    day: int

    def cover(self, day: date, calendar: Calendar) -> bool:
        """Whether a day is one of them."""
        return (day.month, day.day) == (self.month, self.day)


@dataclass(frozen=True, slots=True)
class Once(_Plain):
    """One day."""

    on: date

    def cover(self, day: date, calendar: Calendar) -> bool:
        """Whether a day is one of them."""
        return day == self.on


@dataclass(frozen=True, slots=True)
class Lunar(_Plain):
    """Days of a lunar month (0: of every one, leap months included); of a leap month only with `leap`."""

    month: int
    days: frozenset[int]
    leap: bool = False

    def cover(self, day: date, calendar: Calendar) -> bool:
        """Whether a day is one of them."""
        found = lunar(day)
        if found is None or found.day not in self.days:
            return False
        return self.month == 0 or (found.month, found.leap) == (self.month, self.leap)


@dataclass(frozen=True, slots=True)
class Eve(_Plain):
    """除夕: the last day of every lunar year, be it the 29th or the 30th."""

    def cover(self, day: date, calendar: Calendar) -> bool:
        """Whether a day is one of them."""
        return is_eve(day)
