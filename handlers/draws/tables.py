"""What is kept of draws: rounds with their seeds, entries, what is left of the prizes, and pauses."""

import sqlalchemy as sa

from bot.types.columns import Instant
from bot.types.declarations import Declared, Personal

# `seed` is a secret until `closed_at`; `prizes` and `results` are JSON. `head`: the hash of the last entry. `gone`:
# administrators know that the configuration has no such draw any more.
rounds = sa.Table(
    "draw_rounds",
    sa.MetaData(),
    sa.Column("draw", sa.Text, primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("way", sa.Text, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("closes_at", Instant),
    sa.Column("closed_at", Instant),
    sa.Column("commitment", sa.Text, nullable=False),
    sa.Column("seed", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("prizes", sa.Text, nullable=False),
    sa.Column("entries", sa.Integer, nullable=False),
    sa.Column("head", sa.Text, nullable=False),
    sa.Column("end", sa.Text, nullable=False),
    sa.Column("results", sa.Text, nullable=False),
    sa.Column("gone", sa.Boolean, nullable=False),
)

# `member` is public, `member_key` is not. `prize` is "" while nothing is drawn and where nothing is won; `drawn` is
# what the chain covers; `handed`: the prize is with its winner, or there is none yet. `place`: where it was entered (in
# a direct chat: by whom), "" as soon as nobody has to be told there. `spent`: the ledger's entry that paid, 0 for none.
entries = sa.Table(
    "draw_entries",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("draw", sa.Text, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("member_key", sa.Text, nullable=False),
    sa.Column("member", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("day", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False, unique=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("drawn", sa.Text, nullable=False),
    sa.Column("prize", sa.Text, nullable=False),
    sa.Column("handed", sa.Boolean, nullable=False),
    sa.Column("spent", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.UniqueConstraint("draw", "round", "number"),
    sa.Index("draw_entries_member", "member_key", "draw"),
)

# How many of a prize were offered when the round began, and how many are left of them.
stocks = sa.Table(
    "draw_stocks",
    sa.MetaData(),
    sa.Column("draw", sa.Text, primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("prize", sa.Text, primary_key=True),
    sa.Column("offered", sa.Integer, nullable=False),
    sa.Column("left", sa.Integer, nullable=False),
    sa.CheckConstraint('"left" >= 0 AND "left" <= offered', name="draw_stocks_never_negative"),
)

# Draws that a manager has stopped for the time being.
pauses = sa.Table(
    "draw_pauses",
    sa.MetaData(),
    sa.Column("draw", sa.Text, primary_key=True),
    sa.Column("paused_by", sa.Text, nullable=False),
    sa.Column("paused_at", Instant, nullable=False),
)

TABLES = (
    Declared(rounds, Personal.NONE, None),
    Declared(entries, Personal.IDENTITY, None),
    Declared(stocks, Personal.NONE, None),
    Declared(pauses, Personal.IDENTITY, None),
)
