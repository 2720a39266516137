"""Open dialogues: a form, a choice list, a game that waits for the next words of its thread.

A dialogue belongs to the handler that opened it; this step only asks the owners, the most recent first.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.types.columns import Instant
from bot.types.context import Context
from bot.types.declarations import Capability, Declared, Handler, Personal, Resumable
from bot.types.events import Event, Message
from bot.types.outcome import Outcome

dialogues = sa.Table(
    "dialogues",
    sa.MetaData(),
    sa.Column("thread", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, primary_key=True),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Index("dialogues_expires_at", "expires_at"),
)


async def open_dialogue(context: Context, owner: str, data: Mapping[str, Any], until: datetime) -> None:
    """Wait for the thread's next words on behalf of the handler `owner`, in place of what it waited for before.

    `data` comes back in `Resumable.resume`; it must have a JSON form.
    """
    await close_dialogue(context, owner)
    row = {
        "thread": context.thread.key,
        "owner": owner,
        "data": json.dumps(data, ensure_ascii=False),
        "opened_at": context.now,
        "expires_at": until,
    }
    await context.transaction.execute(sa.insert(dialogues).values(row))


async def close_dialogue(context: Context, owner: str) -> None:
    """Stop waiting on behalf of `owner`; fine when it does not wait."""
    mine = sa.and_(dialogues.c.thread == context.thread.key, dialogues.c.owner == owner)
    await context.transaction.execute(sa.delete(dialogues).where(mine))


async def close_dialogues(context: Context) -> None:
    """Drop everything the thread waits for: somebody else takes over."""
    await context.transaction.execute(sa.delete(dialogues).where(dialogues.c.thread == context.thread.key))


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Offers a message to the thread's open dialogues. `resumables`: the handlers that open them, by their names."""

    resumables: Mapping[str, Resumable]
    name: str = "dialogue"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> None:
        """Nothing to prepare."""

    async def decide(self, event: Event, prepared: None, context: Context) -> Outcome | None:
        """The outcome of the first dialogue that takes these words."""
        if not isinstance(event, Message):
            return None
        for owner, data in await self._open(context):
            outcome = await self.resumables[owner].resume(event, data, context)
            context.trace.add(self.name, owner, note="接上了" if outcome else "不是对它说的")
            if outcome is not None:
                return outcome
        return None

    async def _open(self, context: Context) -> Sequence[tuple[str, Mapping[str, Any]]]:
        mine = sa.and_(dialogues.c.thread == context.thread.key, dialogues.c.expires_at > context.now)
        query = sa.select(dialogues.c.owner, dialogues.c.data).where(mine).order_by(dialogues.c.opened_at.desc())
        rows = (await context.transaction.execute(query)).all()
        return [(row.owner, json.loads(row.data)) for row in rows if row.owner in self.resumables]


def dialogue(handlers: Sequence[Handler]) -> Dialogue:
    """The step for a set of handlers: those that are `Resumable` are found by themselves."""
    return Dialogue({handler.name: handler for handler in handlers if isinstance(handler, Resumable)})


CAPABILITY = Capability(
    name="dialogue",
    tables=(Declared(dialogues, Personal.CONTENT, timedelta(days=1), "expires_at"),),
)
