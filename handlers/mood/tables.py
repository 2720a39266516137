"""What is kept of moods: how many messages of each a day, and when somebody was last told of a thread."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.types.columns import Instant
from bot.types.context import Context
from nlp.mood import Judgement

# Rows of one conversation only, so that conversations never wait for each other.
moods = sa.Table(
    "moods",
    sa.MetaData(),
    sa.Column("day", sa.Text, primary_key=True),
    sa.Column("conversation", sa.Text, primary_key=True),
    sa.Column("mood", sa.Text, primary_key=True),
    sa.Column("group_name", sa.Text, nullable=False),
    sa.Column("messages", sa.Integer, nullable=False),
    sa.Column("urgent", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("moods_at", "at"),
)

alarms = sa.Table(
    "mood_alarms",
    sa.MetaData(),
    sa.Column("thread", sa.Text, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Index("mood_alarms_at", "at"),
)


_FIRST = insert(moods)
_MORE = _FIRST.on_conflict_do_update(
    index_elements=["day", "conversation", "mood"],
    set_={
        "messages": moods.c.messages + 1,
        "urgent": moods.c.urgent + _FIRST.excluded.urgent,
        "at": _FIRST.excluded.at,
    },
)


async def count(judgement: Judgement, urgent: bool, day: str, context: Context) -> None:
    """One message more of this mood on this day here."""
    row: dict[str, Any] = {
        "day": day,
        "conversation": context.conversation.key,
        "mood": judgement.mood.value,
        "group_name": context.group.name if context.group else "",
        "messages": 1,
        "urgent": int(urgent),
        "at": context.now,
    }
    await context.transaction.execute(_MORE, row)


async def told_at(context: Context) -> datetime | None:
    """When somebody was last told of this thread."""
    found: datetime | None = (
        await context.transaction.execute(sa.select(alarms.c.at).where(alarms.c.thread == context.thread.key))
    ).scalar()
    return found


async def told_since(since: datetime, context: Context) -> int:
    """Of how many threads somebody was told since then."""
    asked = sa.select(sa.func.count()).select_from(alarms).where(alarms.c.at > since)
    return int((await context.transaction.execute(asked)).scalar_one())


async def tell(context: Context) -> None:
    """Remember that somebody is told of this thread now."""
    await context.transaction.execute(sa.delete(alarms).where(alarms.c.thread == context.thread.key))
    await context.transaction.execute(sa.insert(alarms).values(thread=context.thread.key, at=context.now))
