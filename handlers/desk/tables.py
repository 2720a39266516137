"""Tickets, what was said in them, and who has a card of them."""

from datetime import timedelta

import sqlalchemy as sa

from bot.types.columns import Instant
from bot.types.declarations import Declared, Personal
from handlers.desk.ticket import SERVED, UNDER_WAY, State

CLOSED = State.CLOSED.value
# Somebody is called, or has the customer; a person has the customer.
OPEN_STATES = tuple(sorted(state.value for state in UNDER_WAY))
SERVED_STATES = tuple(sorted(state.value for state in SERVED))


def _number() -> "sa.types.TypeEngine[int]":
    return sa.BigInteger().with_variant(sa.Integer, "sqlite")


# `alarms`: what rings when, as JSON; `spent`: staff's share of the time so far, in milliseconds.
tickets = sa.Table(
    "tickets",
    sa.MetaData(),
    sa.Column("id", _number(), primary_key=True, autoincrement=True),
    sa.Column("thread", sa.Text, nullable=False),
    sa.Column("conversation", sa.Text, nullable=False),
    sa.Column("member", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False, server_default=""),
    sa.Column("group_name", sa.Text, nullable=False, server_default=""),
    sa.Column("team", sa.Text, nullable=False),
    sa.Column("skill", sa.Text, nullable=False, server_default=""),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("mood", sa.Text, nullable=False, server_default=""),
    sa.Column("attempts", sa.Text, nullable=False, server_default=""),
    sa.Column("suggestion", sa.Text, nullable=False, server_default=""),
    sa.Column("level", sa.Integer, nullable=False, server_default="0"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False, server_default=""),
    sa.Column("last_owner", sa.Text, nullable=False, server_default=""),
    sa.Column("tried", sa.Text, nullable=False, server_default=""),
    sa.Column("alarms", sa.Text, nullable=False, server_default="{}"),
    sa.Column("spent", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("told_late", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("introduced", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("native", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("cards", sa.Integer, nullable=False, server_default="0"),
    sa.Column("score", sa.Integer),
    sa.Column("reopened", sa.Integer, nullable=False, server_default="0"),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("since", Instant),
    sa.Column("turn_at", Instant),
    sa.Column("given_at", Instant),
    sa.Column("taken_at", Instant),
    sa.Column("answered_at", Instant),
    sa.Column("current_at", Instant),
    sa.Column("clock_at", Instant),
    sa.Column("resolved_at", Instant),
    sa.Column("closed_at", Instant),
    sa.Column("ended", sa.Text, nullable=False, server_default=""),
    sa.Column("ended_by", sa.Text, nullable=False, server_default=""),
    sa.Index(
        "tickets_open",
        "thread",
        unique=True,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    ),
    sa.Index("tickets_owner", "owner", "state"),
    sa.Index("tickets_last_owner", "last_owner", "given_at"),
    sa.Index("tickets_team", "team", "state"),
    sa.Index("tickets_closed_at", "closed_at"),
    # Cards and the audit name a ticket by its number for longer than it is kept.
    sqlite_autoincrement=True,
)

messages = sa.Table(
    "ticket_messages",
    sa.MetaData(),
    sa.Column("id", _number(), primary_key=True, autoincrement=True),
    sa.Column("ticket", _number(), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("side", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("ticket_messages_ticket", "ticket", "id"),
    sa.Index("ticket_messages_at", "at"),
)

# A card of a ticket that somebody has: its number, and whether it can still be pressed.
cards = sa.Table(
    "ticket_cards",
    sa.MetaData(),
    sa.Column("ticket", _number(), primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("live", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ticket_cards_at", "at"),
)

# Ticket 0: sent before anybody was called. Content "": not here yet. Waiting: for the customer's next message.
files = sa.Table(
    "ticket_files",
    sa.MetaData(),
    sa.Column("event", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("thread", sa.Text, nullable=False),
    sa.Column("ticket", _number(), nullable=False),
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
    Declared(cards, Personal.IDENTITY, timedelta(days=30), "at"),
    Declared(files, Personal.CONTENT, timedelta(days=30), "at"),
)
