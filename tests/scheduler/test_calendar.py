"""Workdays and holidays."""

from datetime import date

import pytest

from scheduler.calendar import WorkCalendar

CALENDAR = WorkCalendar()


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 23), True),
        (date(2026, 11, 22), False),
        (date(2026, 10, 1), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 10), True),
        (date(2026, 2, 17), False),
    ],
)
def test_statutory_holidays_and_make_up_workdays_count(day: date, works: bool) -> None:
    assert CALENDAR.is_workday(day) is works


def test_beyond_the_last_known_year_monday_to_friday_are_workdays_and_there_is_a_warning() -> None:
    later = CALENDAR.last_year + 1
    monday = next(date(later, 3, day) for day in range(1, 8) if date(later, 3, day).weekday() == 0)
    assert CALENDAR.is_workday(monday)
    assert not CALENDAR.is_workday(monday.replace(day=monday.day + 5))
    assert str(CALENDAR.last_year) in CALENDAR.warning(monday)
    assert CALENDAR.warning(date(2026, 11, 23)) == ""
