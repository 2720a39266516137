"""A table to write to, and a database that tells how many transactions it made."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store.connection import Connection, Parameters, Side
from bot.store.database import Database, side_of

notes = sa.Table("notes", sa.MetaData(), sa.Column("id", sa.Text, primary_key=True), sa.Column("text", sa.Text))

Note = Callable[[str], Callable[[Connection], Awaitable[None]]]


class Counted:
    """A side that counts its transactions."""

    def __init__(self, side: Side) -> None:
        self.dialect = side.dialect
        self.side = side
        self.transactions = 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        self.transactions += 1
        async with self.side.transaction() as connection:
            yield connection

    async def read(self, statement: sa.Executable, parameters: Parameters) -> list[sa.Row[Any]] | None:
        return await self.side.read(statement, parameters)

    async def close(self) -> None:
        await self.side.close()


def note(id: str, text: str = "") -> Callable[[Connection], Awaitable[None]]:
    """Work that inserts one row."""

    async def work(connection: Connection) -> None:
        await connection.execute(sa.insert(notes), {"id": id, "text": text})

    return work


async def noted(database: Database) -> list[str]:
    """The ids of the rows that are committed."""
    return [row.id for row in await database.read(sa.select(notes.c.id).order_by(notes.c.id))]


@pytest.fixture
def side(database_url: str) -> Counted:
    return Counted(side_of(database_url, seconds=1.0))


@pytest.fixture
async def counted(side: Counted) -> AsyncIterator[Database]:
    """A database over `side` with the table `notes`."""
    database = Database(side)
    await database.alter(notes.metadata.create_all)
    side.transactions = 0
    yield database
    await database.close()
