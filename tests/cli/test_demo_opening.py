"""The tour's team is away and back whatever the day: by its hours, not by the clock of who watches."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.app import WorkCalendar
from bot.cli.tour.opening import WHILE, Opening
from bot.types.hours import Hours

ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def opening(hours: str) -> Opening:
    return Opening(Hours.parse(hours), WorkCalendar(ZONE))


OFFICE = "工作日 09:00-18:00"


@pytest.mark.parametrize(
    ("hours", "now", "closed", "opens"),
    [
        (OFFICE, "2026-11-23 10:00", "2026-11-23 18:00", "2026-11-24 09:00"),
        (OFFICE, "2026-11-22 20:00", "2026-11-22 20:00", "2026-11-23 09:00"),
        # Those who are about to come are not away.
        (OFFICE, "2026-11-23 08:50", "2026-11-23 18:20", "2026-11-24 09:00"),
        # The eve of a long holiday.
        (OFFICE, "2026-09-30 17:55", "2026-09-30 18:25", "2026-10-08 09:00"),
        ("每天 09:00-21:00", "2026-11-22 20:30", "2026-11-22 21:00", "2026-11-23 09:00"),
    ],
)
def test_the_team_goes_home_and_comes_back_by_its_hours(hours: str, now: str, closed: str, opens: str) -> None:
    there = opening(hours)
    left = there.closed(at(now))
    assert left == at(closed)
    assert there.opens(left) == at(opens)


@pytest.mark.parametrize("now", ["2026-11-23 10:00", "2026-11-22 20:00", "2026-11-23 17:50", "2026-02-14 12:00"])
def test_who_comes_in_stays_for_a_while(now: str) -> None:
    there = opening(OFFICE)
    came = there.open(at(now))
    assert there.hours is not None
    assert at(now) <= came < at(now) + 12 * DAY
    assert there.hours.worked(came, came + WHILE, there.calendar) == WHILE


def test_a_team_without_hours_is_always_there() -> None:
    always, now = Opening(None, WorkCalendar(ZONE)), at("2026-11-22 20:00")
    assert always.closed(now) is None
    assert always.opens(now) == always.open(now) == now
