"""The two pairs of stores that everything runs on: the bot's own ones, or a Redis and a PostgreSQL that several share.

A test that asks for any store runs once on each pair. The servers are started once; what a test gets of them is empty.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import pytest
import sqlalchemy as sa
from redis import Redis

from bot.store.database import Database
from bot.store.embedded import embedded
from bot.store.schema import VERSION_TABLE, migrate
from tests.postgres import plain
from tests.processes.servers import RedisServer

PAIRS = ("embedded", "urls")

# Whoever is still connected is put out, so that nobody holds a lock on what is emptied.
EMPTIED = f"""
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> '{VERSION_TABLE}' LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
END $$;
SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S';
"""


@pytest.fixture(params=PAIRS)
def pair(request: pytest.FixtureRequest) -> str:
    """Which pair a test runs on. Where only one of them is meant: `parametrize("pair", [...], indirect=True)`."""
    name: str = request.param
    return name


@pytest.fixture
def redis_url(request: pytest.FixtureRequest, pair: str) -> str:
    """The URL of the pair's Redis: empty, and without any script."""
    url: str = request.getfixturevalue("embedded_server" if pair == "embedded" else "redis_server")
    with Redis.from_url(url) as client:
        client.flushall()
        client.script_flush()
    return url


@pytest.fixture
def database_url(request: pytest.FixtureRequest, pair: str, tmp_path: Path) -> str:
    """The URL of the pair's database, without a table."""
    if pair == "embedded":
        return f"sqlite:///{tmp_path / 'qunban.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def migrated_url(request: pytest.FixtureRequest, pair: str, data: Path) -> str:
    """The URL of the pair's database with all tables, all empty; SQLite's lies in the data folder."""
    if pair == "embedded":
        data.mkdir(exist_ok=True)
        shutil.copy(request.getfixturevalue("migrated_file"), data / "qunban.db")
        return f"sqlite:///{data / 'qunban.db'}"
    url: str = request.getfixturevalue("emptied_postgres")
    return url


@pytest.fixture
def addresses(request: pytest.FixtureRequest, pair: str) -> Mapping[str, str]:
    """What the `[store]` section says of the pair; nothing when a bot has its own stores."""
    return _addresses(request, pair, "migrated_url")


@pytest.fixture
def store_section(addresses: Mapping[str, str]) -> str:
    """The `[store]` section of a configuration whose bot is to use the pair."""
    return _section(addresses)


@pytest.fixture
def unused_section(request: pytest.FixtureRequest, pair: str) -> str:
    """The same, for a bot that has yet to make its tables."""
    return _section(_addresses(request, pair, "database_url"))


def _addresses(request: pytest.FixtureRequest, pair: str, database: str) -> Mapping[str, str]:
    if pair == "embedded":
        return {}
    return {name: plain(request.getfixturevalue(url)) for name, url in (("redis", "redis_url"), ("sql", database))}


def _section(addresses: Mapping[str, str]) -> str:
    return "\n".join(["", "[store]", *(f'{key} = "{url}"' for key, url in addresses.items()), ""])


# The servers, and databases as a bot leaves them that has just been started for the first time.


@pytest.fixture(scope="session")
def embedded_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a private server for this run of the tests."""
    stack = AsyncExitStack()
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        yield runner.run(stack.enter_async_context(embedded(tmp_path_factory.mktemp("embedded"))))
        runner.run(stack.aclose())


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Redis for this run of the tests."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    asyncio.run(server.start())
    yield server.url
    asyncio.run(server.stop())


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with all tables, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "qunban.db"
    asyncio.run(_migrated(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres: str) -> str:
    """The URL of a PostgreSQL database with all tables."""
    asyncio.run(command(postgres, "CREATE DATABASE migrated"))
    url = sa.make_url(postgres).set(database="migrated").render_as_string(hide_password=False)
    asyncio.run(_migrated(url))
    return url


@pytest.fixture
async def emptied_postgres(migrated_postgres: str) -> str:
    """The same, emptied."""
    await command(migrated_postgres, EMPTIED)
    return migrated_postgres


@pytest.fixture
async def postgres_url(postgres: str, numbers: Iterator[int]) -> AsyncIterator[str]:
    """The URL of an empty PostgreSQL database of this test's own."""
    name = f"test_{next(numbers)}"
    await command(postgres, f"CREATE DATABASE {name}")
    yield sa.make_url(postgres).set(database=name).render_as_string(hide_password=False)
    await command(postgres, f"DROP DATABASE {name} WITH (FORCE)")


async def command(url: str, sql: str) -> None:
    """Run SQL that gives nothing back, outside of any transaction."""
    connection = await asyncpg.connect(url)
    await connection.execute(sql)
    await connection.close()


async def _migrated(url: str) -> None:
    database = await Database.open(url)
    await migrate(database)
    await database.close()
