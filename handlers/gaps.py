"""Gaps: questions that nobody could answer, and choices that nobody took. Managers see them with `qunban kb gaps`.

The words are kept for a while and without the name of who said them; the thread tells which answer a person gave later.
"""

from datetime import timedelta

import regex
import sqlalchemy as sa

from bot.types.columns import Instant
from bot.types.context import Context
from bot.types.declarations import Capability, Declared, Personal
from bot.types.events import Message
from nlp.normalise import bare

UNKNOWN, UNTAKEN = "unknown", "untaken"
# A question is short; of a longer text the beginning tells what it is about.
LONGEST = 200
KEEP = timedelta(days=90)

# Numbers and signs alone ask nothing.
_WORD = regex.compile(r"\p{L}")

gaps = sa.Table(
    "gaps",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("thread", sa.Text, nullable=False),
    sa.Column("group_name", sa.Text, nullable=False, server_default=""),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("gaps_at", "at"),
    sa.Index("gaps_event", "event"),
)


async def missed(event: Message, context: Context) -> None:
    """Nobody could answer a message."""
    await _note(event, UNKNOWN, context)


async def offered(event: Message, context: Context) -> None:
    """A choice was offered for a message; a gap, unless it is `taken`."""
    await _note(event, UNTAKEN, context)


async def taken(event: str, context: Context) -> None:
    """Somebody took one of what was offered for the event of that id."""
    await context.transaction.execute(sa.delete(gaps).where(gaps.c.event == event))


async def _note(event: Message, kind: str, context: Context) -> None:
    if context.rehearsal or not _WORD.search(bare(event.text)):
        return
    row = {
        "event": event.id,
        "thread": context.thread.key,
        "group_name": context.group.name if context.group else "",
        "kind": kind,
        "text": event.text.strip()[:LONGEST],
        "at": context.now,
    }
    await context.transaction.execute(sa.insert(gaps).values(row))


CAPABILITY = Capability(name="gaps", tables=(Declared(gaps, Personal.CONTENT, KEEP, "at"),))
