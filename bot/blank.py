"""A store in which nothing is, for what is only rehearsed."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult, FrozenResult

from bot.store.connection import Connection
from bot.store.sqlite import Sqlite

# Queries that are remembered; one that is made anew each time is not worth its place.
MOST = 256


class Blank:
    """Runs statements in one transaction that is never kept; `undo` takes back what was written.

    Where nothing is, a query finds the same whatever its parameters are: until something is written, it is run once.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._found: dict[sa.Executable, FrozenResult[Any]] = {}
        self._written = False

    async def execute(
        self, statement: sa.Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run one statement."""
        if self._written or not isinstance(statement, sa.SelectBase):
            self._written = True
            return await self._connection.execute(statement, parameters)
        found = self._found.get(statement)
        if found is None:
            found = (await self._connection.execute(statement, parameters)).freeze()
            if len(self._found) < MOST:
                self._found[statement] = found
        # Without the cursor it lacks only what writes are asked for.
        return cast(CursorResult[Any], found())

    async def undo(self) -> None:
        """Leave nothing of what was written."""
        if self._written:
            await self._connection.undo()
            self._written = False


@asynccontextmanager
async def blank(schema: sa.MetaData) -> AsyncIterator[Blank]:
    """An empty store with these tables, in memory."""
    side = Sqlite(sa.URL.create("sqlite"), readers=0, seconds=1)
    try:
        async with side.transaction() as connection:
            await connection.alter(schema.create_all)
            async with connection.savepoint():
                yield Blank(connection)
    finally:
        await side.close()
