"""Short texts that wait for their door's budget leave as one message, in their order: another form, the same words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.channels.door import Capabilities
from bot.outbox import UNSETTLED
from bot.store.connection import Connection
from bot.store.tables import outbox
from bot.types.actions import Content

MOST = 50

Row = sa.Row[Any]
Join = Callable[[Content, Content, Capabilities], Content | None]
Read = Callable[[Row], Content | None]


@dataclass(frozen=True, slots=True)
class Joined:
    """One message made of several rows: what it says, and the rows after the first."""

    content: Content
    beside: Sequence[Row]


def apart(first: Content, then: Content, door: Capabilities) -> Content | None:
    """Joins nothing."""
    return None


def was_put_off(head: Row) -> bool:
    """Whether a row had to wait without a try of its own: the budget was spent."""
    return bool(head.error) and not head.attempts


async def join_waiting(
    connection: Connection, head: Row, door: Capabilities, join: Join, read: Read, now: datetime
) -> Joined | None:
    """What leaves together with the head of its lane, marked as it is; None when it leaves alone.

    What was tried before goes alone: if the whole is refused, each of its parts is tried for itself.
    """
    whole = read(head)
    beside: list[Row] = []
    for row in await _behind(connection, head, now):
        said = read(row) if row.state == "waiting" and row.due_at <= now and not (row.attempts or row.unknown) else None
        longer = join(whole, said, door) if whole is not None and said is not None else None
        if longer is None:
            break
        whole, beside = longer, [*beside, row]
    if whole is None or not beside:
        return None
    await connection.execute(_mark(head, [row.seq for row in beside], now))
    return Joined(whole, beside)


async def _behind(connection: Connection, head: Row, now: datetime) -> Sequence[Row]:
    alive = sa.or_(outbox.c.expires_at.is_(None), outbox.c.expires_at > now)
    lane = outbox.c.lane == head.lane, outbox.c.seq > head.seq, outbox.c.state.in_(UNSETTLED), alive
    query = sa.select(outbox).where(*lane).order_by(outbox.c.seq).limit(MOST).with_for_update()
    return (await connection.execute(query)).all()


def _mark(head: Row, seqs: Sequence[int], now: datetime) -> sa.Update:
    return (
        outbox.update()
        .where(outbox.c.seq.in_(seqs))
        .values(
            state="sending",
            sender=head.sender,
            attempts=outbox.c.attempts + 1,
            first_tried_at=sa.func.coalesce(outbox.c.first_tried_at, sa.literal(now, outbox.c.changed_at.type)),
            changed_at=now,
        )
    )
