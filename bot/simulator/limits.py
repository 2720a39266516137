"""WeCom's figures that are counted rather than timed."""

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """Defaults are WeCom's own (doc/90236, doc/90312, doc/99110, doc/100719, doc/90238)."""

    deliveries: int = 3
    member_per_minute: int = 30
    member_per_hour: int = 1000
    bot_per_minute: int = 30
    bot_per_hour: int = 1000
    interactions: int | None = 3
    webhook_per_minute: int = 20
    subscriptions_per_minute: int = 30
    uploads_per_minute: int = 30
    uploads_per_hour: int = 1000
    kf_per_message: int = 5
    kf_pulls_without_token: int = 20
    api_per_minute: int = 10_000
    api_per_hour: int = 150_000
    tokens_per_minute: int = 100
    concurrent_calls: int | None = None
    connections: int = 256


@dataclass(slots=True)
class Budget:
    """Counts what each key spent in the last minute and hour."""

    per_minute: int
    per_hour: int
    _spent: dict[Hashable, deque[float]] = field(default_factory=dict)

    def take(self, key: Hashable, now: float) -> bool:
        """Spend one if both windows allow it; a refused one costs nothing."""
        times = self._spent.setdefault(key, deque())
        while times and times[0] <= now - 3600:
            times.popleft()
        if len(times) >= self.per_hour or self._full_minute(times, now):
            return False
        times.append(now)
        return True

    def _full_minute(self, times: deque[float], now: float) -> bool:
        """The minute is full when the n-th youngest is younger than a minute."""
        return len(times) >= self.per_minute and times[-self.per_minute] > now - 60
