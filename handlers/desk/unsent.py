"""What staff wrote and may still take back: it waits for its moment, in order, pictures among the words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.types.actions import Content, dump_content, load_content
from bot.types.columns import Instant
from bot.types.context import Context
from bot.types.declarations import Declared, Personal
from bot.types.events import Conversation
from bot.types.ports import Timer
from handlers.desk.ticket import Ticket

# A picture that is not here so long after its moment lets go what was written after it.
PATIENCE = timedelta(seconds=20)

# Content "": a picture that is not here yet; `event` and `number` name it.
unsent = sa.Table(
    "ticket_unsent",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("ticket", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False, server_default=""),
    sa.Column("number", sa.Integer, nullable=False, server_default="0"),
    sa.Column("due", Instant, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ticket_unsent_ticket", "ticket", "id"),
    sa.Index("ticket_unsent_who", "who"),
    sa.Index("ticket_unsent_event", "event"),
    sa.Index("ticket_unsent_at", "at"),
)

TABLES = (Declared(unsent, Personal.CONTENT, timedelta(days=2), "at"),)


@dataclass(frozen=True, slots=True)
class Unsent:
    """One thing that waits: for which ticket, by whom, what (None: not here yet), and when it goes.

    `event` and `number` tell which picture of which message it is.
    """

    id: int
    ticket: int
    who: str
    content: Content | None
    due: datetime
    event: str = ""
    number: int = 0


def ready(waiting: Sequence[Unsent], now: datetime) -> Sequence[Unsent]:
    """What goes now: all that is due and has nothing before it that still has to go first."""
    made = []
    for one in waiting:
        if one.content is None and now < one.due + PATIENCE:
            break
        if one.content is None:
            continue
        if one.due > now:
            break
        made.append(one)
    return made


def next_at(waiting: Sequence[Unsent], now: datetime) -> datetime | None:
    """When to look again at what waits; None when only what comes by itself is left."""
    for one in waiting:
        if one.content is not None:
            return one.due
        if now < one.due + PATIENCE:
            return one.due + PATIENCE
    return None


async def put(
    context: Context, ticket: Ticket, content: Content | None, due: datetime, event: str = "", number: int = 0
) -> None:
    """The event's member wrote something for a ticket."""
    # Kept to the millisecond; what is due now must not become due in a moment.
    due = due.replace(microsecond=due.microsecond // 1000 * 1000)
    row = {
        "ticket": ticket.id, "who": context.member.id, "content": dump_content(content) if content else "",
        "event": event, "number": number, "due": due, "at": context.now,
    }  # fmt: skip
    await context.transaction.execute(sa.insert(unsent).values(row))


async def fill(context: Context, event: str, number: int, content: Content | None) -> bool:
    """A picture is here, or (None) will never be; whether it was still wanted."""
    this = unsent.c.event == event, unsent.c.number == number
    if content is None:
        return bool((await context.transaction.execute(sa.delete(unsent).where(*this))).rowcount)
    filled = sa.update(unsent).where(*this).values(content=dump_content(content))
    return bool((await context.transaction.execute(filled)).rowcount)


async def of_ticket(context: Context, ticket: int) -> Sequence[Unsent]:
    """What waits for a ticket, in order."""
    return await _read(context, unsent.c.ticket == ticket)


async def of_writer(context: Context) -> Sequence[Unsent]:
    """What the event's member wrote and may take back, in order."""
    return await _read(context, unsent.c.who == context.member.id)


async def drop(context: Context, gone: Sequence[Unsent]) -> None:
    """It waits no longer."""
    await context.transaction.execute(sa.delete(unsent).where(unsent.c.id.in_([one.id for one in gone])))


async def wind(context: Context, ticket: Ticket, who: str, desk: str) -> None:
    """Set the one timer of what waits for a ticket; it rings where its writer writes, so that they take turns."""
    at = next_at(await of_ticket(context, ticket.id), context.now)
    if at is None:
        await context.transaction.cancel_timer(_timer(ticket.id))
        return
    timer = Timer(
        id=_timer(ticket.id), name="unsent.due", conversation=Conversation(desk, "direct", who), member=who, due=at,
        data={"ticket": str(ticket.id)},
    )  # fmt: skip
    await context.transaction.set_timer(timer)


def _timer(ticket: int) -> str:
    return f"unsent:{ticket}"


async def _read(context: Context, mine: sa.ColumnElement[bool]) -> Sequence[Unsent]:
    rows = (await context.transaction.execute(sa.select(unsent).where(mine).order_by(unsent.c.id))).all()
    return [_unsent(row) for row in rows]


def _unsent(row: sa.Row[Any]) -> Unsent:
    content = load_content(row.content) if row.content else None
    return Unsent(row.id, row.ticket, row.who, content, row.due, row.event, row.number)
