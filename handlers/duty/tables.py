"""What changes the roster: leave, and days that two people exchange."""

from datetime import timedelta

import sqlalchemy as sa

from bot.types.columns import Instant
from bot.types.declarations import Declared, Personal

ASKED, AGREED, REFUSED, EXPIRED, WITHDRAWN = "asked", "agreed", "refused", "expired", "withdrawn"

leaves = sa.Table(
    "duty_leaves",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("begins", Instant, nullable=False),
    sa.Column("ends", Instant, nullable=False),
    sa.Column("whole", sa.Boolean, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("written_by", sa.Text, nullable=False),
    sa.Column("cancelled_at", Instant),
    sa.Column("cancelled_by", sa.Text, nullable=False, server_default=""),
    sa.Index("duty_leaves_ends", "ends"),
)

# `back`: the day that the other one gives in return; without it they exchange what they have on `day`.
swaps = sa.Table(
    "duty_swaps",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("other", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("back", sa.Date),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("written_by", sa.Text, nullable=False),
    sa.Column("answered_at", Instant),
    sa.Index("duty_swaps_state", "state", "day"),
    sa.Index("duty_swaps_at", "at"),
    # Cards name a swap by its number for longer than it is kept.
    sqlite_autoincrement=True,
)

KEPT = timedelta(days=365)
TABLES = (
    Declared(leaves, Personal.IDENTITY, KEPT, "ends"),
    # Nobody exchanges a day further ahead than half of that.
    Declared(swaps, Personal.IDENTITY, KEPT, "at"),
)
