"""What people answered when the bot could not: proposals for the knowledge base.

They come from what staff said in the ticket that was opened for the thread soon after the question.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import regex
import sqlalchemy as sa

from handlers.desk.tables import messages, tickets
from nlp.normalise import bare

# A person was called because of the question only when it was soon after it.
SOON = timedelta(minutes=30)
# So many lines of staff are looked at, the latest; so many of them make one answer.
MOST_LINES = 20_000
MOST_JOINED = 3
# Lines that greet, promise or thank answer nothing; so do those that only name a file.
_EMPTY = regex.compile(
    r"(?:您好|你好|在的|在呢|亲|好的|好|嗯+|收到|稍等|请稍等|稍等一下|我(?:帮您|来)?(?:看|查)(?:一)?下|马上|谢谢|不客气|"
    r"不用谢|再见|请问|有什么可以帮您|还有(?:其他|别的)?(?:问题|需要)吗?|的|了|哦|哈|呀|吗)*"
)
_FILE = regex.compile(r"\s*[\[［【][^\]］】]{1,40}[\]］】].{0,80}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """An answer that a person gave: the words, when, and the user id of who gave it."""

    answer: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Said:
    """What staff said in tickets, by thread."""

    lines: Sequence[sa.Row[Any]]

    def after(self, thread: str, at: datetime) -> Proposal | None:
        """What a person answered to what a thread asked at that time."""
        mine = [line for line in self.lines if line.thread == thread and at <= line.opened_at <= at + SOON]
        if not mine:
            return None
        told = [line for line in mine if line.ticket == mine[0].ticket and says_something(line.body)][:MOST_JOINED]
        return Proposal("\n".join(line.body.strip() for line in told), told[0].at, told[0].owner) if told else None


def said_since(moment: datetime) -> sa.Select[Any]:
    """The lines of staff since a moment, as `Said` takes them in reversed order."""
    return (
        sa.select(
            messages.c.ticket,
            messages.c.at,
            messages.c.body,
            tickets.c.thread,
            tickets.c.opened_at,
            sa.func.coalesce(sa.func.nullif(tickets.c.owner, ""), tickets.c.last_owner).label("owner"),
        )
        .join_from(messages, tickets, messages.c.ticket == tickets.c.id)
        .where(messages.c.side == "staff", messages.c.at >= moment)
        .order_by(messages.c.id.desc())
        .limit(MOST_LINES)
    )


def says_something(line: str) -> bool:
    """Whether a line of staff is part of an answer."""
    return not _EMPTY.fullmatch(bare(line)) and not _FILE.fullmatch(line)
