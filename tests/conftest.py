"""Real stores for every test: a private Redis-protocol server, SQLite, PostgreSQL."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import asyncpg
import pytest
import sqlalchemy as sa
from redis.asyncio import Redis

from bot.store.database import Database
from bot.store.embedded import embedded
from bot.store.redis import connect
from bot.store.schema import combine
from bot.store.tables import SPINE
from tests.postgres import start


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that does not exist yet."""
    return tmp_path / "data"


@pytest.fixture
async def redis_url(data: Path) -> AsyncIterator[str]:
    """The URL of an embedded server of this test's own."""
    async with embedded(data) as url:
        yield url


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A client of that server."""
    client = connect(redis_url)
    yield client
    await client.aclose()


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[Path]:
    """A folder with a short path: PostgreSQL puts its socket there."""
    folder = Path(tempfile.mkdtemp(prefix="qunban-pg-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(postgres_folder: Path) -> Iterator[str]:
    """The URL of a PostgreSQL server for this run of the tests."""
    server = start(postgres_folder / "shared")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    """Numbers that no other test of this run has."""
    return count(1)


@pytest.fixture
async def postgres_url(postgres: str, numbers: Iterator[int]) -> AsyncIterator[str]:
    """The URL of an empty PostgreSQL database of this test's own."""
    name = f"test_{next(numbers)}"
    await _command(postgres, f"CREATE DATABASE {name}")
    yield sa.make_url(postgres).set(database=name).render_as_string(hide_password=False)
    await _command(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of this test's own, of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'qunban.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database of either kind with the spine's tables."""
    database = await Database.open(database_url)
    await database.alter(combine(SPINE).create_all)
    yield database
    await database.close()


async def _command(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(sql)
    await connection.close()
