"""Tells every process which events are decided, so that a callback which one of them holds need not wait.

Only hints: who misses one finds the same in the database a moment later.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

Heard = Callable[[str, bool], Awaitable[None]]


class Hints:
    """Publishes and hears decisions on one Redis channel."""

    def __init__(self, redis: Redis, prefix: str = "qb") -> None:
        self._redis = redis
        self._channel = f"{prefix}:decided"

    async def tell(self, event: str, ready: bool) -> None:
        """This event is decided; `ready`: its callback may take something."""
        try:
            await self._redis.publish(self._channel, f"{int(ready)}{event}")
        except (RedisError, OSError) as error:
            log.warning("hint not given: %s", error)

    async def hear(self, heard: Heard) -> None:
        """Pass on what others decided, until cancelled."""
        while True:
            try:
                await self._listen(heard)
            except (RedisError, OSError) as error:
                log.warning("hints not heard: %s", error)
            await asyncio.sleep(0.5)

    async def _listen(self, heard: Heard) -> None:
        async with self._redis.pubsub() as channel:
            await channel.subscribe(self._channel)
            while True:
                message = await channel.get_message(ignore_subscribe_messages=True, timeout=1.0)
                if message is not None:
                    said = message["data"].decode()
                    await heard(said[1:], said[0] == "1")
