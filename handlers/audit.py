"""What people with a privilege did, and what others were refused: who, what, when, and why."""

from datetime import timedelta

import sqlalchemy as sa

from bot.types.columns import Instant
from bot.types.context import Context
from bot.types.declarations import Declared, Personal

audit = sa.Table(
    "desk_audit",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("ticket", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
    sa.Column("allowed", sa.Boolean, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Index("desk_audit_at", "at"),
)

TABLES = (Declared(audit, Personal.IDENTITY, timedelta(days=730), "at"),)


async def record(context: Context, what: str, *, ticket: int = 0, allowed: bool = True, why: str = "") -> None:
    """Write down what the event's member did, or was refused (Chinese); `ticket` 0: it is about none."""
    if context.rehearsal:
        return
    row = {
        "at": context.now, "who": context.member.id, "what": what, "ticket": ticket, "allowed": allowed, "why": why,
    }  # fmt: skip
    await context.transaction.execute(sa.insert(audit).values(row))
