"""What is remembered about rules in a thread: until when each is silent, and how often it spoke today."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from bot.types.columns import Instant
from bot.types.context import Context
from bot.types.declarations import Declared, Personal

cooldowns = sa.Table(
    "cooldowns",
    sa.MetaData(),
    sa.Column("thread", sa.Text, primary_key=True),
    sa.Column("rule", sa.Text, primary_key=True),
    sa.Column("until", Instant, nullable=False),
    sa.Index("cooldowns_until", "until"),
)
daily_replies = sa.Table(
    "daily_replies",
    sa.MetaData(),
    sa.Column("thread", sa.Text, primary_key=True),
    sa.Column("rule", sa.Text, primary_key=True),
    sa.Column("day", sa.Text, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("last_at", Instant, nullable=False),
    sa.Index("daily_replies_last_at", "last_at"),
)
TABLES = (
    Declared(cooldowns, Personal.PSEUDONYM, timedelta(days=1), "until"),
    Declared(daily_replies, Personal.PSEUDONYM, timedelta(days=2), "last_at"),
)


async def is_cooling(rule: str, context: Context) -> bool:
    """Whether the rule spoke in this thread so lately that it stays silent."""
    query = sa.select(cooldowns.c.until).where(_this(cooldowns, rule, context), cooldowns.c.until > context.now)
    return (await context.transaction.execute(query)).first() is not None


async def cool_until(rule: str, moment: datetime, context: Context) -> None:
    """Keep the rule silent in this thread until a moment."""
    row = {"thread": context.thread.key, "rule": rule, "until": moment}
    await context.transaction.execute(sa.delete(cooldowns).where(_this(cooldowns, rule, context)))
    await context.transaction.execute(sa.insert(cooldowns).values(row))


async def count_on(rule: str, day: date, context: Context) -> int:
    """How often the rule spoke in this thread on a day."""
    mine = _this(daily_replies, rule, context), daily_replies.c.day == day.isoformat()
    found = await context.transaction.execute(sa.select(daily_replies.c.count).where(*mine))
    return int(found.scalar() or 0)


async def count_up(rule: str, day: date, count: int, context: Context) -> None:
    """Remember that the rule has spoken so often in this thread on a day; earlier days are forgotten."""
    row = {"thread": context.thread.key, "rule": rule, "day": day.isoformat(), "count": count, "last_at": context.now}
    await context.transaction.execute(sa.delete(daily_replies).where(_this(daily_replies, rule, context)))
    await context.transaction.execute(sa.insert(daily_replies).values(row))


def _this(table: sa.Table, rule: str, context: Context) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.thread == context.thread.key, table.c.rule == rule)
