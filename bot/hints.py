"""Tells every process what another one did: events decided, for the callback that waits; partitions given back.

Only hints: who misses one finds the same in the stores a moment later.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.leases import freed

log = logging.getLogger(__name__)

Heard = Callable[[str, bool], Awaitable[None]]


class Hints:
    """Publishes decisions; hears decisions and partitions given back."""

    def __init__(self, redis: Redis, prefix: str = "qb") -> None:
        self._redis = redis
        self._decided = f"{prefix}:decided"
        self._freed = freed(prefix)

    async def tell(self, event: str, ready: bool) -> None:
        """This event is decided; `ready`: its callback may take something."""
        try:
            await self._redis.publish(self._decided, f"{int(ready)}{event}")
        except (RedisError, OSError) as error:
            log.warning("hint not given: %s", error)

    async def hear(self, heard: Heard, freed: Callable[[], None]) -> None:
        """Pass on what others decided, and that they gave partitions back, until cancelled."""
        while True:
            try:
                await self._listen(heard, freed)
            except (RedisError, OSError) as error:
                log.warning("hints not heard: %s", error)
            await asyncio.sleep(0.5)

    async def _listen(self, heard: Heard, freed: Callable[[], None]) -> None:
        async with self._redis.pubsub() as channel:
            await channel.subscribe(self._decided, self._freed)
            # What was given back while nobody listened.
            freed()
            while True:
                message = await channel.get_message(ignore_subscribe_messages=True, timeout=1.0)
                if message is None:
                    continue
                if message["channel"].decode() == self._freed:
                    freed()
                else:
                    said = message["data"].decode()
                    await heard(said[1:], said[0] == "1")
