"""A house on real stores."""

import secrets
from collections.abc import AsyncIterator, Callable

import pytest
from redis.asyncio import Redis

from bot.store.database import Database
from bot.store.redis import connect_reader
from tests.spine.house import House

MakeHouse = Callable[..., House]


@pytest.fixture
async def reader(redis_url: str) -> AsyncIterator[Redis]:
    client = connect_reader(redis_url, block=1)
    yield client
    await client.aclose()


@pytest.fixture
def make_house(database: Database, redis: Redis, reader: Redis) -> MakeHouse:
    prefix = f"test:{secrets.token_hex(4)}"

    def make(**changes: object) -> House:
        return House(database, redis, reader, prefix, **changes)  # type: ignore[arg-type]

    return make


@pytest.fixture
async def house(make_house: MakeHouse) -> House:
    return make_house()
