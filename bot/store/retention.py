"""Rows that have been kept for as long as was declared go, a little at a time."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.types.declarations import Declared
from bot.types.ports import Executing

CHUNK = 500


async def sweep(
    connection: Executing, declared: Sequence[Declared], now: datetime, *, chunk: int = CHUNK
) -> dict[str, int]:
    """Delete what is older than its table's `keep`, oldest first, at most `chunk` rows a table; how many went.

    A table of which `chunk` rows went may hold more: call again in another transaction, so that others get a turn.
    """
    expiring = [one for one in declared if one.keep is not None]
    return {one.table.name: (await connection.execute(expired(one, now, chunk))).rowcount for one in expiring}


def expired(declared: Declared, now: datetime, chunk: int) -> sa.Delete:
    """The statement that deletes the oldest `chunk` of the rows that are too old."""
    assert declared.keep is not None
    table = declared.table
    clock = table.c[declared.clock]
    key = sa.tuple_(*table.primary_key) if len(table.primary_key) > 1 else next(iter(table.primary_key))
    oldest = sa.select(*table.primary_key).where(clock < now - declared.keep).order_by(clock).limit(chunk)
    if declared.only is not None:
        oldest = oldest.where(declared.only)
    return sa.delete(table).where(key.in_(oldest))
