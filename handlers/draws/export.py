"""What is public of a draw, out of the records. The seed of a round that is open stays where it is."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from bot.types.workplace import Reading
from handlers.draws.fairness import stamp
from handlers.draws.publication import FORMAT, Publication, PublicEntry, PublicPrize, PublicResult, PublicRound
from handlers.draws.tables import entries, rounds


async def publication(records: Reading, draw: str) -> Publication:
    """Everything that is public of a draw. Entries that come while it is read are left out: a round knows its count."""
    found = await records.read(sa.select(rounds).where(rounds.c.draw == draw).order_by(rounds.c.round))
    by_round: dict[int, list[PublicEntry]] = {row.round: [] for row in found}
    counts = {row.round: row.entries for row in found}
    query = sa.select(entries).where(entries.c.draw == draw).order_by(entries.c.round, entries.c.number)
    for row in await records.read(query):
        if row.number <= counts.get(row.round, 0):
            by_round[row.round].append(_entry(row))
    return Publication(format=FORMAT, draw=draw, rounds=tuple(_round(row, by_round[row.round]) for row in found))


def _entry(row: "sa.Row[Any]") -> PublicEntry:
    return PublicEntry(number=row.number, member=row.member, at=stamp(row.at), prize=row.drawn, hash=row.hash)


def _round(row: "sa.Row[Any]", listed: Sequence[PublicEntry]) -> PublicRound:
    is_closed = row.closed_at is not None
    prizes: Sequence[Mapping[str, Any]] = json.loads(row.prizes)
    return PublicRound(
        round=row.round,
        way=row.way,
        opened_at=stamp(row.opened_at),
        closed_at=stamp(row.closed_at) if is_closed else None,
        commitment=row.commitment,
        seed=row.seed if is_closed else None,
        previous=row.previous,
        prizes=tuple(PublicPrize.model_validate(prize) for prize in prizes),
        entries=tuple(listed),
        results=tuple(
            PublicResult(prize=prize, number=number, member=member) for prize, number, member in json.loads(row.results)
        ),
        end=row.end if is_closed else None,
    )
