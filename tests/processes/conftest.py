"""One Redis and one PostgreSQL for the processes of a test."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from redis import Redis

from tests.faults.company import Stores
from tests.processes.servers import PostgresServer, RedisServer


@dataclass(frozen=True)
class Servers:
    """Both, each of this test's own, so that they can be restarted."""

    redis: RedisServer
    postgres: PostgresServer

    @property
    def stores(self) -> Stores:
        """Where the bot finds them."""
        return Stores(self.redis.url, self.postgres.url)

    async def empty(self) -> None:
        """Forget everything."""
        with Redis.from_url(self.redis.url) as client:
            client.flushall()
        connection = await asyncpg.connect(self.postgres.url)
        await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        await connection.close()


@pytest.fixture
async def servers(tmp_path: Path, postgres_folder: Path, numbers: Iterator[int]) -> AsyncIterator[Servers]:
    """A Redis and a PostgreSQL, at work."""
    made = Servers(RedisServer(tmp_path / "redis"), PostgresServer(postgres_folder / f"own{next(numbers)}"))
    await made.redis.start()
    await made.postgres.start()
    yield made
    await made.redis.stop()
    await made.postgres.stop()
