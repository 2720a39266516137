"""What a try makes of a row of the outbox."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.channels.door import Fault, Promise, SendError, message_id
from bot.store.connection import Connection
from bot.store.tables import outbox

BUSY_FOR = timedelta(hours=1)
SLOWEST = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(hours=24)
MINUTE = timedelta(minutes=1)
NEEDS_ROUTE = "没有可用的回复通道，等对方再说话"


@dataclass(frozen=True, slots=True)
class Result:
    """What a try made of a row; one that is `free` does not count as a try."""

    state: str
    native: str = ""
    error: str = ""
    due_at: datetime | None = None
    unknown: bool | None = None
    free: bool = False


async def not_arrived(connection: Connection, told: str, why: str, lane: str, now: datetime, later: bool) -> None:
    """What a lane said under an id (`told`) did not arrive: it is held, or dead.

    WeCom may tell of it before the door's answer is known here: then the answer finds it on the row, and another try
    goes by another id.
    """
    state = "held" if later else "dead"
    if early := await _early(connection, told, lane):
        marked = outbox.update().where(outbox.c.seq.in_(early)).values(native=told, error=f"{state} {why}")
        await connection.execute(marked)
        return
    sent = outbox.c.lane == lane, outbox.c.native == told, outbox.c.state == "done"
    values = {"state": state, "error": why, "changed_at": now}
    await connection.execute(outbox.update().where(*sent).values(**values))


async def _early(connection: Connection, told: str, lane: str) -> list[int]:
    """What went out under an id, when its answer is not known; locked, so that the answer finds what is told of it."""
    unknown = sa.and_(outbox.c.state == "waiting", outbox.c.unknown.is_(True))
    under_way = outbox.c.lane == lane, sa.or_(outbox.c.state == "sending", unknown)
    query = sa.select(outbox.c.seq, outbox.c.id, outbox.c.native).where(*under_way).with_for_update()
    return [row.seq for row in await connection.execute(query) if message_id(row.id, row.native) == told]


async def as_told(connection: Connection, row: sa.Row[Any], result: Result) -> Result:
    """The result of a row, or what WeCom told of it meanwhile: that it did not arrive."""
    if result.state != "done" or not result.native or result.native == row.native:
        return result
    query = sa.select(outbox.c.native, outbox.c.error).where(outbox.c.seq == row.seq).with_for_update()
    now = (await connection.execute(query)).first()
    if now is None or now.native != result.native:
        return result
    state, _, why = now.error.partition(" ")
    return replace(result, state=state, error=why)


def failed(row: sa.Row[Any], error: SendError, promise: Promise, now: datetime) -> Result:
    """What becomes of a row whose door did not take it."""
    end = "uncertain" if row.unknown else "dead"
    match error.fault:
        case Fault.REFUSED:
            return Result(end, error=error.why)
        case Fault.UNROUTED:
            return Result("held", error=error.why or NEEDS_ROUTE)
        case Fault.UNKNOWN if promise == Promise.UNKEYED:
            return Result("uncertain", error=error.why)
        case Fault.LIMITED:
            return Result("waiting", error=error.why, due_at=now + (error.after or MINUTE), free=True)
        case Fault.CONFIGURATION:
            over = now - row.created_at > GIVE_UP_AFTER
            return Result(end if over else "waiting", error=error.why, due_at=now + MINUTE, free=True)
        case _:
            unknown = True if error.fault == Fault.UNKNOWN else None
            wait = error.after or min(timedelta(seconds=0.5 * 2 ** min(row.attempts, 10)), SLOWEST)
            over = now - row.created_at > BUSY_FOR and not unknown
            return Result(end if over else "waiting", error=error.why, due_at=now + wait, unknown=unknown)
