"""What the bot has recorded of its broadcasts, for commands."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.types.workplace import Reading
from handlers.broadcast.limits import Said
from handlers.broadcast.tables import broadcasts, pauses


async def past_of(records: Reading, since: datetime) -> Mapping[str, Sequence[Said]]:
    """What each target was told since a moment."""
    mine = broadcasts.c.state == "sent", broadcasts.c.at >= since
    found: dict[str, list[Said]] = defaultdict(list)
    for row in await records.read(sa.select(broadcasts).where(*mine).order_by(broadcasts.c.at)):
        found[row.target].append(Said(row.at, row.marketing))
    return found


async def paused_in(records: Reading) -> Sequence[str]:
    """The entries that are paused."""
    rows = await records.read(sa.select(pauses.c.schedule).where(pauses.c.resumed_at.is_(None)).distinct())
    return [row.schedule for row in rows]


async def last_of(records: Reading) -> Mapping[str, tuple[datetime, str]]:
    """When each entry was last due, and what became of it."""
    newest = sa.select(sa.func.max(broadcasts.c.id)).group_by(broadcasts.c.schedule)
    rows = await records.read(sa.select(broadcasts).where(broadcasts.c.id.in_(newest)))
    return {row.schedule: (row.due, row.why or "发了") for row in rows}
