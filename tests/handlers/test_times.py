"""Times as people say them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.times import spoken_duration, spoken_moment

SHANGHAI = ZoneInfo("Asia/Shanghai")
# 00:30 in Shanghai, still the day before in UTC.
NOW = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("duration", "said"),
    [
        (timedelta(seconds=0), "0 秒"),
        (timedelta(seconds=30), "30 秒"),
        (timedelta(minutes=5), "5 分钟"),
        (timedelta(minutes=90), "1 小时 30 分钟"),
        (timedelta(days=1, hours=2, minutes=3), "1 天 2 小时"),
        (timedelta(seconds=-5), "0 秒"),
    ],
)
def test_durations(duration: timedelta, said: str) -> None:
    assert spoken_duration(duration) == said


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (8.5, "今天 09:00"),
        (-1, "昨天 23:30"),
        (32.5, "明天 09:00"),
        (24 * 7, "11月30日（周一）00:30"),
    ],
)
def test_moments_are_told_by_the_days_of_people(hours: float, said: str) -> None:
    assert spoken_moment(NOW + timedelta(hours=hours), NOW, SHANGHAI) == said
