"""What is kept of moderation: what was found, the cases that it makes, what staff allowed, when was reminded."""

from datetime import timedelta

import sqlalchemy as sa

from bot.types.columns import Instant
from bot.types.declarations import Declared, Personal
from handlers.moderation import echoes, recent

# Long enough to judge a rule by a season's clicks; the ladder looks back 30 days at most.
KEEP = timedelta(days=90)
OPEN, WRONG, RIGHT = "open", "wrong", "right"

# One row a message and rule. `counts`: it is a violation; `judgement` "fault": we could not look at it.
finds = sa.Table(
    "moderation_finds",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("group_name", sa.Text, nullable=False),
    sa.Column("member", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("judgement", sa.Text, nullable=False),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("counts", sa.Boolean, nullable=False),
    sa.Column("done", sa.Text, nullable=False),
    sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False, server_default="0"),
    sa.Index("moderation_finds_member", "member", "rule", "at"),
    sa.Index("moderation_finds_case", "case_id"),
    sa.Index("moderation_finds_event", "event"),
    sa.Index("moderation_finds_at", "at"),
    # The book of points names a find by its number for ever.
    sqlite_autoincrement=True,
)

hits = sa.Table(
    "moderation_hits",
    sa.MetaData(),
    sa.Column("find", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("word", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("severity", sa.Integer, nullable=False),
    sa.Column("layer", sa.Text, nullable=False),
    sa.Column("begins", sa.Integer, nullable=False),
    sa.Column("ends", sa.Integer, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("moderation_hits_at", "at"),
)

# One thing that people look at once, however often it came: an ad in five groups is one case. `told`: who has its card;
# `told_reach`: how many groups and members it had when they heard of it last.
cases = sa.Table(
    "moderation_cases",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("pieces", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("last_at", Instant, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("spans", sa.Text, nullable=False),
    sa.Column("phrase", sa.Text, nullable=False),
    sa.Column("told", sa.Text, nullable=False),
    sa.Column("told_reach", sa.Integer, nullable=False),
    sa.Column("grew", sa.Boolean, nullable=False),
    sa.Column("waits", sa.Boolean, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("ruled_by", sa.Text, nullable=False, server_default=""),
    sa.Column("ruled_at", Instant),
    sa.Index("moderation_cases_last_at", "last_at"),
    sa.Index("moderation_cases_digest", "digest", "state"),
    # Cards and allowed phrases name a case by its number for longer than it is kept.
    sqlite_autoincrement=True,
)

# Phrases that staff allowed by a press, beside those of the lists; those that were taken back are kept as a record.
allowed = sa.Table(
    "moderation_allowed",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("phrase", sa.Text, nullable=False),
    sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
    sa.Column("allowed_by", sa.Text, nullable=False),
    sa.Column("allowed_at", Instant, nullable=False),
    sa.Column("ended_by", sa.Text, nullable=False, server_default=""),
    sa.Column("ended_at", Instant),
    sa.Index("moderation_allowed_ended_at", "ended_at"),
)

reminders = sa.Table(
    "moderation_reminders",
    sa.MetaData(),
    sa.Column("rule", sa.Text, primary_key=True),
    sa.Column("conversation", sa.Text, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Index("moderation_reminders_at", "at"),
)

TABLES = (
    Declared(finds, Personal.CONTENT, KEEP, "at"),
    Declared(hits, Personal.NONE, KEEP, "at"),
    Declared(cases, Personal.CONTENT, KEEP, "last_at"),
    Declared(allowed, Personal.IDENTITY, timedelta(days=730), "ended_at", allowed.c.ended_at.is_not(None)),
    recent.TABLE,
    echoes.TABLE,
    Declared(reminders, Personal.PSEUDONYM, timedelta(days=31), "at"),
)
