"""What is stuck in the outbox, for people who look after it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.outbox import DROPPED
from bot.store.connection import Connection
from bot.store.tables import outbox


async def retry(connection: Connection, id: str, now: datetime) -> bool:
    """Send a dead, uncertain or held row again, because a person says so; whether there was one."""
    stuck = outbox.c.id == id, outbox.c.state.in_(("dead", "uncertain", "held"))
    again = {"state": "waiting", "due_at": now, "attempts": 0, "expires_at": None, "changed_at": now}
    return bool((await connection.execute(outbox.update().where(*stuck).values(**again))).rowcount)


async def drop(connection: Connection, id: str, now: datetime) -> bool:
    """Give a row up, because a person says so; whether there was one."""
    stuck = outbox.c.id == id, outbox.c.state.in_(("waiting", "uncertain", "held", "dead"))
    values = {"state": "dead", "error": DROPPED, "changed_at": now}
    return bool((await connection.execute(outbox.update().where(*stuck).values(**values))).rowcount)


def listing(states: tuple[str, ...] = ("waiting", "held", "uncertain", "dead"), limit: int = 200) -> sa.Select[Any]:
    """What waits, is uncertain or dead, oldest first; without what a person has given up."""
    wanted = outbox.c.state.in_(states), outbox.c.error != DROPPED
    return sa.select(outbox).where(*wanted).order_by(outbox.c.seq).limit(limit)
