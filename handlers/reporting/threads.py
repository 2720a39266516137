"""Which conversations the bot settled alone.

It reads the spine's own record of events; only the columns named here.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.types.columns import Instant
from bot.types.events import Conversation
from bot.types.ports import Directory

_events = sa.Table(
    "events",
    sa.MetaData(),
    sa.Column("thread", sa.Text),
    sa.Column("conversation", sa.Text),
    sa.Column("topic", sa.Text),
    sa.Column("received_at", Instant),
    sa.Column("outcome", sa.Text),
    sa.Column("handler", sa.Text),
)
# Who answers here has not answered the question: it was not understood, or is on its way to a person.
NO_HELP = ("fallback", "escalating", "escalation", "desk", "call button", "score", "gate", "moderation")


@dataclass(frozen=True, slots=True)
class Talk:
    """One thread: when it began, whether the bot answered it, and whether people were called for it."""

    began_at: datetime
    helped: bool
    called: bool

    @property
    def is_settled(self) -> bool:
        """Whether the bot did without people."""
        return self.helped and not self.called


def talked_between(begin: datetime, end: datetime) -> sa.Select[Any]:
    """The threads in which the bot answered, or called people, from `begin` to before `end`."""
    answers = sa.and_(_events.c.outcome == "answered", _events.c.handler.not_in(NO_HELP))
    within = _events.c.received_at >= begin, _events.c.received_at < end
    said = _events.c.topic == "message", _events.c.outcome.in_(("answered", "escalated"))
    return (
        sa.select(
            _events.c.thread,
            _events.c.conversation,
            sa.func.min(_events.c.received_at).label("began_at"),
            sa.func.sum(sa.case((answers, 1), else_=0)).label("helped"),
        )
        .where(*within, *said)
        .group_by(_events.c.thread, _events.c.conversation)
        .order_by(_events.c.thread)
    )


def talks(rows: Iterable[sa.Row[Any]], called: Collection[str], directory: Directory) -> Sequence[Talk]:
    """The threads of customers; `called`: those for which people were called."""
    mine = [row for row in rows if not _is_of_staff(row, directory)]
    return [Talk(row.began_at, bool(row.helped), row.thread in called) for row in mine]


def _is_of_staff(row: sa.Row[Any], directory: Directory) -> bool:
    where = Conversation.parse(row.conversation)
    member = row.thread.removeprefix(row.conversation).removeprefix("|") or where.native
    return directory.is_for_staff(where) or directory.member(where.door, member).is_staff
