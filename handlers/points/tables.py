"""What is kept of points: the book itself, what stands at the end of each chain, boards, seals, orders, names."""

from datetime import timedelta

import sqlalchemy as sa

from bot.types.columns import Instant
from bot.types.declarations import Declared, Personal

# Boards of a week or a month are looked at for a while; the one of all time stays.
BOARDS_KEPT = timedelta(days=100)
TOTAL = "total"
# All that is counted of who has moved. `moved` comes first so that SQLite, which knows nothing of how many those are,
# takes this index and does not walk through the whole board.
MOVED_INDEX = ("moved", "board", "score", "tallied")

# The book. Rows are only ever added; `number` counts within a member's chain, and `hash` covers `previous`.
# `credit` and `debit` are all that was added and taken so far, this row included; `undoes` is a number of the chain.
entries = sa.Table(
    "points_entries",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("member_key", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("undoes", sa.Integer, nullable=False),
    sa.Column("credit", sa.BigInteger, nullable=False),
    sa.Column("debit", sa.BigInteger, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.UniqueConstraint("member_key", "number"),
    sa.UniqueConstraint("member_key", "source", "event"),
    sa.Index("points_entries_at", "at"),
)

# The end of each chain, changed with it. `oldest`: the number of the oldest entry of which something is left;
# `day` and `today`: what the sources gave on that day, as JSON.
balances = sa.Table(
    "points_balances",
    sa.MetaData(),
    sa.Column("member_key", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("head", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("balance", sa.BigInteger, nullable=False),
    sa.Column("credit", sa.BigInteger, nullable=False),
    sa.Column("debit", sa.BigInteger, nullable=False),
    sa.Column("score", sa.BigInteger, nullable=False),
    sa.Column("oldest", sa.Integer, nullable=False),
    sa.Column("oldest_at", Instant),
    sa.Column("day", sa.Text, nullable=False),
    sa.Column("today", sa.Text, nullable=False),
    sa.Index("points_balances_oldest_at", "oldest_at"),
)

# What a member earned on a board, and the score with which the tallies count them, 0 where they do not; `early` is
# minus the time at which it was reached, so that one index has the order of the board. `reached_at` is none on the
# board of all time, which stays.
scores = sa.Table(
    "points_scores",
    sa.MetaData(),
    sa.Column("board", sa.Text, primary_key=True),
    sa.Column("member_key", sa.Text, primary_key=True),
    sa.Column("score", sa.BigInteger, nullable=False),
    sa.Column("early", sa.BigInteger, nullable=False),
    sa.Column("reached_at", Instant),
    sa.Column("tallied", sa.BigInteger, nullable=False),
    sa.Column("moved", sa.Boolean, nullable=False),
    sa.Index("points_scores_order", "board", "score", "early"),
    sa.Index("points_scores_reached_at", "reached_at"),
    sa.Index("points_scores_moved", *MOVED_INDEX, sqlite_where=sa.text("moved = 1"), postgresql_where=sa.text("moved")),
)

# How many members have a score in the bucket, on each level of sixteen times the width.
tallies = sa.Table(
    "points_tallies",
    sa.MetaData(),
    sa.Column("board", sa.Text, primary_key=True),
    sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("bucket", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("members", sa.BigInteger, nullable=False),
    sa.Column("changed_at", Instant),
    sa.Index("points_tallies_changed_at", "changed_at"),
)

# One root a day over all entries of that day; each seal covers the one before. `ends` is the first moment after it.
seals = sa.Table(
    "points_seals",
    sa.MetaData(),
    sa.Column("day", sa.Text, primary_key=True),
    sa.Column("ends", Instant, nullable=False),
    sa.Column("sealed_at", Instant, nullable=False),
    sa.Column("entries", sa.BigInteger, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("root", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)

# What people with a privilege ordered, and what others were refused.
orders = sa.Table(
    "points_orders",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("entry", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
    sa.Column("allowed", sa.Boolean, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Index("points_orders_at", "at"),
    sa.Index("points_orders_who", "who", "id"),
)

# What members call themselves, for boards; the book knows keys only.
names = sa.Table(
    "points_names",
    sa.MetaData(),
    sa.Column("member_key", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Index("points_names_name", "name"),
)

TABLES = (
    Declared(entries, Personal.PSEUDONYM, None),
    Declared(balances, Personal.PSEUDONYM, None),
    Declared(scores, Personal.PSEUDONYM, BOARDS_KEPT, "reached_at"),
    Declared(tallies, Personal.NONE, BOARDS_KEPT, "changed_at"),
    Declared(seals, Personal.NONE, None),
    Declared(orders, Personal.IDENTITY, timedelta(days=730), "at"),
    Declared(names, Personal.IDENTITY, None),
)
