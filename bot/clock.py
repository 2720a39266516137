"""The real time."""

from datetime import UTC, datetime


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """The moment, aware."""
        return datetime.now(UTC)
