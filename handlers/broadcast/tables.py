"""What was said unasked to whom, what was held back and why; which parts of the schedule are paused."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from bot.types.columns import Instant
from bot.types.declarations import Declared, Personal

KEEP = timedelta(days=90)
KEEP_PAUSES = timedelta(days=730)

# `state`: sent, held (`kind` and `why` tell the reason), or missed, then without a target.
broadcasts = sa.Table(
    "broadcasts",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("schedule", sa.Text, nullable=False),
    sa.Column("due", Instant, nullable=False),
    sa.Column("target", sa.Text, nullable=False, server_default=""),
    sa.Column("at", Instant, nullable=False),
    sa.Column("marketing", sa.Boolean, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False, server_default=""),
    sa.Column("why", sa.Text, nullable=False, server_default=""),
    sa.Index("broadcasts_target", "target", "at"),
    sa.Index("broadcasts_schedule", "schedule", "at"),
    sa.Index("broadcasts_at", "at"),
)

pauses = sa.Table(
    "broadcast_pauses",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("schedule", sa.Text, nullable=False),
    sa.Column("paused_by", sa.Text, nullable=False),
    sa.Column("paused_at", Instant, nullable=False),
    sa.Column("resumed_by", sa.Text, nullable=False, server_default=""),
    sa.Column("resumed_at", Instant),
    sa.Index("broadcast_pauses_schedule", "schedule", "resumed_at"),
    sa.Index("broadcast_pauses_resumed_at", "resumed_at"),
)

TABLES: Sequence[Declared] = (
    Declared(broadcasts, Personal.IDENTITY, KEEP, "at"),
    Declared(pauses, Personal.IDENTITY, KEEP_PAUSES, "resumed_at", pauses.c.resumed_at.is_not(None)),
)
