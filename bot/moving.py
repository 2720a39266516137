"""What waits to be sent moves with its door when the configuration gives the door another owner (another mode)."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from bot.inbox import partition_of
from bot.leases import FIRST_POST
from bot.store.connection import Connection
from bot.store.database import Database
from bot.store.tables import UNFINISHED, connections, outbox


async def move(database: Database, partitions: int, posts: Mapping[str, int]) -> None:
    """Give unfinished rows to who sends them now. `posts`: the posts of the doors that have one."""
    elsewhere = [sa.and_(outbox.c.partition >= FIRST_POST, outbox.c.partition.not_in(sorted(posts.values())))]
    elsewhere += [
        sa.and_(outbox.c.lane.startswith(f"{door}|", autoescape=True), outbox.c.partition != post)
        for door, post in posts.items()
    ]
    query = sa.select(outbox.c.seq, outbox.c.lane).where(outbox.c.state.in_(UNFINISHED), sa.or_(*elsewhere))
    rows = await database.read(query)

    def home(row: sa.Row[Any]) -> int:
        return posts.get(row.lane.partition("|")[0], partition_of(row.lane, partitions))

    async def write(connection: Connection) -> None:
        for row in rows:
            await connection.execute(outbox.update().where(outbox.c.seq == row.seq).values(partition=home(row)))
        await connection.execute(connections.delete().where(connections.c.door.not_in(sorted(posts))))

    await database.write(write)
