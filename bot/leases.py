"""Who works on which partition: a lease in Redis, fenced by an epoch in SQL.

A lease can be lost without its holder noticing (a process that slept). Every commit therefore compares the epoch
under which it works with the partition's row; taking a lease raises the epoch, so the sleeper's writes are refused.

Beside the partitions there are posts: a door that only one process at a time may serve has one, and what it sends
has the post's id as its partition.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any, cast
from zlib import crc32

import sqlalchemy as sa
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.dialects.postgresql import insert

from bot.store.connection import Connection
from bot.store.database import Database, StoreDown
from bot.store.tables import partitions

log = logging.getLogger(__name__)

FIRST_POST = 1000
POSTS = 1 << 30

_RENEW = """
local kept = {}
for i, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[1] then
    redis.call('PEXPIRE', key, ARGV[2])
    kept[#kept + 1] = i
  end
end
return kept
"""
# How many processes were alive lately, by the server's own clock; one that ends does not count itself.
_ENROL = """
local now = redis.call('TIME')
local at = now[1] * 1000 + math.floor(now[2] / 1000)
if ARGV[3] == '1' then redis.call('ZREM', KEYS[1], ARGV[1]) else redis.call('ZADD', KEYS[1], at, ARGV[1]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', at - ARGV[2])
return redis.call('ZCARD', KEYS[1])
"""
# One's own lease may be taken again: under a new epoch, after the fence has refused the old one.
_LOCK = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] and ARGV[3] ~= '1' then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
_RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('DEL', KEYS[1])
  redis.call('PUBLISH', ARGV[2], '')
end
"""

_EPOCH = sa.select(partitions.c.epoch).where(partitions.c.id == sa.bindparam("partition")).with_for_update(read=True)


class Fenced(Exception):
    """Somebody else owns this partition now."""


def freed(prefix: str = "qb") -> str:
    """The Redis channel that tells when a partition was given back."""
    return f"{prefix}:freed"


async def is_held(redis: Redis, door: str, prefix: str = "qb") -> bool:
    """Whether some process holds the post of a door."""
    return bool(await redis.exists(f"{prefix}:lease:{post_of(door)}"))


def post_of(door: str) -> int:
    """The id of a door's post."""
    return FIRST_POST + crc32(door.encode()) % POSTS


class Leases:
    """Takes, renews and shares out partitions for one process. `seconds`: life of a lease without renewal.

    `held` maps partitions and posts to the epochs under which this process may write; new work is begun only in
    `active` ones. `posts`: those this process may take; whoever comes first has them until it ends.
    `alone`: this is the only process on these stores, so leases of a predecessor are taken over at once.
    """

    def __init__(
        self, redis: Redis, database: Database, owner: str, count: int, *, posts: Iterable[int] = (),
        seconds: float = 10, alone: bool = False, prefix: str = "qb",
    ) -> None:  # fmt: skip
        self.held: dict[int, int] = {}
        self.owner = owner
        self.count = count
        self._redis = redis
        self._database = database
        self._posts = frozenset(posts)
        self._seconds = seconds
        self._alone = alone
        self._prefix = prefix
        self._leaving: set[int] = set()
        self._until: dict[int, float] = {}
        self._looking = asyncio.Event()
        self._ending = False

    @property
    def active(self) -> dict[int, int]:
        """What is held and not about to be handed to another process."""
        return {partition: epoch for partition, epoch in self.held.items() if partition not in self._leaving}

    @property
    def partitions(self) -> dict[int, int]:
        """What is active, without the posts."""
        return {partition: epoch for partition, epoch in self.active.items() if partition < FIRST_POST}

    def is_sure(self, partition: int, epoch: int) -> bool:
        """Whether nobody else can have taken a partition: by this machine's own clock the lease has not ended."""
        return self.held.get(partition) == epoch and (self._alone or time.monotonic() < self._until[partition])

    def look(self) -> None:
        """A partition may be free."""
        self._looking.set()

    async def run(self, changed: Callable[[], None], is_idle: Callable[[int], bool]) -> None:
        """Renew, take and hand over until cancelled.

        `changed` is called when the partitions are others; `is_idle` tells that nothing in one is in hand.
        """
        while True:
            before = self.active
            await self.try_turn(is_idle)
            if before != self.active:
                changed()
            await self._rest(self._seconds / 4 if not self._leaving else self._seconds / 20)

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._looking.wait()
        self._looking.clear()

    async def try_turn(self, is_idle: Callable[[int], bool] = lambda partition: True) -> None:
        """A turn; when a store is away meanwhile, what is left of it is for the next one."""
        try:
            await self.turn(is_idle)
        except (RedisError, OSError, StoreDown) as error:
            log.warning("leases not renewed: %s", error)

    async def turn(self, is_idle: Callable[[int], bool] = lambda partition: True) -> None:
        """Renew what is held, take a fair share of what is free, give up what is more than that."""
        await self.renew()
        fair = await self.fair_share()
        surplus = sorted(self.partitions)[fair:]
        self._leaving.update(surplus if fair else self.active)
        for partition in [leaving for leaving in self._leaving if is_idle(leaving)]:
            await self._give(partition)
        await self.take(fair)

    async def fair_share(self) -> int:
        """How many partitions this process works on at most: as many as each living one."""
        if self._alone:
            return self.count
        life, ending = str(int(self._seconds * 1000)), str(int(self._ending))
        processes = int(cast(Any, await self._redis.eval(_ENROL, 1, self._processes, self.owner, life, ending)))
        if self._ending:
            return 0 if processes else self._partitions_held
        return -(-self.count // processes)

    async def renew(self) -> None:
        """Prolong what is held; forget what was lost."""
        held = sorted(self.held)
        if not held:
            return
        keys = [self._key(partition) for partition in held]
        until = time.monotonic() + self._seconds
        kept: Any = await self._redis.eval(_RENEW, len(keys), *keys, self.owner, str(int(self._seconds * 1000)))
        for partition in set(held) - {held[index - 1] for index in kept}:
            log.warning("lease of partition %d lost", partition)
            self._drop(partition)
        self._until |= dict.fromkeys(self.held, until)

    async def take(self, most: int | None = None) -> None:
        """Take partitions that nobody holds, up to `most` in all."""
        for partition in range(self.count):
            if self._partitions_held >= (self.count if most is None else most):
                break
            await self._take(partition)
        for post in () if self._ending else self._posts:
            await self._take(post)

    async def _take(self, partition: int) -> None:
        until = time.monotonic() + self._seconds
        if partition not in self.held and await self._lock(partition):
            epoch = await self._database.write(partial(self._raise_epoch, partition), urgent=True)
            self.held[partition], self._until[partition] = epoch, until

    @property
    def _partitions_held(self) -> int:
        return sum(partition < FIRST_POST for partition in self.held)

    def leave(self) -> None:
        """From now on hand everything over as soon as nothing of it is in hand; kept while no other process lives."""
        self._ending = True
        self.look()

    async def release(self) -> None:
        """Give everything back, so that others need not wait."""
        for partition in list(self.held):
            await self._give(partition)
        await self._redis.zrem(self._processes, self.owner)

    def forget(self, partition: int, epoch: int) -> None:
        """The fence refused what was done under `epoch`; what was taken again since is kept."""
        if self.held.get(partition) == epoch:
            self._drop(partition)

    def _drop(self, partition: int) -> None:
        self.held.pop(partition, None)
        self._leaving.discard(partition)

    async def _give(self, partition: int) -> None:
        self._drop(partition)
        await self._redis.eval(_RELEASE, 1, self._key(partition), self.owner, freed(self._prefix))

    async def owned(self) -> int:
        """How many partitions have an owner, whoever it is."""
        keys = [self._key(partition) for partition in range(self.count)]
        return sum(value is not None for value in await self._redis.mget(keys))

    def _key(self, partition: int) -> str:
        return f"{self._prefix}:lease:{partition}"

    @property
    def _processes(self) -> str:
        return f"{self._prefix}:processes"

    async def _lock(self, partition: int) -> bool:
        life, alone = str(int(self._seconds * 1000)), str(int(self._alone))
        return bool(await self._redis.eval(_LOCK, 1, self._key(partition), self.owner, life, alone))

    async def _raise_epoch(self, partition: int, connection: Connection) -> int:
        fresh = insert(partitions).values(id=partition, owner=self.owner, epoch=1)
        raised = fresh.on_conflict_do_update(
            index_elements=["id"], set_={"owner": self.owner, "epoch": partitions.c.epoch + 1}
        ).returning(partitions.c.epoch)
        return int((await connection.execute(raised)).scalar_one())


async def check_fence(connection: Connection, partition: int, epoch: int | None) -> None:
    """Fenced unless `epoch` is still the partition's; holds the row against a take-over until the commit."""
    current = (await connection.execute(_EPOCH, {"partition": partition})).scalar()
    if current is None or current != epoch:
        raise Fenced(f"partition {partition}")
