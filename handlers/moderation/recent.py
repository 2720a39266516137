"""What a member said last in a group: so much as flood, repetition and words in pieces need, for ten minutes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

import sqlalchemy as sa

from bot.types.columns import Instant
from bot.types.context import Context
from bot.types.declarations import Declared, Personal
from nlp.normalise import core

KEEP = timedelta(minutes=10)
MOST = 60
# Longer ones are no pieces of a word.
LONGEST_PIECE = 8

recent = sa.Table(
    "moderation_recent",
    sa.MetaData(),
    sa.Column("conversation", sa.Text, primary_key=True),
    sa.Column("member", sa.Text, primary_key=True),
    sa.Column("said", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("moderation_recent_at", "at"),
)
TABLE = Declared(recent, Personal.CONTENT, timedelta(hours=1), "at")


@dataclass(frozen=True, slots=True)
class Said:
    """One message: when, the digest of its letters, and its words where they are few."""

    at: datetime
    digest: str
    piece: str = ""

    @classmethod
    def of(cls, text: str, now: datetime) -> "Said":
        """A message of now."""
        letters = core(text).encode(errors="surrogatepass")
        return cls(now, blake2b(letters, digest_size=8).hexdigest(), text if len(text) <= LONGEST_PIECE else "")


async def before(context: Context) -> Sequence[Said]:
    """The last messages of the event's member in its conversation, the oldest first; at most sixty."""
    row = (await context.transaction.execute(sa.select(recent.c.said).where(*_here(context)))).scalar()
    said = [_parsed(one) for one in json.loads(row)] if row else []
    return [one for one in said if context.now - one.at < KEEP]


async def remember(now: Said, earlier: Sequence[Said], context: Context) -> None:
    """Keep this message with those before it."""
    kept = [*earlier, now][-MOST:]
    row = {"said": json.dumps([_row(one) for one in kept], ensure_ascii=False), "at": now.at}
    if earlier:
        await context.transaction.execute(sa.update(recent).where(*_here(context)).values(row))
        return
    await context.transaction.execute(sa.delete(recent).where(*_here(context)))
    mine = {"conversation": context.conversation.key, "member": context.member.id}
    await context.transaction.execute(sa.insert(recent).values({**mine, **row}))


def _here(context: Context) -> tuple[sa.ColumnElement[bool], ...]:
    return recent.c.conversation == context.conversation.key, recent.c.member == context.member.id


def _row(said: Said) -> list[str | int]:
    return [round(said.at.timestamp() * 1000), said.digest, said.piece]


def _parsed(row: Sequence[str | int]) -> Said:
    at, digest, piece = row
    return Said(datetime.fromtimestamp(int(at) / 1000, UTC), str(digest), str(piece))
