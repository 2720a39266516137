"""Opening hours as managers write them, by the real calendar."""

from datetime import UTC, datetime

import pytest

from bot.types.hours import Hours
from scheduler.calendar import SHANGHAI, WorkCalendar

CALENDAR = WorkCalendar()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# 2026-01-04 is a Sunday on which people work; 2026-01-01 is a Thursday on which they do not.
@pytest.mark.parametrize(
    ("hours", "when", "open"),
    [
        ("09:00-22:00", "2026-03-02T09:00", True),
        ("09:00-22:00", "2026-03-02T21:59:59", True),
        ("09:00-22:00", "2026-03-02T22:00", False),
        ("09:00-22:00", "2026-03-02T08:59", False),
        ("每天 9:00-18:00", "2026-03-01T10:00", True),
        ("工作日 09:00-18:00", "2026-03-02T10:00", True),
        ("工作日 09:00-18:00", "2026-03-01T10:00", False),
        ("工作日 09:00-18:00", "2026-01-01T10:00", False),
        ("工作日 09:00-18:00", "2026-01-04T10:00", True),
        ("周末 10:00-16:00", "2026-03-01T10:00", True),
        ("周末 10:00-16:00", "2026-01-04T10:00", False),
        ("周末 10:00-16:00", "2026-01-01T10:00", False),
        ("休息日 10:00-16:00", "2026-01-01T10:00", True),
        ("周一至周五 9:00-18:00", "2026-01-01T10:00", True),
        ("周一至周五 9:00-18:00", "2026-03-01T10:00", False),
        ("周五-周一 9:00-18:00", "2026-03-01T10:00", True),
        ("周五至周一 9:00-18:00", "2026-03-03T10:00", False),
        ("周一、周三 9:00-18:00", "2026-03-04T10:00", True),
        ("周一、周三 9:00-18:00", "2026-03-03T10:00", False),
        ("星期天 9:00-18:00", "2026-03-01T10:00", True),
        ("22:00-06:00", "2026-03-02T23:00", True),
        ("22:00-06:00", "2026-03-02T05:59", True),
        ("22:00-06:00", "2026-03-02T06:00", False),
        ("工作日 22:00-06:00", "2026-02-28T05:00", True),
        ("工作日 22:00-06:00", "2026-03-02T05:00", False),
        ("工作日 09:00-12:00，工作日 14:00-18:00", "2026-03-02T13:00", False),
        ("工作日 09:00-12:00, 周末 14:00-18:00", "2026-03-01T15:00", True),
        ("周末 全天", "2026-03-01T00:00", True),
        ("00:00-24:00", "2026-03-01T23:59", True),
        ("０９：００－１８：００", "2026-03-01T10:00", True),
        ("9:00~18:00", "2026-03-01T10:00", True),
        ("9:00 至 18:00", "2026-03-01T10:00", True),
    ],
)
def test_hours_cover_what_they_say(hours: str, when: str, open: bool) -> None:
    assert Hours.parse(hours).covers(moment(when), CALENDAR) is open


@pytest.mark.parametrize(
    ("hours", "when", "next_open"),
    [
        ("09:00-22:00", "2026-03-02T10:30", "2026-03-02T10:30"),
        ("09:00-22:00", "2026-03-02T22:00", "2026-03-03T09:00"),
        ("09:00-22:00", "2026-03-02T03:00", "2026-03-02T09:00"),
        ("工作日 09:00-18:00", "2026-02-27T18:00", "2026-02-28T09:00"),
        ("工作日 09:00-18:00", "2026-02-28T18:00", "2026-03-02T09:00"),
        ("工作日 09:00-18:00", "2025-12-31T20:00", "2026-01-04T09:00"),
        ("周末 10:00-12:00，周一 08:00-09:00", "2026-03-01T12:00", "2026-03-02T08:00"),
        ("22:00-06:00", "2026-03-02T07:00", "2026-03-02T22:00"),
    ],
)
def test_the_next_opening_is_found_over_nights_weekends_and_holidays(hours: str, when: str, next_open: str) -> None:
    found = Hours.parse(hours).next_open(moment(when), CALENDAR)
    assert found is not None and found.tzinfo is UTC
    assert found == moment(next_open)


@pytest.mark.parametrize(
    "text",
    ["", "9-18", "09:00", "09:00-25:00", "09:60-10:00", "09:00-09:00", "24:00-06:00", "上班 09:00-18:00", "周八 全天",
     "09:00-18:00，", "09:00-18:00 工作日", "x" * 300],
)  # fmt: skip
def test_what_is_no_hours_is_refused_with_a_cure(text: str) -> None:
    with pytest.raises(ValueError, match=r"请|最多"):
        Hours.parse(text)
