"""The due times of jobs: the last ones, kept for all processes, and where the next ones go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.inbox import Inbox, InboxUnavailable, Put
from bot.store.connection import Connection
from bot.store.database import Database
from bot.store.tables import jobs
from bot.types.events import Tick

_NEW = insert(jobs)
_BEGIN = _NEW.on_conflict_do_update(
    index_elements=["name"],
    set_={"times": _NEW.excluded.times, "last_due": _NEW.excluded.last_due},
    where=jobs.c.times != _NEW.excluded.times,
)
_OF_JOB = jobs.update().where(jobs.c.name == sa.bindparam("job"))
_DUE = _OF_JOB.where(jobs.c.last_due < sa.bindparam("due")).values(last_due=sa.bindparam("due"))


@dataclass(frozen=True, slots=True)
class DueTimes:
    """Puts Ticks of jobs into the inbox and remembers them, whichever process does it."""

    database: Database
    inbox: Inbox

    async def begin(self, times: Mapping[str, str], now: datetime) -> Mapping[str, datetime]:
        """The last due time per job, by its `times`: a job that is new, or has others now, begins now. Others go."""

        async def work(connection: Connection) -> Mapping[str, datetime]:
            await connection.execute(jobs.delete().where(jobs.c.name.not_in(sorted(times))))
            for name, when in sorted(times.items()):
                await connection.execute(_BEGIN, {"name": name, "times": when, "last_due": now})
            return {row.name: row.last_due for row in (await connection.execute(sa.select(jobs))).all()}

        return await self.database.write(work)

    async def put(self, tick: Tick) -> None:
        """Put a Tick, which is one event however often that is done; InboxUnavailable when there is no room."""
        if await self.inbox.put(tick) == Put.FULL:
            raise InboxUnavailable("inbox full")
        due = {"job": tick.name, "due": tick.due}
        await self.database.write(lambda connection: connection.execute(_DUE, due))
