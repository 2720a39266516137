"""What is kept of sign-ins: one row a member and day, and how each member stands."""

from datetime import timedelta

import sqlalchemy as sa

from bot.types.columns import Instant
from bot.types.declarations import Declared, Personal

# `streak`: how many days in a row end with this one. `made_up`: it was signed in for later.
signins = sa.Table(
    "signins",
    sa.MetaData(),
    sa.Column("member_key", sa.Text, primary_key=True),
    sa.Column("day", sa.Text, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("streak", sa.Integer, nullable=False),
    sa.Column("made_up", sa.Boolean, nullable=False),
    sa.Index("signins_at", "at"),
)

# `month` and `used`: how many make-up cards were used in that month.
standings = sa.Table(
    "signin_members",
    sa.MetaData(),
    sa.Column("member_key", sa.Text, primary_key=True),
    sa.Column("first_day", sa.Text, nullable=False),
    sa.Column("last_day", sa.Text, nullable=False),
    sa.Column("streak", sa.Integer, nullable=False),
    sa.Column("longest", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("month", sa.Text, nullable=False),
    sa.Column("used", sa.Integer, nullable=False),
)

TABLES = (
    Declared(signins, Personal.PSEUDONYM, timedelta(days=800), "at"),
    Declared(standings, Personal.PSEUDONYM, None),
)
