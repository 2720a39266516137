"""How often in a row a thread was not understood."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.types.columns import Instant
from bot.types.context import Context

# Misses further apart than this are not "in a row".
MEMORY = timedelta(minutes=30)

misses = sa.Table(
    "misses",
    sa.MetaData(),
    sa.Column("thread", sa.Text, primary_key=True),
    sa.Column("missed", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("misses_at", "at"),
)

_BEFORE = sa.select(misses).where(misses.c.thread == sa.bindparam("of"))
_FIRST = insert(misses)
_ONE_MORE = _FIRST.on_conflict_do_update(
    index_elements=["thread"], set_={"missed": _FIRST.excluded.missed, "at": _FIRST.excluded.at}
)


async def count_miss(context: Context) -> int:
    """How many messages in a row this thread was not understood, this one included."""
    count = 1 + await _before(context)
    await _remember(count, context)
    return count


async def doubted(context: Context) -> None:
    """This message was only half understood: it is no miss, but misses before and after it are still in a row."""
    if count := await _before(context):
        await _remember(count, context)


async def _before(context: Context) -> int:
    before = (await context.transaction.execute(_BEFORE, {"of": context.thread.key})).first()
    return before.missed if before and _in_a_row(before.at, context) else 0


async def _remember(count: int, context: Context) -> None:
    await context.transaction.execute(_ONE_MORE, {"thread": context.thread.key, "missed": count, "at": context.now})


def _in_a_row(at: datetime, context: Context) -> bool:
    """Whether nothing was understood between a miss and now."""
    last = context.thread.last_seen
    since = last is None or last - at < timedelta(milliseconds=2)
    return since and context.now - at < MEMORY
