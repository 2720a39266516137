"""The two pairs of stores that a whole bot runs on: its own ones, or a Redis and a PostgreSQL that several share."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from tests.postgres import plain
from tests.processes.servers import RedisServer

PAIRS = ("embedded", "urls")


@pytest.fixture(scope="session")
def shared_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Redis for this run of the tests."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    asyncio.run(server.start())
    yield server.url
    asyncio.run(server.stop())


@pytest.fixture(params=PAIRS)
def pair(request: pytest.FixtureRequest) -> dict[str, str]:
    """What the `[store]` section says of two empty stores."""
    if request.param == "embedded":
        return {}
    url: str = request.getfixturevalue("shared_redis")
    with Redis.from_url(url) as client:
        client.flushall()
    return {"redis": url, "sql": plain(request.getfixturevalue("postgres_url"))}


@pytest.fixture(autouse=True)
def store_section(pair: dict[str, str], tmp_path: Path) -> None:
    """Leaves the `[store]` section where a test's bot finds it."""
    lines = [f'{key} = "{url}"' for key, url in pair.items()]
    (tmp_path / "store.toml").write_text("\n".join(["[store]", *lines, ""]))
