"""Real stores for every test: the private server and SQLite, a Redis and PostgreSQL."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from redis.asyncio import Redis

from bot.store.database import Database
from bot.store.redis import connect
from tests.dictionary import share
from tests.pairs import (
    addresses,
    command,
    database_url,
    embedded_server,
    emptied_postgres,
    migrated_file,
    migrated_postgres,
    migrated_url,
    pair,
    postgres_url,
    redis_server,
    redis_url,
    store_section,
    unused_section,
)
from tests.postgres import start

__all__ = [
    "addresses",
    "database_url",
    "embedded_server",
    "emptied_postgres",
    "migrated_file",
    "migrated_postgres",
    "migrated_url",
    "pair",
    "postgres_url",
    "redis_server",
    "redis_url",
    "store_section",
    "unused_section",
]


def pytest_configure() -> None:
    """No test is about how long a machine takes for an example."""
    settings.register_profile("patient", deadline=None)
    settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in which whole bots race with the clock: no two run beside each other."""
    for item in items:
        folder = item.path.parent.name
        if folder in ("faults", "processes", "desk"):
            item.add_marker(pytest.mark.xdist_group("racing"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test said goes from process to process, also where it is no valid text."""
    report = yield
    report.sections = [(name, said.encode(errors="replace").decode()) for name, said in report.sections]
    return report


@pytest.fixture(scope="session", autouse=True)
def without_model() -> Iterator[None]:
    """Only tests that are about a model name one; the rest need not wait for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QUNBAN_MODEL", "none")
        yield


@pytest.fixture(scope="session", autouse=True)
def one_dictionary() -> Iterator[None]:
    """Jieba's dictionary is read once for all tests of a process: it takes a second and nothing changes it."""
    with pytest.MonkeyPatch.context() as patch:
        share(patch)
        yield


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that does not exist yet."""
    return tmp_path / "data"


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A client of the pair's Redis."""
    client = connect(redis_url)
    yield client
    await client.aclose()


@pytest.fixture
async def database(migrated_url: str) -> AsyncIterator[Database]:
    """The pair's database with all tables."""
    database = await Database.open(migrated_url)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[Path]:
    """A folder with a short path: PostgreSQL puts its socket there."""
    folder = Path(tempfile.mkdtemp(prefix="qunban-pg-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(postgres_folder: Path) -> Iterator[str]:
    """The URL of a PostgreSQL server for this run of the tests; it need not outlive a power cut."""
    server = start(postgres_folder / "shared")
    url: str = server.get_uri()
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        asyncio.run(command(url, f"ALTER SYSTEM SET {setting} = off"))
    asyncio.run(command(url, "SELECT pg_reload_conf()"))
    yield url
    server.cleanup()


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    """Numbers that no other test of this run has."""
    return count(1)
