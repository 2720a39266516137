"""Where, when and for whom rules apply: whether one applies wherever another does, and whether they meet at all."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from bot.types.hours import DAY, Hours
from handlers.keyword.rules import ReplyRule

_MONDAY = date(2024, 1, 1)


def is_wider(one: ReplyRule, other: ReplyRule) -> bool:
    """Whether `one` applies to everybody, everywhere and at all times that `other` does."""
    groups = not one.groups or (bool(other.groups) and set(other.groups) <= set(one.groups))
    roles = not one.roles or (bool(other.roles) and set(other.roles) <= set(one.roles))
    return groups and roles and covers(one.hours, other.hours)


def is_narrower(one: ReplyRule, other: ReplyRule) -> bool:
    """Whether `one` is an exception to `other`: a part of its groups, roles or hours, and of nothing else."""
    return is_wider(other, one) and not is_wider(one, other)


def meets(one: ReplyRule, other: ReplyRule) -> bool:
    """Whether both may apply to the same message."""
    groups = not one.groups or not other.groups or bool(set(one.groups) & set(other.groups))
    return groups and (one.hours is None or other.hours is None or _meet(one.hours, other.hours))


def covers(one: Hours | None, other: Hours | None) -> bool:
    """Whether `one` is open whenever `other` is; None is always open."""
    if one is None or one == other:
        return True
    always = other or Hours.parse("00:00-24:00")
    return all(_open(one, moment) for moment in _moments(one, always) if _open(always, moment))


def _meet(one: Hours, other: Hours) -> bool:
    return one == other or any(_open(one, moment) and _open(other, moment) for moment in _moments(one, other))


@dataclass(frozen=True, slots=True)
class _Moment:
    """A minute of a day, for each way that this day and the one before may be workdays: a calendar of two days."""

    day: date
    minute: int
    worked: tuple[bool, bool]
    timezone: ZoneInfo

    def is_workday(self, day: date) -> bool:
        return self.worked[day == self.day]


def _open(hours: Hours, moment: _Moment) -> bool:
    return any(span.covers(moment.day, moment.minute, moment) for span in hours.spans)


def _moments(one: Hours, other: Hours) -> Iterator[_Moment]:
    """One moment of each stretch in which neither opens nor closes, on every kind of day."""
    edges = {0, *(edge for hours in (one, other) for span in hours.spans for edge in (span.begins, span.ends))}
    utc = ZoneInfo("UTC")
    for weekday, minute, worked in product(range(7), sorted(edges - {DAY}), product((False, True), repeat=2)):
        before, today = worked
        yield _Moment(_MONDAY + timedelta(days=weekday), minute, (before, today), utc)
