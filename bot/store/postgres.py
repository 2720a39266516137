"""PostgreSQL: one writing connection and a pool of reading ones, through asyncpg."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.store.connection import Connection, Parameters

T = TypeVar("T")


class PostgresConnection(Connection):
    """A transaction on the writing connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def alter(self, change: Callable[[sa.Connection], T]) -> T:
        return await self._connection.run_sync(change)

    async def _execute(self, statement: sa.Executable, parameters: Parameters) -> sa.CursorResult[Any]:
        return await self._connection.execute(statement, parameters)

    async def _command(self, sql: str) -> None:
        await self._connection.exec_driver_sql(sql)


class Postgres:
    """The PostgreSQL side of a `Database`: READ COMMITTED writes, reads without a transaction."""

    dialect = "postgresql"

    def __init__(self, url: sa.URL, *, readers: int, seconds: float) -> None:
        self._writer = _engine(url, 1, seconds, "READ COMMITTED")
        self._readers = _engine(url, readers, seconds, "AUTOCOMMIT")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """On a connection that was seen alive."""
        async with self._writer.begin() as connection:
            yield PostgresConnection(connection)

    async def read(self, statement: sa.Executable, parameters: Parameters) -> list[sa.Row[Any]] | None:
        """What is committed now."""
        async with self._readers.connect() as connection:
            return list((await connection.execute(statement, parameters)).all())

    async def close(self) -> None:
        """Close every connection."""
        await self._writer.dispose()
        await self._readers.dispose()


def _engine(url: sa.URL, size: int, seconds: float, isolation: str) -> AsyncEngine:
    return create_async_engine(
        url,
        isolation_level=isolation,
        pool_size=size,
        max_overflow=0,
        pool_timeout=seconds,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"timeout": seconds, "command_timeout": 6 * seconds, "server_settings": _waits(seconds)},
    )


def _waits(seconds: float) -> dict[str, str]:
    """How long the server lets a statement wait for a lock, and a transaction for its next statement.

    A process that falls asleep within a transaction holds its locks; without an end nobody could take its work over.
    """
    milliseconds = str(round(seconds * 1000))
    return {"lock_timeout": milliseconds, "idle_in_transaction_session_timeout": milliseconds}
