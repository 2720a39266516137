"""How much may be said after each message of a person, where a door limits that, and what waits for the next one.

WeCom counts for itself: this plans with its figures, so that nothing is tried that cannot arrive.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.channels.door import Capabilities
from bot.store.connection import Connection
from bot.store.tables import outbox, threads
from bot.types.actions import Text, dump_content, load_content
from bot.types.events import Clicked, Conversation, Message
from bot.types.ports import Executing

UNSCREENED = "内容审查出错，暂不发出"
JOINED = "并入前一条"
ON_ITS_WAY = ("ready", "waiting", "sending")
ARRIVED = ("done", "uncertain")
# After what a person may be answered again: WeCom takes a press on a menu for the words of its item.
SPEAKING = (Message, Clicked)
# What goes out on a code of its own, or says nothing, is not counted.
UNCOUNTED = ("emit", "update", "handover")

_SPOKE = sa.select(threads.c.spoke_at).where(threads.c.key == sa.bindparam("lane"))
_SPENT = (
    sa.select(sa.func.count())
    .select_from(outbox)
    .where(outbox.c.lane == sa.bindparam("lane"), outbox.c.kind.not_in(UNCOUNTED), outbox.c.error != JOINED)
    .where(
        sa.or_(
            outbox.c.state.in_(ON_ITS_WAY),
            sa.and_(
                outbox.c.state.in_(ARRIVED),
                outbox.c.changed_at >= sa.bindparam("since", type_=outbox.c.changed_at.type),
            ),
        )
    )
)


@dataclass(frozen=True, slots=True)
class Budgets:
    """What is left at the doors that count; implements `bot.types.ports.Budgets`."""

    doors: Mapping[str, Capabilities]

    async def left(self, transaction: Executing, to: Conversation, now: datetime) -> int | None:
        """How many more messages may go to a conversation before the person must speak; None: it is not counted."""
        door = self.doors.get(to.door)
        if door is None or not door.is_counted:
            return None
        return await left(transaction, to.key, door, now)


async def left(transaction: Executing, lane: str, door: Capabilities, now: datetime) -> int:
    """How many more messages fit into a lane; those on their way are counted."""
    assert door.budget is not None
    spoke_at = (await transaction.execute(_SPOKE, {"lane": lane})).scalar()
    if spoke_at is None or (door.window is not None and now - spoke_at >= door.window):
        return 0
    spent = (await transaction.execute(_SPENT, {"lane": lane, "since": spoke_at})).scalar_one()
    return max(0, door.budget - int(spent))


async def let_go(connection: Connection, lane: str, door: Capabilities, now: datetime) -> None:
    """The person spoke: what was held goes out, as far as it may; texts as one message where they fit into one."""
    held = outbox.c.lane == lane, outbox.c.state == "held", outbox.c.error != UNSCREENED
    rows = (await connection.execute(sa.select(outbox).where(*held).order_by(outbox.c.seq))).all()
    for group in _joined(rows, door)[: await left(connection, lane, door, now)]:
        first, *others = group
        content = dump_content(_one([load_content(row.content) for row in group])) if others else first.content
        values = {"state": "waiting", "due_at": now, "changed_at": now, "content": content}
        await connection.execute(outbox.update().where(outbox.c.seq == first.seq).values(**values))
        for row in others:
            over = {"state": "done", "error": JOINED, "native": first.id, "changed_at": now}
            await connection.execute(outbox.update().where(outbox.c.seq == row.seq).values(**over))


def _joined(rows: Sequence[sa.Row[Any]], door: Capabilities) -> list[list[sa.Row[Any]]]:
    groups: list[list[sa.Row[Any]]] = []
    size = 0
    for row in rows:
        content = load_content(row.content)
        takes = len(content.body.encode()) + 1 if isinstance(content, Text) else door.text_bytes + 1
        if groups and size + takes <= door.text_bytes and not row.unknown:
            groups[-1].append(row)
            size += takes
        else:
            groups.append([row])
            size = takes if not row.unknown else door.text_bytes + 1
    return groups


def _one(contents: Iterable[Any]) -> Text:
    texts = list(contents)
    return Text(body="\n".join(text.body for text in texts), fixed=all(text.fixed for text in texts))


def joined_texts(contents: Sequence[Text], most: int) -> list[Text]:
    """Texts in as few messages as hold them, each within so many UTF-8 bytes."""
    made: list[Text] = []
    for text in contents:
        if made and len(made[-1].body.encode()) + 1 + len(text.body.encode()) <= most:
            made[-1] = replace(made[-1], body=f"{made[-1].body}\n{text.body}", fixed=made[-1].fixed and text.fixed)
        else:
            made.append(text)
    return made
