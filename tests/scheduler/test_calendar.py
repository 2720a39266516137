"""Workdays and holidays."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.app import INSPECTORS, SECTIONS
from bot.config import load
from scheduler.calendar import WorkCalendar
from scheduler.inspection import Holidays

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


@dataclass(frozen=True)
class NewYear:
    """The first moments of a year in Shanghai."""

    year: int

    def now(self) -> datetime:
        return datetime(self.year - 1, 12, 31, 16, 1, tzinfo=UTC)


REPLY = '[[replies]]\nname = "{name}"\nexact = "{name}"\nreply = "好"\nhours = "{hours}"\n'


@pytest.mark.parametrize(
    ("year", "hours", "warned"),
    [
        (CALENDAR.last_year, "工作日 09:00-18:00", []),
        (CALENDAR.last_year + 1, "工作日 09:00-18:00", [("replies[1].hours", 10)]),
        (CALENDAR.last_year + 1, "09:00-12:00, 周末 全天", [("replies[1].hours", 10)]),
        (CALENDAR.last_year + 1, "周一至周五 09:00-18:00", []),
    ],
)
def test_the_check_says_when_workdays_are_guessed(
    year: int, hours: str, warned: list[tuple[str, int]], tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(REPLY.format(name="在吗", hours="09:00-18:00") + REPLY.format(name="早安", hours=hours), "utf-8")
    config = load(path, SECTIONS, [Holidays(NewYear(year)).inspect], environ={})
    assert [(one.key, one.line) for one in config.warnings] == warned
    assert all(str(CALENDAR.last_year) in one.message for one in config.warnings)
    assert any(isinstance(getattr(one, "__self__", None), Holidays) for one in INSPECTORS)
