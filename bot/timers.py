"""Timers come due: rows of the `timers` table become Ticks in the inbox, within 200 ms."""

import asyncio
import json
import logging
from functools import partial
from typing import Any

import sqlalchemy as sa

from bot.inbox import Inbox, InboxUnavailable, Put
from bot.leases import Leases
from bot.store.connection import Connection
from bot.store.database import Database, StoreDown
from bot.store.tables import timers
from bot.types.events import Conversation, Tick
from bot.types.ports import Clock

log = logging.getLogger(__name__)


class Timers:
    """Sweeps the timers of the partitions that this process holds, every `pause` seconds."""

    def __init__(self, *, database: Database, inbox: Inbox, leases: Leases, clock: Clock, pause: float = 0.1) -> None:
        self._database = database
        self._inbox = inbox
        self._leases = leases
        self._clock = clock
        self._pause = pause

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            try:
                await self.sweep()
            except (StoreDown, InboxUnavailable) as error:
                log.warning("timers wait: %s", error)
            await asyncio.sleep(self._pause)

    async def sweep(self) -> int:
        """Put what is due into the inbox; how many."""
        mine = timers.c.partition.in_(sorted(self._leases.partitions)), timers.c.due <= self._clock.now()
        rows = await self._database.read(sa.select(timers).where(*mine).order_by(timers.c.due).limit(200))
        gone = [row for row in rows if await self._inbox.put(self._tick(row)) != Put.FULL]
        if gone:
            await self._database.write(partial(self._forget, gone))
        return len(gone)

    def _tick(self, row: sa.Row[Any]) -> Tick:
        conversation = Conversation.parse(row.conversation)
        return Tick(
            id=f"timer:{row.id}:{row.nonce}", conversation=conversation, member=row.member, at=row.due,
            received_at=self._clock.now(), name=row.name, due=row.due, data=json.loads(row.data), guard=row.guard,
            version=row.version,
        )  # fmt: skip

    async def _forget(self, rows: list[sa.Row[Any]], connection: Connection) -> None:
        for row in rows:
            await connection.execute(timers.delete().where(timers.c.id == row.id, timers.c.nonce == row.nonce))
