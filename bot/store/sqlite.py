"""SQLite: one writing connection and a few reading ones, synchronous ones under an asynchronous face.

A statement of a write runs at once on the event loop's own thread: it touches pages in memory and costs less than
a hop to another thread. What waits for the disk or for a lock (BEGIN IMMEDIATE, COMMIT), and every read, hops.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import sqlalchemy as sa

from bot.store.connection import Connection, Parameters

T = TypeVar("T")

_EVERY = ("PRAGMA foreign_keys = ON", "PRAGMA temp_store = MEMORY")
_WRITER = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = ON",
    "PRAGMA journal_size_limit = 67108864",
)
_READER = ("PRAGMA query_only = ON",)


class SqliteConnection(Connection):
    """A transaction on the writing connection."""

    def __init__(self, connection: sa.Connection, threads: ThreadPoolExecutor) -> None:
        self._connection = connection
        self._threads = threads

    async def alter(self, change: Callable[[sa.Connection], T]) -> T:
        return await _on(self._threads, change, self._connection)

    async def _execute(self, statement: sa.Executable, parameters: Parameters) -> sa.CursorResult[Any]:
        return self._connection.execute(statement, parameters)

    async def _command(self, sql: str) -> None:
        self._connection.exec_driver_sql(sql)


class Sqlite:
    """The SQLite side of a `Database`; one without readers keeps everything in memory and on one connection."""

    dialect = "sqlite"

    def __init__(self, url: sa.URL, *, readers: int, seconds: float) -> None:
        self._writer = _engine(url, 1, seconds, _EVERY + _WRITER)
        self._writing = ThreadPoolExecutor(1, "sqlite-write")
        self._readers = _engine(url, readers, seconds, _EVERY + _READER) if readers else None
        self._reading = ThreadPoolExecutor(readers, "sqlite-read") if readers else self._writing
        sa.event.listen(self._writer, "begin", _begin_immediate)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Takes the write lock first; waits for another process's as long as `seconds`."""
        connection = await _on(self._writing, _begin, self._writer)
        try:
            yield SqliteConnection(connection, self._writing)
        except BaseException:
            await _on(self._writing, connection.close)
            raise
        await _on(self._writing, _commit, connection)

    async def read(self, statement: sa.Executable, parameters: Parameters) -> list[sa.Row[Any]] | None:
        """What is committed now; None when there are no readers."""
        if self._readers is None:
            return None
        return await _on(self._reading, _read, self._readers, statement, parameters)

    async def close(self) -> None:
        """Close every connection and end the threads."""
        await _on(self._writing, self._writer.dispose)
        if self._readers is not None:
            await _on(self._reading, self._readers.dispose)
        self._writing.shutdown(wait=False)
        self._reading.shutdown(wait=False)


async def _on(threads: ThreadPoolExecutor, call: Callable[..., T], *arguments: Any) -> T:
    return await asyncio.get_running_loop().run_in_executor(threads, call, *arguments)


def _read(engine: sa.Engine, statement: sa.Executable, parameters: Parameters) -> list[sa.Row[Any]]:
    with engine.connect() as connection:
        return list(connection.execute(statement, parameters).all())


def _begin(engine: sa.Engine) -> sa.Connection:
    connection = engine.connect()
    try:
        connection.begin()
    except BaseException:
        connection.close()
        raise
    return connection


def _commit(connection: sa.Connection) -> None:
    with connection:
        try:
            connection.commit()
        except BaseException:
            # SQLite keeps a transaction open whose commit failed; SQLAlchemy takes it for ended.
            connection.connection.rollback()
            raise


def _begin_immediate(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _engine(url: sa.URL, size: int, seconds: float, pragmas: tuple[str, ...]) -> sa.Engine:
    # SQLAlchemy's recipe for transactions that hold savepoints and DDL: the driver begins nothing by itself.
    engine = sa.create_engine(
        url,
        poolclass=sa.QueuePool,
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": seconds},
    )

    def set_up(connection: Any, _: object) -> None:
        for pragma in pragmas:
            connection.execute(pragma).close()

    sa.event.listen(engine, "connect", set_up)
    return engine
