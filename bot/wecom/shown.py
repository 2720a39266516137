"""Cards that members have before them: each can be replaced once without being pressed (WeCom doc 90236, 94888)."""

import logging

from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# WeCom's codes live 72 hours; an hour is left for the way.
LIFE = 71 * 3600


class ShownCards:
    """The codes by which sent cards are replaced, shared by all processes. `prefix` keeps bots on one Redis apart."""

    def __init__(self, redis: Redis, prefix: str = "qb") -> None:
        self._redis = redis
        self._prefix = prefix

    async def keep(self, door: str, member: str, task: str, code: str) -> None:
        """Remember the code of a card that a member was sent."""
        await self._set(self._key(door, member, task), code, False)

    async def code(self, door: str, member: str, task: str) -> str | None:
        """The code of a card: None when the member was not sent it lately, "" when it was replaced already."""
        found = await self._redis.get(self._key(door, member, task))
        return found.decode() if isinstance(found, bytes) else found

    async def used(self, door: str, member: str, task: str) -> None:
        """A card's code was used: it works once."""
        await self._set(self._key(door, member, task), "", True)

    async def _set(self, key: str, code: str, is_known: bool) -> None:
        """What was sent was sent, whatever becomes of its code: a fault here must not send it again."""
        try:
            await self._redis.set(key, code, ex=None if is_known else LIFE, xx=is_known, keepttl=is_known)
        except RedisError as error:
            log.warning("the code of a card is lost: %s", type(error).__name__)

    def _key(self, door: str, member: str, task: str) -> str:
        return f"{self._prefix}:card:{door}:{member}:{task}"
