"""How far the bot has pulled, as its inbox keeps it."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis

from bot.inbox import Inbox, InboxUnavailable
from bot.store.embedded import NoServer, embedded
from bot.store.redis import connect


@dataclass(slots=True)
class Cursors:
    """Read from `redis`, or from the private server of the folder `data` when that is None."""

    redis: Redis | None
    data: Path

    async def of(self, door: str, whose: str) -> str:
        """What is stored; "" when nothing is, or nobody can be asked."""
        async with AsyncExitStack() as stack:
            try:
                redis = self.redis or await self._own(stack)
                return await Inbox(redis, redis, 1).cursor(f"{door}:{whose}") if redis else ""
            except (InboxUnavailable, NoServer):
                return ""

    async def _own(self, stack: AsyncExitStack) -> Redis | None:
        """The private server's client; None where no bot has ever run."""
        if not self.data.exists():
            return None
        redis = connect(await stack.enter_async_context(embedded(self.data)))
        stack.push_async_callback(redis.aclose)
        return redis
