"""Rate budgets that all processes share: WeCom drops what exceeds some of them without a word (WeCom doc 90236)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from redis.asyncio import Redis

# A message may reach WeCom later than it was counted here, and so nearer to the ones after it.
SLACK = timedelta(seconds=2)

# The list holds the times (ms) of what was spent, youngest first; a window is full while its n-th youngest is in it.
_TAKE = """
local now, wait, most, longest = tonumber(ARGV[1]), 0, 0, 0
for i = 2, #ARGV, 2 do
  local window, count = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  local nth = redis.call('LINDEX', KEYS[1], count - 1)
  if nth then wait = math.max(wait, math.min(window, tonumber(nth) + window - now)) end
  most, longest = math.max(most, count), math.max(longest, window)
end
if wait > 0 then return wait end
redis.call('LPUSH', KEYS[1], ARGV[1])
redis.call('LTRIM', KEYS[1], 0, most - 1)
redis.call('PEXPIRE', KEYS[1], longest)
return 0
"""


class Limits:
    """Sliding windows per destination. `prefix` keeps several bots on one Redis apart."""

    def __init__(self, redis: Redis, prefix: str = "qb") -> None:
        self._script = redis.register_script(_TAKE)
        self._prefix = prefix

    async def take(self, key: str, rates: Sequence[tuple[int, int]], now: datetime) -> timedelta | None:
        """Spend one message of every (seconds, messages) window; or how long to wait, and nothing is spent."""
        slack = round(SLACK.total_seconds() * 1000)
        windows = [figure for seconds, count in rates for figure in (seconds * 1000 + slack, count)]
        arguments = [round(now.timestamp() * 1000), *windows]
        wait = int(await self._script(keys=[f"{self._prefix}:rate:{key}"], args=arguments))
        return timedelta(milliseconds=wait) if wait else None
