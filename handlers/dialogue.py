"""Open dialogues: a form, a choice list, a game that waits for the next words of its thread.

A dialogue belongs to the handler that opened it; this step only asks the owners, the most recent first.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.types.actions import Action, Reply, Text
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


_MINE = (
    sa.select(dialogues.c.owner, dialogues.c.data)
    .where(
        dialogues.c.thread == sa.bindparam("thread"),
        dialogues.c.expires_at > sa.bindparam("now", type_=dialogues.c.expires_at.type),
    )
    .order_by(dialogues.c.opened_at.desc())
)

_LAST = sa.select(sa.func.max(dialogues.c.opened_at, type_=dialogues.c.opened_at.type)).where(
    dialogues.c.thread == sa.bindparam("thread"),
    dialogues.c.expires_at > sa.bindparam("now", type_=dialogues.c.expires_at.type),
)


async def open_dialogue(context: Context, owner: str, data: Mapping[str, Any], until: datetime) -> None:
    """Wait for the thread's next words on behalf of the handler `owner`, in place of what it waited for before.

    `data` comes back in `Resumable.resume`; it must have a JSON form. Others know two of its keys: `reminder` is
    said after the answer to another question, and `note` is what people read who take the thread over.
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


async def waiting(context: Context, owner: str) -> Mapping[str, Any] | None:
    """What `owner` waits with in this thread; None when it does not wait."""
    return next((data for name, data in await _open(context) if name == owner), None)


async def opened_at(context: Context) -> datetime | None:
    """When the thread was last asked for something that it still may answer; None where nothing waits."""
    return (await context.transaction.execute(_LAST, {"thread": context.thread.key, "now": context.now})).scalar()


async def with_reminder(outcome: Outcome, context: Context) -> Outcome:
    """The answer to a question, and with it what the thread's open dialogue waits for."""
    reminders = [data["reminder"] for _, data in await _open(context) if data.get("reminder")]
    last = next((at for at in reversed(range(len(outcome.actions))) if _is_words(outcome.actions[at])), None)
    if not reminders or last is None:
        return outcome
    actions = list(outcome.actions)
    actions[last] = _reminding(actions[last], reminders[0])
    return replace(outcome, actions=tuple(actions))


async def close_dialogues(context: Context) -> Sequence[str]:
    """Drop everything the thread waits for, somebody else takes over; what they should know of it."""
    notes = [data["note"] for _, data in await _open(context) if data.get("note")]
    await _drop(context)
    return notes


def _is_words(action: Action) -> bool:
    return isinstance(action, Reply) and isinstance(action.content, Text)


def _reminding(action: Action, reminder: str) -> Action:
    assert isinstance(action, Reply)
    assert isinstance(action.content, Text)
    return replace(action, content=replace(action.content, body=f"{action.content.body}\n{reminder}", fixed=False))


async def _open(context: Context) -> Sequence[tuple[str, Mapping[str, Any]]]:
    """The owners of what the thread waits for with their data, the most recent first."""
    mine = {"thread": context.thread.key, "now": context.now}
    return [(row.owner, json.loads(row.data)) for row in (await context.transaction.execute(_MINE, mine)).all()]


async def _drop(context: Context) -> None:
    await context.transaction.execute(sa.delete(dialogues).where(dialogues.c.thread == context.thread.key))


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Offers a message to the thread's open dialogues. `resumables`: the handlers that open them, by their names."""

    resumables: Mapping[str, Resumable]
    name: str = "dialogue"
    hears: tuple[str, ...] = ("message",)

    async def prepare(self, event: Event) -> None:
        """Nothing to prepare."""

    def claims(self, message: Message) -> bool:
        """Whether it is the number of a choice."""
        return message.text.strip().isdigit()

    async def decide(self, event: Event, prepared: None, context: Context) -> Outcome | None:
        """The outcome of the first dialogue that takes these words."""
        if not isinstance(event, Message):
            return None
        for owner, data in await _open(context):
            if owner not in self.resumables:
                continue
            outcome = await self.resumables[owner].resume(event, data, context)
            context.trace.add(self.name, owner, note="接上了" if outcome else "不是对它说的")
            if outcome is not None:
                return outcome
        return None


def dialogue(handlers: Sequence[Handler]) -> Dialogue:
    """The step for a set of handlers: those that are `Resumable` are found by themselves."""
    return Dialogue({handler.name: handler for handler in handlers if isinstance(handler, Resumable)})


CAPABILITY = Capability(
    name="dialogue",
    tables=(Declared(dialogues, Personal.CONTENT, timedelta(days=1), "expires_at"),),
)
