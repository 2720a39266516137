"""Tickets and what was said in them."""

from datetime import timedelta

import sqlalchemy as sa

from bot.types.columns import Instant
from bot.types.declarations import Declared, Personal

QUEUED, OWNED, CLOSED = "queued", "owned", "closed"

tickets = sa.Table(
    "tickets",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("thread", sa.Text, nullable=False),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("member", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False, server_default=""),
    sa.Column("group_name", sa.Text, nullable=False, server_default=""),
    sa.Column("team", sa.Text, nullable=False),
    sa.Column("skill", sa.Text, nullable=False, server_default=""),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("level", sa.Integer, nullable=False, server_default="0"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False, server_default=""),
    sa.Column("introduced", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("reminded", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("waiting", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("native", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("cards", sa.Integer, nullable=False, server_default="0"),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("current_at", Instant),
    sa.Column("clock_at", Instant),
    sa.Column("closed_at", Instant),
    sa.Column("closed_by", sa.Text, nullable=False, server_default=""),
    sa.Index(
        "tickets_open",
        "thread",
        unique=True,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    ),
    sa.Index("tickets_owner", "owner", "state"),
    sa.Index("tickets_closed_at", "closed_at"),
)

messages = sa.Table(
    "ticket_messages",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("ticket", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("side", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("ticket_messages_ticket", "ticket", "id"),
    sa.Index("ticket_messages_at", "at"),
)

# Ticket 0: sent before anybody was called. Content "": not here yet. Waiting: for the customer's next message.
files = sa.Table(
    "ticket_files",
    sa.MetaData(),
    sa.Column("event", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("thread", sa.Text, nullable=False),
    sa.Column("ticket", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
    sa.Column("side", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("waiting", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ticket_files_thread", "thread", "ticket"),
    sa.Index("ticket_files_ticket", "ticket"),
    sa.Index("ticket_files_at", "at"),
)

TABLES = (
    Declared(tickets, Personal.IDENTITY, timedelta(days=365), "closed_at", tickets.c.state == CLOSED),
    Declared(messages, Personal.CONTENT, timedelta(days=180), "at"),
    Declared(files, Personal.CONTENT, timedelta(days=30), "at"),
)
