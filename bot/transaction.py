"""The SQL transaction of one event, as handlers see it.

PostgreSQL's INSERT … ON CONFLICT is written here and elsewhere for both databases: SQLite takes the same words.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import CursorResult

from bot.inbox import partition_of
from bot.store.tables import timers, versions
from bot.types.ports import Executing, Timer

_VERSION = sa.select(versions.c.version).where(versions.c.key == sa.bindparam("row"))
_FIRST = insert(versions).on_conflict_do_nothing()
_BUMP = (
    versions.update()
    .where(versions.c.key == sa.bindparam("row"), versions.c.version == sa.bindparam("read"))
    .values(version=sa.bindparam("read") + 1, changed_at=sa.bindparam("now", type_=versions.c.changed_at.type))
)


class Outdated(Exception):
    """A row that this event read was changed by somebody else before it could commit."""


class Duplicate(Exception):
    """This event was decided before."""

    def __init__(self, id: str) -> None:
        super().__init__(id)
        self.id = id


class EventTransaction:
    """Implements `bot.types.ports.Transaction` on a connection.

    `event` names the timers that are set here, so that each setting has a Tick id of its own.
    """

    def __init__(self, connection: Executing, event: str, now: datetime, partitions: int) -> None:
        self._connection = connection
        self.timers_set = 0
        self._event = event
        self._now = now
        self._partitions = partitions
        self._guards: dict[str, int] = {}

    async def execute(
        self, statement: sa.Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run one statement."""
        return await self._connection.execute(statement, parameters)

    async def guard(self, key: str) -> int:
        """The version of a shared row, compared and bumped by `settle`."""
        if key not in self._guards:
            self._guards[key] = (await self.execute(_VERSION, {"row": key})).scalar() or 0
        return self._guards[key]

    async def set_timer(self, timer: Timer) -> None:
        """Set or replace a timer; its guard is the version that this transaction leaves behind."""
        self.timers_set += 1
        version = await self.guard(timer.guard) + 1 if timer.guard else 0
        row = {
            # A digest: a timer that its own Tick sets again would have a longer name each time.
            "nonce": blake2b(f"{self._event}:{self.timers_set}".encode(), digest_size=16).hexdigest(),
            "due": timer.due,
            "partition": partition_of(timer.conversation.key, self._partitions),
            "name": timer.name,
            "conversation": timer.conversation.key,
            "member": timer.member,
            "data": json.dumps(dict(timer.data), ensure_ascii=False),
            "guard": timer.guard,
            "version": version,
        }
        statement = insert(timers).values(id=timer.id, **row)
        await self.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))

    async def cancel_timer(self, id: str) -> None:
        """Forget a timer."""
        await self.execute(timers.delete().where(timers.c.id == id))

    async def settle(self) -> None:
        """Compare and bump every guarded version; Outdated when one has moved."""
        for key, version in self._guards.items():
            await self._bump(key, version)

    async def _bump(self, key: str, version: int) -> None:
        if version:
            bumped = await self.execute(_BUMP, {"row": key, "read": version, "now": self._now})
        else:
            bumped = await self.execute(_FIRST, {"key": key, "version": 1, "changed_at": self._now})
        if bumped.rowcount != 1:
            raise Outdated(key)
