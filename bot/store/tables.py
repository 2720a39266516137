"""The spine's own tables, each declared with its class of personal data and its retention."""

from datetime import timedelta

import sqlalchemy as sa

from bot.types.columns import Instant
from bot.types.declarations import Declared, Personal

meta = sa.Table(
    "meta",
    sa.MetaData(),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

partitions = sa.Table(
    "partitions",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("owner", sa.Text, nullable=False, server_default=""),
    sa.Column("epoch", sa.BigInteger, nullable=False, server_default="0"),
)

events = sa.Table(
    "events",
    sa.MetaData(),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("thread", sa.Text, nullable=False),
    sa.Column("member_key", sa.Text, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False, server_default=""),
    sa.Column("at", Instant, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("decided_at", Instant, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("handler", sa.Text, nullable=False, server_default=""),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("stream", sa.Text, nullable=False, server_default=""),
    sa.Column("trace", sa.Text, nullable=False, server_default="{}"),
    sa.Index("events_received_at", "received_at"),
    sa.Index("events_stream", "stream", sqlite_where=sa.text("stream <> ''"), postgresql_where=sa.text("stream <> ''")),
)

threads = sa.Table(
    "threads",
    sa.MetaData(),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("member_key", sa.Text, nullable=False),
    sa.Column("last_seen", Instant, nullable=False),
    sa.Column("stale_told_at", Instant),
    sa.Column("spoke_at", Instant),
    sa.Index("threads_last_seen", "last_seen"),
)

versions = sa.Table(
    "versions",
    sa.MetaData(),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Index("versions_changed_at", "changed_at"),
)

members = sa.Table(
    "members",
    sa.MetaData(),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("member_key", sa.Text, nullable=False, unique=True),
    sa.Column("first_seen", Instant, nullable=False),
)

outbox = sa.Table(
    "outbox",
    sa.MetaData(),
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("partition", sa.Integer, nullable=False),
    sa.Column("lane", sa.Text, nullable=False),
    sa.Column("member", sa.Text, nullable=False, server_default=""),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("fixed", sa.Boolean, nullable=False),
    sa.Column("priority", sa.Integer, nullable=False, server_default="0"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("passive", sa.Text, nullable=False, server_default=""),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("expires_at", Instant),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("unknown", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("first_tried_at", Instant),
    sa.Column("sender", sa.Text, nullable=False, server_default=""),
    sa.Column("native", sa.Text, nullable=False, server_default=""),
    sa.Column("error", sa.Text, nullable=False, server_default=""),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Index("outbox_lane", "lane", "state", "seq"),
    sa.Index("outbox_event", "event"),
    sa.Index("outbox_state", "state", "due_at"),
    sa.Index("outbox_changed_at", "changed_at"),
)

routes = sa.Table(
    "routes",
    sa.MetaData(),
    sa.Column("event", sa.Text, primary_key=True),
    sa.Column("lane", sa.Text, nullable=False),
    sa.Column("member", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False, server_default=""),
    sa.Column("code", sa.Text, nullable=False, server_default=""),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_by", sa.Text, nullable=False, server_default=""),
    sa.Index("routes_lane", "lane", "member", "expires_at"),
    sa.Index("routes_expires_at", "expires_at"),
)

received = sa.Table(
    "received",
    sa.MetaData(),
    sa.Column("event", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("partition", sa.Integer, nullable=False),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("thread", sa.Text, nullable=False),
    sa.Column("member", sa.Text, nullable=False),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False, server_default=""),
    sa.Column("media_id", sa.Text, nullable=False, server_default=""),
    sa.Column("url", sa.Text, nullable=False, server_default=""),
    sa.Column("key", sa.Text, nullable=False, server_default=""),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("digest", sa.Text, nullable=False, server_default=""),
    sa.Column("size", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("kind", sa.Text, nullable=False, server_default=""),
    sa.Column("error", sa.Text, nullable=False, server_default=""),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Index("received_state", "state", "due_at"),
    sa.Index("received_thread", "thread", "received_at"),
    sa.Index("received_digest", "digest"),
    sa.Index("received_received_at", "received_at"),
)

timers = sa.Table(
    "timers",
    sa.MetaData(),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("nonce", sa.Text, nullable=False),
    sa.Column("due", Instant, nullable=False),
    sa.Column("partition", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("member", sa.Text, nullable=False, server_default=""),
    sa.Column("data", sa.Text, nullable=False, server_default="{}"),
    sa.Column("guard", sa.Text, nullable=False, server_default=""),
    sa.Column("version", sa.BigInteger, nullable=False, server_default="0"),
    sa.Index("timers_due", "due"),
)

jobs = sa.Table(
    "jobs",
    sa.MetaData(),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("times", sa.Text, nullable=False, server_default=""),
    sa.Column("last_due", Instant, nullable=False),
)

# The long connections: up, down or stopped; `whole_until`: when one is known to have worked last.
connections = sa.Table(
    "connections",
    sa.MetaData(),
    sa.Column("door", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False, server_default=""),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("whole_until", Instant, nullable=False),
    sa.Column("gaps", sa.Integer, nullable=False, server_default="0"),
    sa.Column("gap_seconds", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("missed", sa.Integer, nullable=False, server_default="0"),
)

# As an exclusion: an index on the state would tempt the databases away from the one on the time.
UNFINISHED = ("ready", "waiting", "sending", "held", "uncertain")

SPINE: tuple[Declared, ...] = (
    Declared(meta, Personal.NONE, None),
    Declared(partitions, Personal.NONE, None),
    Declared(events, Personal.CONTENT, timedelta(days=180), "received_at"),
    Declared(threads, Personal.PSEUDONYM, timedelta(days=180), "last_seen"),
    Declared(versions, Personal.NONE, timedelta(days=400), "changed_at"),
    Declared(members, Personal.IDENTITY, None),
    Declared(outbox, Personal.CONTENT, timedelta(days=180), "changed_at", outbox.c.state.not_in(UNFINISHED)),
    Declared(routes, Personal.IDENTITY, timedelta(days=1), "expires_at"),
    Declared(received, Personal.CONTENT, timedelta(days=30), "received_at", received.c.state != "waiting"),
    Declared(timers, Personal.PSEUDONYM, None),
    Declared(jobs, Personal.NONE, None),
    Declared(connections, Personal.NONE, None),
)
