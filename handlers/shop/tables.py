"""What is kept of the shop: how many of each item were taken, and every redemption with its code."""

import sqlalchemy as sa

from bot.types.columns import Instant
from bot.types.declarations import Declared, Personal

# What the configuration offers less `taken` is left. It is only changed where it stays between nothing and the offer.
stocks = sa.Table(
    "shop_stocks",
    sa.MetaData(),
    sa.Column("item", sa.Text, primary_key=True),
    sa.Column("taken", sa.Integer, nullable=False),
    sa.CheckConstraint("taken >= 0", name="shop_stocks_never_negative"),
)

# Things that members have a right to, from the shop or from a draw. `source`: the name of the draw, "" for the shop;
# `spent`: the entry of the ledger that paid, 0 for none. `told`: the ids of the staff who have its card.
redemptions = sa.Table(
    "redemptions",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("code", sa.Text, nullable=False, unique=True),
    sa.Column("event", sa.Text, nullable=False, unique=True),
    sa.Column("member_key", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("cost", sa.Integer, nullable=False),
    sa.Column("spent", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("day", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("told", sa.Text, nullable=False),
    sa.Column("ruled_by", sa.Text, nullable=False),
    sa.Column("ruled_at", Instant),
    sa.Column("why", sa.Text, nullable=False),
    sa.Index("redemptions_member", "member_key", "source", "item"),
    sa.Index("redemptions_state", "state", "id"),
)

TABLES = (
    Declared(stocks, Personal.NONE, None),
    Declared(redemptions, Personal.IDENTITY, None),
)
