"""What is kept of fair play: rewarded acts for a while, rewards that wait for people, who may not take part."""

from datetime import timedelta

import sqlalchemy as sa

from bot.types.columns import Instant
from bot.types.declarations import Declared, Personal

# The longest that any rule looks back (`rules.DAYS` days at one time of day, with a day to spare).
ACTS_KEPT = timedelta(days=8)
# As long as what moderation found: who asks later why something was not given is told.
KEPT = timedelta(days=90)

WAITS, GRANTED, REFUSED, GONE = "waits", "granted", "refused", "gone"

# One row for what a member did once and was rewarded for, however many rewards that brought from a source: decided
# at one moment, done `at` another. `digest`: of the words that earned it, "" where none did; `fresh`: the member was
# new then; `since`: when they began without a rest.
acts = sa.Table(
    "fairplay_acts",
    sa.MetaData(),
    sa.Column("member_key", sa.Text, primary_key=True),
    sa.Column("decided_at", Instant, primary_key=True),
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("fresh", sa.Boolean, nullable=False),
    sa.Index("fairplay_acts_member", "member_key", "at"),
    sa.Index("fairplay_acts_at", "at"),
    sa.Index("fairplay_acts_source", "source", "at"),
    sa.Index("fairplay_acts_digest", "digest", "at"),
)

# A reward that waits, or waited. `place`: the conversation in which it was earned; `entry`: what it became in the book.
holds = sa.Table(
    "fairplay_holds",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("review", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
    sa.Column("member_key", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("entry", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
    sa.Column("ended_at", Instant),
    sa.UniqueConstraint("member_key", "source", "event"),
    sa.Index("fairplay_holds_review", "review"),
    sa.Index("fairplay_holds_state", "state", "id"),
    sa.Index("fairplay_holds_ended_at", "ended_at"),
)

# What people rule on at once: the rewards of one member, or of all those in one pattern. `about` names it while it
# waits; `told`: the user ids of those who have its card; `told_of`: so many rewards it had then.
reviews = sa.Table(
    "fairplay_reviews",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("told", sa.Text, nullable=False),
    sa.Column("told_at", Instant),
    sa.Column("told_of", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("ruled_by", sa.Text, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Index("fairplay_reviews_about", "about", "state"),
    sa.Index("fairplay_reviews_opened_at", "opened_at"),
    sa.Index("fairplay_reviews_ended_at", "ended_at"),
    # Cards name a review by its number for longer than it is kept.
    sqlite_autoincrement=True,
)

# Who may not take part until then. `cause` names what they did, so that it can be taken back.
bars = sa.Table(
    "fairplay_bars",
    sa.MetaData(),
    sa.Column("member_key", sa.Text, primary_key=True),
    sa.Column("cause", sa.Text, primary_key=True),
    sa.Column("until", Instant, nullable=False),
    sa.Index("fairplay_bars_until", "until"),
)

TABLES = (
    Declared(acts, Personal.PSEUDONYM, ACTS_KEPT, "at"),
    Declared(holds, Personal.CONTENT, KEPT, "ended_at"),
    Declared(reviews, Personal.IDENTITY, KEPT, "ended_at"),
    Declared(bars, Personal.PSEUDONYM, timedelta(days=1), "until"),
)
