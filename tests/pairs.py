"""The two pairs of stores that a whole bot runs on: its own ones, and a Redis and a PostgreSQL that others can share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.redis import connect
from tests.processes.servers import RedisServer

PAIRS = ("embedded", "urls")


@pytest.fixture(scope="session")
async def shared_redis(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RedisServer]:
    """A Redis for this run of the tests."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    await server.start()
    yield server
    await server.stop()


@pytest.fixture(params=PAIRS)
async def pair(request: pytest.FixtureRequest) -> AsyncIterator[dict[str, str]]:
    """What the `[store]` section says; both stores are empty."""
    if request.param == "embedded":
        yield {}
        return
    server: RedisServer = request.getfixturevalue("shared_redis")
    client = connect(server.url)
    await client.flushall()
    await client.aclose()
    yield {"redis": server.url, "sql": request.getfixturevalue("postgres_url")}


@pytest.fixture(autouse=True)
def store_section(pair: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves the `[store]` section where a test's bot finds it."""
    (tmp_path / "store.toml").write_text("\n".join(["[store]", *(f'{key} = "{url}"' for key, url in pair.items())]))
