"""Redemptions: what members have a right to, the code for it, and what became of it.

Each is a shared row, guarded while it is ruled on. What it cost is given back by a counter-entry of the ledger.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.types.ports import Executing
from handlers.points.ledger import Ledger
from handlers.points.within import Within
from handlers.shop.tables import redemptions, stocks

State = Literal["waiting", "given", "refused"]
WAITING: State = "waiting"
GIVEN: State = "given"
REFUSED: State = "refused"
# Nothing that is read aloud or written by hand as something else.
LETTERS = "ACDEFGHJKLMNPQRTUVWXY34679"
CODE_LENGTH = 8

_ONE = sa.select(redemptions).where(redemptions.c.id == sa.bindparam("number"))
# An event that is there already was decided by somebody who moved its guard: this transaction will not commit.
_NEW = insert(redemptions).on_conflict_do_nothing(index_elements=["event"]).returning(redemptions.c.id)
_KEEP_ITEM = insert(stocks).on_conflict_do_nothing()


def new_code() -> str:
    """A code that nobody guesses: 26^8, some 200 thousand million."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


Codes = Callable[[], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """One redemption. `source`: the draw it was won in, "" for the shop; `place`: the conversation it was asked for in.

    `told`: who has its card, each with its number on the card's task.
    """

    id: int = 0
    code: str
    event: str
    member_key: str
    source: str = ""
    item: str
    cost: int = 0
    spent: int = 0
    at: datetime
    day: str
    place: str
    state: State = WAITING
    told: tuple[str, ...] = ()
    ruled_by: str = ""
    ruled_at: datetime | None = None
    why: str = ""

    @property
    def label(self) -> str:
        """How staff see it."""
        return f"#{self.id}"


async def write(within: Within, draft: Redemption) -> Redemption:
    """Write down a new one; it has its number now."""
    row = {name: getattr(draft, name) for name in Redemption.__slots__ if name != "id"}
    made = await within.transaction.execute(_NEW, {**row, "told": " ".join(draft.told)})
    return replace(draft, id=int(made.scalar() or 0))


async def lock(within: Within, id: int) -> Redemption | None:
    """The redemption of a number, guarded until the transaction commits."""
    await within.transaction.guard(f"redemption:{id}")
    row = (await within.transaction.execute(_ONE, {"number": id})).first()
    return None if row is None else as_redemption(row)


async def coded(within: Within, code: str) -> Redemption | None:
    """The redemption of a code, guarded."""
    found = await within.transaction.execute(sa.select(redemptions.c.id).where(redemptions.c.code == code))
    id = found.scalar()
    return None if id is None else await lock(within, id)


async def of_member(where: Executing, key: str, most: int) -> Sequence[Redemption]:
    """A member's last ones, the newest first."""
    mine = sa.select(redemptions).where(redemptions.c.member_key == key)
    return await _read(where, mine.order_by(redemptions.c.id.desc()).limit(most))


async def of_events(where: Executing, events: Sequence[str]) -> Sequence[Redemption]:
    """Those that some events led to."""
    return await _read(where, sa.select(redemptions).where(redemptions.c.event.in_(events)))


async def waiting(where: Executing, which: sa.ColumnElement[bool], most: int) -> Sequence[Redemption]:
    """Those of some that nobody has ruled on, the oldest first."""
    query = sa.select(redemptions).where(redemptions.c.state == WAITING, which)
    return await _read(where, query.order_by(redemptions.c.id).limit(most))


async def taken_by(where: Executing, key: str, item: str, day: str = "") -> int:
    """How many of an item of the shop a member has got, on one day or ever; what was refused does not count."""
    mine = [redemptions.c.member_key == key, redemptions.c.source == "", redemptions.c.item == item]
    mine += [redemptions.c.state != REFUSED, *([redemptions.c.day == day] if day else [])]
    return int((await where.execute(sa.select(sa.func.count()).select_from(redemptions).where(*mine))).scalar_one())


async def rule(
    within: Within, ledger: Ledger, of: Redemption, state: State, by: str, why: str = ""
) -> Redemption:  # fmt: skip
    """Somebody ruled on a locked one that waited: it was handed out, or refused, and then everything is given back."""
    ruled = replace(of, state=state, ruled_by=by, ruled_at=within.now, why=why)
    values = {"state": state, "ruled_by": by, "ruled_at": within.now, "why": why}
    await within.transaction.execute(sa.update(redemptions).where(redemptions.c.id == of.id).values(values))
    if state == REFUSED:
        if of.spent:
            await ledger.undo(within, of.spent, reason=f"{of.item}没有办成", actor=by)
        if not of.source:
            await put_back(within.transaction, of.item)
    return ruled


# Stock of the shop


async def taken_of(where: Executing, item: str) -> int:
    """How many of an item were taken and not put back."""
    return int((await where.execute(sa.select(stocks.c.taken).where(stocks.c.item == item))).scalar() or 0)


async def take(where: Executing, item: str, offered: int) -> bool:
    """Take one of an item, in one statement that many may try at once; False when all that is offered is taken."""
    await where.execute(_KEEP_ITEM, {"item": item, "taken": 0})
    mine = stocks.c.item == item, stocks.c.taken < offered
    return bool((await where.execute(sa.update(stocks).where(*mine).values(taken=stocks.c.taken + 1))).rowcount)


async def put_back(where: Executing, item: str) -> None:
    """Put one of an item back."""
    mine = stocks.c.item == item, stocks.c.taken > 0
    await where.execute(sa.update(stocks).where(*mine).values(taken=stocks.c.taken - 1))


async def _read(where: Executing, query: "sa.Select[Any]") -> Sequence[Redemption]:
    return [as_redemption(row) for row in (await where.execute(query)).all()]


def as_redemption(row: "sa.Row[Any]") -> Redemption:
    """The redemption of a row."""
    known = {name: getattr(row, name) for name in Redemption.__slots__}
    return Redemption(**{**known, "told": tuple(row.told.split())})
