"""Times and durations as people say them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_UNITS = ((86400, "天"), (3600, "小时"), (60, "分钟"), (1, "秒"))
_WEEKDAYS = "一二三四五六日"


def spoken_duration(duration: timedelta) -> str:
    """A duration in its two largest units: `"1 小时 30 分钟"`."""
    rest, parts = max(0, round(duration.total_seconds())), []
    for seconds, unit in _UNITS:
        count, rest = divmod(rest, seconds)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 秒"


def spoken_moment(moment: datetime, now: datetime, timezone: ZoneInfo) -> str:
    """A moment as seen from now: `"今天 18:00"`, `"明天 09:00"`, `"11月23日（周一）09:00"`."""
    local, today = moment.astimezone(timezone), now.astimezone(timezone).date()
    days = (local.date() - today).days
    if days in (0, 1, -1):
        return f"{ {0: '今天', 1: '明天', -1: '昨天'}[days] } {local:%H:%M}"
    return f"{local.month}月{local.day}日（周{_WEEKDAYS[local.weekday()]}）{local:%H:%M}"
