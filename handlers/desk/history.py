"""What happened in a thread before a person is called.

It reads the spine's own record of events; only the columns named here, only of the event's own thread.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bot.types.context import Context
from handlers.desk.tickets import shortened

_events = sa.Table(
    "events",
    sa.MetaData(),
    sa.Column("thread", sa.Text),
    sa.Column("topic", sa.Text),
    sa.Column("text", sa.Text),
    sa.Column("handler", sa.Text),
    sa.Column("decided_at", sa.BigInteger),
    sa.Column("outcome", sa.Text),
)

_TRIED: Mapping[str, str] = {
    "keyword": "关键词回复",
    "understand": "常见问题",
    "dialogue": "接着上一句",
    "fallback": "没答上来",
}


@dataclass(frozen=True, slots=True)
class Past:
    """One earlier message and what the bot did about it."""

    text: str
    tried: str


async def recent(context: Context, limit: int = 3) -> Sequence[Past]:
    """The thread's last messages before this event, oldest first."""
    mine = sa.and_(
        _events.c.thread == context.thread.key,
        _events.c.topic == "message",
        _events.c.text != "",
        _events.c.outcome != "",
    )
    query = sa.select(_events.c.text, _events.c.handler).where(mine).order_by(_events.c.decided_at.desc()).limit(limit)
    rows = (await context.transaction.execute(query)).all()
    return [Past(shortened(row.text, 40), _TRIED.get(row.handler, "")) for row in reversed(rows)]
