"""The two stores, opened for one process."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.dialects.postgresql import insert

from bot.store.database import Database
from bot.store.embedded import NoServer, embedded
from bot.store.redis import connect, connect_reader
from bot.store.schema import migrate
from bot.store.settings import Store
from bot.store.single import hold
from bot.store.tables import meta


@dataclass(frozen=True, slots=True)
class Stores:
    """The two stores, open. `alone`: no other process can be at work on them."""

    database: Database
    redis: Redis
    reader: Redis
    alone: bool


async def open_stores(
    store: Store, data: Path, stack: AsyncExitStack, *, around: Callable[[Database], Database], lease: float
) -> Stores:
    """Start or reach Redis and SQL, and bring the schema up to date. `around` may put something around the database."""
    alone = store.is_embedded or store.is_sqlite
    if alone:
        stack.enter_context(hold(data))
    url = await stack.enter_async_context(embedded(data)) if store.is_embedded else store.redis_url()
    # Half a lease: a transaction in which a process sleeps is over before somebody takes its partitions.
    opened = await Database.open(store.sql_url(data), seconds=min(5.0, lease / 2))
    stack.push_async_callback(opened.close)
    await migrate(opened)
    database = around(opened)
    redis, reader = connect(url), connect_reader(url, block=1.0)
    stack.push_async_callback(redis.aclose)
    stack.push_async_callback(reader.aclose)
    await _reached(redis)
    return Stores(database, redis, reader, alone)


async def _reached(redis: Redis) -> None:
    """NoServer when nobody answers at the address."""
    try:
        await redis.ping()
    except (RedisError, OSError) as error:
        raise NoServer(f"连不上 Redis：{error}\n请看 config.toml 的 [store] redis，以及 Redis 是否已经启动") from error


async def partition_count(database: Database, wanted: int = 8) -> int:
    """The number of partitions of these stores; chosen once, for the life of the data."""
    rows = await database.read(sa.select(meta.c.value).where(meta.c.key == "partitions"))
    if rows:
        return int(rows[0].value)

    # Another process may choose at the same time: whoever comes first has chosen.
    first = insert(meta).values(key="partitions", value=str(wanted)).on_conflict_do_nothing()
    await database.write(lambda connection: connection.execute(first))
    return await partition_count(database, wanted)
