"""Rows that have been kept for as long as was declared go."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.store.database import Connection, Database
from bot.types.declarations import Declared

CHUNK = 500


async def sweep(
    database: Database, declared: Sequence[Declared], now: datetime, *, chunk: int = CHUNK
) -> dict[str, int]:
    """Delete what is older than its table's `keep`; how many rows of each table went.

    `chunk` rows a transaction, oldest first, so that other writes get their turn in between.
    """
    return {
        one.table.name: await _sweep(database, expired(one, now, chunk), chunk)
        for one in declared
        if one.keep is not None
    }


def expired(declared: Declared, now: datetime, chunk: int) -> sa.Delete:
    """The statement that deletes the oldest `chunk` of the rows that are too old."""
    assert declared.keep is not None
    table = declared.table
    clock = table.c[declared.clock]
    key = sa.tuple_(*table.primary_key) if len(table.primary_key) > 1 else next(iter(table.primary_key))
    oldest = sa.select(*table.primary_key).where(clock < now - declared.keep).order_by(clock).limit(chunk)
    if declared.only is not None:
        # In a CASE it tempts no planner away from the index on the clock to one on the state that most rows have.
        oldest = oldest.where(sa.case((declared.only, 1), else_=0) == 1)
    return sa.delete(table).where(key.in_(oldest))


async def _sweep(database: Database, statement: sa.Delete, chunk: int) -> int:
    async def work(connection: Connection) -> int:
        return (await connection.execute(statement)).rowcount

    deleted = 0
    while True:
        count = await database.write(work, alone=True)
        deleted += count
        if count < chunk:
            return deleted
