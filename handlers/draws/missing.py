"""Scheduled draws that members are in and that the configuration has no more: what is owed to whom."""

from collections.abc import Sequence, Set
from typing import Any

import sqlalchemy as sa

from handlers.draws.fairness import SCHEDULED
from handlers.draws.rounds import Round, lock
from handlers.draws.tables import entries, rounds
from handlers.points import tables as points
from handlers.points.members import members
from handlers.points.within import Within

_OPEN = (rounds.c.way == SCHEDULED, rounds.c.closed_at.is_(None))
_paid, _back = points.entries, points.entries.alias("back")


async def newly_gone(within: Within, draws: Set[str]) -> Sequence[Round]:
    """Rounds with entries whose draw is not among the names of `draws`; each is told once until it is there again."""
    query = sa.select(rounds.c.draw, rounds.c.gone).where(*_OPEN, rounds.c.entries > 0).order_by(rounds.c.draw)
    found = []
    for row in (await within.transaction.execute(query)).all():
        is_gone = row.draw not in draws
        if is_gone == row.gone:
            continue
        of = await lock(within, row.draw)
        if of is not None and of.is_open:
            mine = rounds.c.draw == of.draw, rounds.c.round == of.number
            await within.transaction.execute(sa.update(rounds).where(*mine).values(gone=is_gone))
            found += [of] if is_gone else []
    return found


def owed(draw: str) -> sa.Select[Any]:
    """What was paid for the open round of a scheduled draw and not given back.

    Rows of `id` (in the ledger), `amount`, `member` and `name`; these are None for who was erased, or has no name.
    """
    undone = sa.exists().where(_back.c.member_key == _paid.c.member_key, _back.c.undoes == _paid.c.number)
    joined = (
        entries.join(rounds, sa.and_(rounds.c.draw == entries.c.draw, rounds.c.round == entries.c.round))
        .join(_paid, _paid.c.id == entries.c.spent)
        .outerjoin(members, members.c.member_key == entries.c.member_key)
        .outerjoin(points.names, points.names.c.member_key == entries.c.member_key)
    )
    return (
        sa.select(_paid.c.id, (-_paid.c.amount).label("amount"), members.c.id.label("member"), points.names.c.name)
        .select_from(joined)
        .where(entries.c.draw == draw, *_OPEN, ~undone)
        .order_by(entries.c.number)
    )
