"""Days as people count them: by the clocks of one zone, and from an hour that need not be midnight."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LocalDays:
    """The days of a zone that begin at `begins` (04:00: what happens at 03:59 belongs to the day before)."""

    timezone: ZoneInfo
    begins: time = time(0)

    def of(self, moment: datetime) -> date:
        """The day of an aware moment. Later moments never have an earlier day, also where clocks are put back."""
        day = moment.astimezone(self.timezone).date()
        while self.start(day) > moment:
            day -= ONE
        return day

    def start(self, day: date) -> datetime:
        """When a day begins, UTC; the first of two times where clocks are put back."""
        return datetime.combine(day, self.begins, self.timezone).astimezone(UTC)

    def end(self, day: date) -> datetime:
        """When a day is over, UTC."""
        return self.start(day + ONE)
