"""What a try makes of a row of the outbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.channels.door import Fault, Promise, SendError

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
