"""When somebody was last angry, and when people were last called."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.types.columns import Instant
from bot.types.context import Context
from bot.types.declarations import Declared, Personal
from handlers.desk.tables import OPEN_STATES, messages, tickets
from handlers.escalating.misses import misses

tempers = sa.Table(
    "tempers",
    sa.MetaData(),
    sa.Column("thread", sa.Text, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Index("tempers_at", "at"),
)

TABLES = (
    Declared(tempers, Personal.PSEUDONYM, timedelta(days=1), "at"),
    Declared(misses, Personal.PSEUDONYM, timedelta(days=1), "at"),
)


async def angry_before(context: Context, within: timedelta) -> bool:
    """Whether the thread was angry not long ago; it is angry now."""
    mine = tempers.c.thread == context.thread.key
    last: datetime | None = (await context.transaction.execute(sa.select(tempers.c.at).where(mine))).scalar()
    await context.transaction.execute(sa.delete(tempers).where(mine))
    await context.transaction.execute(sa.insert(tempers).values(thread=context.thread.key, at=context.now))
    return last is not None and context.now - last <= within


@dataclass(frozen=True, slots=True)
class Called:
    """The thread's last ticket: its number, whether it is under way, and why people were called."""

    number: int
    is_under_way: bool
    reason: str


async def last_call(context: Context, within: timedelta) -> Called | None:
    """The thread's ticket that is under way, or else the last one of not long ago."""
    recent = sa.or_(tickets.c.state.in_(OPEN_STATES), tickets.c.opened_at >= context.now - within)
    query = (
        sa.select(tickets.c.id, tickets.c.state, tickets.c.reason)
        .where(tickets.c.thread == context.thread.key, recent)
        .order_by(tickets.c.id.desc())
        .limit(1)
    )
    row = (await context.transaction.execute(query)).first()
    return None if row is None else Called(row.id, row.state in OPEN_STATES, row.reason)


async def note(context: Context, number: int, body: str) -> None:
    """Add a line for staff to what was said in a ticket."""
    row = {"ticket": number, "at": context.now, "side": "note", "body": body}
    await context.transaction.execute(sa.insert(messages).values(row))
