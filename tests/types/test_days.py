"""Days: where they begin and end, in any zone, whatever its clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.types.days import LocalDays

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/Berlin", "America/Havana", "Pacific/Apia", "Asia/Kolkata")


def at(zone: str, written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "begins", "moment", "day"),
    [
        ("Asia/Shanghai", "00:00", "2026-11-23 00:00", "2026-11-23"),
        ("Asia/Shanghai", "00:00", "2026-11-22 23:59:59", "2026-11-22"),
        ("Asia/Shanghai", "04:00", "2026-11-23 03:59:59", "2026-11-22"),
        ("Asia/Shanghai", "04:00", "2026-11-23 04:00", "2026-11-23"),
        ("Asia/Shanghai", "04:00", "2027-01-01 03:00", "2026-12-31"),
        ("Asia/Shanghai", "04:00", "2028-03-01 03:00", "2028-02-29"),
        ("Asia/Shanghai", "12:00", "2026-11-23 11:59", "2026-11-22"),
        # Clocks forward: 02:00 is 03:00.
        ("America/New_York", "02:30", "2026-03-08 01:59", "2026-03-07"),
        ("America/New_York", "02:30", "2026-03-08 03:30", "2026-03-08"),
        # Clocks back: 01:30 comes twice, the day begins with the first.
        ("America/New_York", "01:30", "2026-11-01 01:29", "2026-10-31"),
        ("America/New_York", "01:30", "2026-11-01 01:30", "2026-11-01"),
        # No midnight at all on that day.
        ("America/Havana", "00:00", "2026-03-08 01:00", "2026-03-08"),
        ("America/Havana", "00:00", "2026-03-07 23:59", "2026-03-07"),
    ],
)
def test_what_belongs_to_which_day(zone: str, begins: str, moment: str, day: str) -> None:
    days = LocalDays(ZoneInfo(zone), time.fromisoformat(begins))
    assert days.of(at(zone, moment)) == date.fromisoformat(day)


def test_the_second_half_past_one_is_still_the_same_day() -> None:
    days = LocalDays(ZoneInfo("America/New_York"), time(1, 30))
    again = datetime(2026, 11, 1, 1, 10, tzinfo=ZoneInfo("America/New_York"), fold=1)
    assert days.of(again) == date(2026, 11, 1)


def test_a_day_knows_where_it_begins_and_ends() -> None:
    days = LocalDays(SHANGHAI, time(4))
    assert days.start(date(2026, 11, 23)) == datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
    assert days.end(date(2026, 11, 23)) == days.start(date(2026, 11, 24))


@given(
    st.sampled_from(ZONES),
    st.times(max_value=time(12)),
    st.datetimes(datetime(2009, 1, 1), datetime(2037, 1, 1)),
    st.timedeltas(timedelta(0), timedelta(days=2)),
)
def test_later_moments_never_have_an_earlier_day(zone: str, begins: time, moment: datetime, later: timedelta) -> None:
    days = LocalDays(ZoneInfo(zone), begins)
    first = moment.replace(tzinfo=UTC)
    assert days.of(first) <= days.of(first + later)
    assert days.start(days.of(first)) <= first
