"""Seals: once a day one root over all that was written since the seal before, so that the past can be proved.

A seal's hash covers the one before. Who keeps the newest one elsewhere can tell later whether anything before it was
changed, added or taken away, even by somebody who writes whole chains anew.
"""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.types.days import LocalDays
from bot.types.ports import Executing
from handlers.points.chain import hashed, millis
from handlers.points.tables import entries, seals
from handlers.points.within import Within

PAGE = 2000
# Whoever writes at the end of a day has long committed when it is sealed.
SETTLED = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """The seal of a day. `ends`: the first moment that it does not cover; `amount`: the sum of what it covers."""

    day: str
    ends: datetime
    entries: int
    amount: int
    root: str
    previous: str

    @property
    def hash(self) -> str:
        """What the next seal covers."""
        return hashed([self.day, millis(self.ends), self.entries, self.amount, self.root, self.previous])


class Root:
    """Takes in entries in the order of their chains; `hex` is SHA-256 over all of them."""

    def __init__(self) -> None:
        self._digest = sha256()
        self.entries = self.amount = 0

    def add(self, rows: Iterable[sa.Row[Any]]) -> None:
        """Take in rows of `leaves`."""
        for row in rows:
            self._digest.update(f"{row.member_key} {row.number} {row.amount} {row.hash}\n".encode())
            self.entries += 1
            self.amount += row.amount

    @property
    def hex(self) -> str:
        """The root of what was taken in."""
        return self._digest.hexdigest()


def leaves(since: datetime | None, until: datetime, after: tuple[str, int] = ("", 0)) -> sa.Select[Any]:
    """A page of what was written in [since, until), in the order of chains, behind one entry of it."""
    where = [entries.c.at < until, sa.tuple_(entries.c.member_key, entries.c.number) > sa.tuple_(*after)]
    if since is not None:
        where.append(entries.c.at >= since)
    columns = entries.c.member_key, entries.c.number, entries.c.amount, entries.c.hash
    return sa.select(*columns).where(*where).order_by(entries.c.member_key, entries.c.number).limit(PAGE)


async def last_seal(where: Executing) -> Seal | None:
    """The newest seal."""
    row = (await where.execute(sa.select(seals).order_by(seals.c.ends.desc()).limit(1))).first()
    return None if row is None else as_seal(row)


def as_seal(row: sa.Row[Any]) -> Seal:
    """The seal of a row; its hash is made anew from what it says."""
    return Seal(
        day=row.day, ends=row.ends, entries=row.entries, amount=row.amount, root=row.root, previous=row.previous
    )


async def seal(within: Within, days: LocalDays) -> Seal | None:
    """Seal what was written up to the end of yesterday; None when that was done before."""
    await within.transaction.guard("points seals")
    today = days.of(within.now - SETTLED)
    ends, before = days.start(today), await last_seal(within.transaction)
    if before is not None and before.ends >= ends:
        return None
    root = Root()
    async for rows in _pages(within.transaction, before.ends if before else None, ends):
        root.add(rows)
    made = Seal(
        day=(today - timedelta(days=1)).isoformat(), ends=ends, entries=root.entries, amount=root.amount,
        root=root.hex, previous=before.hash if before else "",
    )  # fmt: skip
    row = {
        "day": made.day, "ends": made.ends, "sealed_at": within.now, "entries": made.entries, "amount": made.amount,
        "root": made.root, "previous": made.previous, "hash": made.hash,
    }  # fmt: skip
    await within.transaction.execute(insert(seals).on_conflict_do_nothing(), row)
    return made


async def _pages(where: Executing, since: datetime | None, until: datetime) -> AsyncIterator[list[sa.Row[Any]]]:
    after = ("", 0)
    while True:
        rows = list((await where.execute(leaves(since, until, after))).all())
        yield rows
        if len(rows) < PAGE:
            return
        after = (rows[-1].member_key, rows[-1].number)
