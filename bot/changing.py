"""Changes to the records by a command, beside a bot that may be running."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from bot.store.connection import Connection
from bot.store.database import Database
from bot.stores import partition_count
from bot.transaction import EventTransaction, Outdated
from bot.types.ports import Transaction

T = TypeVar("T")


async def change(database: Database, work: Callable[[Transaction], Awaitable[T]], now: datetime) -> T:
    """What `work` returns in a transaction of its own; where the bot wrote to the same thing, it runs again."""
    partitions, name = await partition_count(database), f"command:{secrets.token_hex(8)}"

    async def write(connection: Connection) -> T:
        transaction = EventTransaction(connection, name, now, partitions)
        made = await work(transaction)
        await transaction.settle()
        return made

    while True:
        try:
            return await database.write(write)
        except Outdated:
            await asyncio.sleep(0.01)
