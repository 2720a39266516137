"""What is kept of campaigns: who checked in on which day, who takes part, what was paused and told."""

from datetime import timedelta

import sqlalchemy as sa

from bot.types.columns import Instant
from bot.types.declarations import Declared, Personal

KEEP = timedelta(days=800)

checkins = sa.Table(
    "checkins",
    sa.MetaData(),
    sa.Column("campaign", sa.Text, primary_key=True),
    sa.Column("member_key", sa.Text, primary_key=True),
    sa.Column("day", sa.Text, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("made_up", sa.Boolean, nullable=False),
    sa.Index("checkins_day", "campaign", "day"),
    sa.Index("checkins_at", "at"),
)

# `door`: through which they spoke last; `team`: which one they chose.
participants = sa.Table(
    "checkin_members",
    sa.MetaData(),
    sa.Column("campaign", sa.Text, primary_key=True),
    sa.Column("member_key", sa.Text, primary_key=True),
    sa.Column("joined_at", Instant, nullable=False),
    sa.Column("door", sa.Text, nullable=False),
    sa.Column("team", sa.Text, nullable=False),
    sa.Column("finished_at", Instant),
    sa.Index("checkin_members_joined_at", "joined_at"),
)

pauses = sa.Table(
    "campaign_pauses",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("campaign", sa.Text, nullable=False),
    sa.Column("paused_by", sa.Text, nullable=False),
    sa.Column("paused_at", Instant, nullable=False),
    sa.Column("resumed_by", sa.Text, nullable=False),
    sa.Column("resumed_at", Instant),
    sa.Index("campaign_pauses_campaign", "campaign"),
    sa.Index("campaign_pauses_resumed_at", "resumed_at"),
)

# `reported`: the last day of which managers have heard who was absent; `listed_at`: when all heard who has finished.
told = sa.Table(
    "campaign_told",
    sa.MetaData(),
    sa.Column("campaign", sa.Text, primary_key=True),
    sa.Column("reported", sa.Text, nullable=False),
    sa.Column("listed_at", Instant),
)

TABLES = (
    Declared(checkins, Personal.PSEUDONYM, KEEP, "at"),
    Declared(participants, Personal.PSEUDONYM, KEEP, "joined_at"),
    Declared(pauses, Personal.IDENTITY, KEEP, "resumed_at", pauses.c.resumed_at.is_not(None)),
    Declared(told, Personal.NONE, None),
)
