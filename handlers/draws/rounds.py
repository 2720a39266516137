"""Rounds of a draw as rows: opened with a commitment, entered in order, closed with the seed shown.

Whoever changes one holds the guard of its draw (`lock`), so that numbers have no gaps and nothing is drawn twice.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.types.days import LocalDays
from bot.types.events import Conversation
from bot.types.ports import Executing, Timer
from handlers.draws.fairness import (
    INSTANT,
    SCHEDULED,
    Prize,
    Ticket,
    Way,
    commitment,
    ending,
    link,
    terms,
    winners,
)  # fmt: skip
from handlers.draws.settings import Draw
from handlers.draws.tables import entries, pauses, rounds, stocks
from handlers.points.within import Within

# What the clock does for draws happens here.
WHERE = Conversation("system", "direct", "draws")
TURN, HAND = "draws.turn", "draws.hand"

_LATEST = sa.select(rounds).where(rounds.c.draw == sa.bindparam("its_draw")).order_by(rounds.c.round.desc()).limit(1)
_LEFT = sa.select(stocks).where(stocks.c.draw == sa.bindparam("its_draw"), stocks.c.round == sa.bindparam("its_round"))
# What is there already was written by somebody who moved the guard: this transaction will not commit.
_NEW_ROUND = insert(rounds).on_conflict_do_nothing()
_NEW_STOCK = insert(stocks).on_conflict_do_nothing()
_NEW_ENTRY = insert(entries).on_conflict_do_nothing()
_TAKEN = (
    sa.select(stocks.c.prize, sa.func.sum(stocks.c.offered - stocks.c.left).label("taken"))
    .where(stocks.c.draw == sa.bindparam("its_draw"))
    .group_by(stocks.c.prize)
)


_WON = (
    sa.update(entries)
    .where(entries.c.draw == sa.bindparam("its_draw"), entries.c.round == sa.bindparam("its_round"))
    .where(entries.c.number == sa.bindparam("its_number"))
    .values(prize=sa.bindparam("its_prize"), handed=False)
)


@dataclass(frozen=True, slots=True)
class Round:
    """One round. `head`: the hash of its last entry; `end`: "" while it is open."""

    draw: str
    number: int
    way: Way
    opened_at: datetime
    closes_at: datetime | None
    closed_at: datetime | None
    commitment: str
    seed: str
    previous: str
    prizes: tuple[Prize, ...]
    entries: int
    head: str
    end: str
    results: tuple[tuple[str, int, str], ...]

    def __repr__(self) -> str:
        return f"Round({self.draw!r}, {self.number})"

    @property
    def is_open(self) -> bool:
        """Whether there may be more entries."""
        return self.closed_at is None

    def prize(self, name: str) -> Prize | None:
        """The prize of a name."""
        return next((one for one in self.prizes if one.name == name), None)


async def latest(where: Executing, draw: str) -> Round | None:
    """The last round of a draw."""
    row = (await where.execute(_LATEST, {"its_draw": draw})).first()
    return None if row is None else as_round(row)


async def lock(within: Within, draw: str) -> Round | None:
    """The last round of a draw, guarded until the transaction commits."""
    await within.transaction.guard(f"draw:{draw}")
    return await latest(within.transaction, draw)


async def left_of(where: Executing, of: Round) -> Mapping[str, int]:
    """How many are left of the prizes that are counted, by name."""
    rows = (await where.execute(_LEFT, {"its_draw": of.draw, "its_round": of.number})).all()
    return {row.prize: row.left for row in rows}


async def tickets_of(where: Executing, of: Round) -> Sequence[Ticket]:
    """The entries of a round in their order."""
    mine = entries.c.draw == of.draw, entries.c.round == of.number
    query = sa.select(entries.c.number, entries.c.member).where(*mine).order_by(entries.c.number)
    return [Ticket(row.number, row.member) for row in (await where.execute(query)).all()]


async def pause_of(where: Executing, draw: str) -> "sa.Row[Any] | None":
    """The pause that holds for a draw; None when it goes on."""
    return (await where.execute(sa.select(pauses).where(pauses.c.draw == draw))).first()


@dataclass(frozen=True, slots=True)
class Rounds:
    """Opens and closes rounds as the configuration says. `seeds`: where secrets come from, 64 hexadecimal digits."""

    days: LocalDays
    seeds: Callable[[], str]

    async def ready(self, within: Within, draw: Draw) -> tuple[Round | None, bool]:
        """The round that may be entered now, locked, and whether it was only opened now; None when there is none.

        One that is over is closed before. What nobody entered goes on: its seed has decided nothing.
        """
        before = await lock(within, draw.name)
        if before is not None and before.is_open:
            before = await self.follow(within, draw, before)
        if before is not None and before.is_open:
            is_due = before.closes_at is not None and before.closes_at <= within.now
            return (None if is_due else before), False
        opened = await self._open(within, draw, before)
        return opened, opened is not None

    async def close(self, within: Within, of: Round) -> Round:
        """No more entries: the seed may be shown, and in a scheduled draw the winners are known."""
        end = ending(of.head, within.now)
        closed = replace(of, closed_at=within.now, end=end)
        if of.way == SCHEDULED:
            tickets = await tickets_of(within.transaction, of)
            won = winners(of.seed, end, of.prizes, tickets)
            closed = replace(closed, results=tuple((prize.name, one.number, one.member) for prize, one in won))
            await _keep_won(within, of, won)
        await _change(
            within, of, closed_at=closed.closed_at, end=end, results=json.dumps(closed.results, ensure_ascii=False)
        )
        return closed

    async def follow(self, within: Within, draw: Draw, of: Round) -> Round:
        """An open round after what time and managers did since."""
        offered = await self._offered(within, draw, of)
        is_other_way = draw.scheduled != (of.way == SCHEDULED)
        changed = is_other_way or not _is_same(of, offered, await left_of(within.transaction, of))
        if of.way == SCHEDULED:
            return await self._follow_scheduled(within, draw, of, changed)
        is_over = of.closes_at is not None and of.closes_at <= within.now
        if not of.entries and is_over and not changed and self.is_running(draw, within.now):
            return await _put_off(within, of, draw.period_end(within.now, self.days))
        return await self.close(within, of) if is_over or changed else of

    async def _follow_scheduled(self, within: Within, draw: Draw, of: Round, changed: bool) -> Round:
        """Who is in keeps the prizes that they entered for; what nobody entered may become another round."""
        if changed and not of.entries:
            return await self.close(within, of)
        due = draw.due(self.days.timezone)
        return await _put_off(within, of, due) if draw.scheduled and due != of.closes_at else of

    def is_running(self, draw: Draw, now: datetime) -> bool:
        """Whether it has begun and is not over, by the configuration."""
        begins, ends = draw.begins(self.days.timezone), draw.ends(self.days.timezone)
        return not ((begins and now < begins) or (ends and now >= ends))

    async def _open(self, within: Within, draw: Draw, before: Round | None) -> Round | None:
        prizes = await self._offered(within, draw, before)
        if not self.is_running(draw, within.now) or not has_any({one.name: one.left for one in prizes}, prizes):
            return None
        seed, way = self.seeds(), SCHEDULED if draw.scheduled else INSTANT
        number, previous = (before.number + 1, before.end) if before else (1, "")
        closes = draw.due(self.days.timezone) if draw.scheduled else draw.period_end(within.now, self.days)
        bound = terms(draw.name, number, way, within.now, previous, prizes)
        opened = Round(
            draw=draw.name, number=number, way=way, opened_at=within.now, closes_at=closes, closed_at=None,
            commitment=commitment(bound, seed), seed=seed, previous=previous, prizes=tuple(prizes), entries=0,
            head=previous, end="", results=(),
        )  # fmt: skip
        await within.transaction.execute(_NEW_ROUND, _row(opened))
        counted = [one for one in prizes if one.left is not None]
        stock = [{"draw": draw.name, "round": number, "prize": one.name, "offered": one.left, "left": one.left}
                 for one in counted]  # fmt: skip
        if stock:
            await within.transaction.execute(_NEW_STOCK, stock)
        await ring(within, opened)
        return opened

    async def _offered(self, within: Within, draw: Draw, before: Round | None) -> Sequence[Prize]:
        """The prizes of the configuration, less what was drawn of them."""
        rows = (await within.transaction.execute(_TAKEN, {"its_draw": draw.name})).all() if before else []
        taken = {row.prize: int(row.taken) for row in rows}
        return [one.as_prize(taken.get(one.name, 0)) for one in draw.prizes]


def has_any(left: Mapping[str, int | None], prizes: Sequence[Prize]) -> bool:
    """Whether there is a prize to be won."""
    return any(not one.nothing and left.get(one.name) != 0 for one in prizes)


def _is_same(of: Round, offered: Sequence[Prize], left: Mapping[str, int]) -> bool:
    """Whether the configuration still offers what a round began with, less what was drawn since."""
    return [replace(one, left=left.get(one.name)) for one in of.prizes] == list(offered)


async def _put_off(within: Within, of: Round, closes_at: datetime | None) -> Round:
    of = replace(of, closes_at=closes_at)
    await _change(within, of, closes_at=closes_at)
    await ring(within, of)
    return of


async def ring(within: Within, of: Round) -> None:
    """Look at it again when it is due."""
    id = f"{TURN}:{of.draw}"
    if of.closes_at is None:
        await within.transaction.cancel_timer(id)
        return
    due = max(of.closes_at, within.now)
    await within.transaction.set_timer(
        Timer(id=id, name=TURN, conversation=WHERE, due=due, data={"draw": of.draw}),
    )


@dataclass(frozen=True, slots=True)
class Entering:
    """Somebody enters: who, because of what, where; `spent`: the ledger's entry that paid, 0 for none."""

    key: str
    member: str
    event: str
    place: str
    day: str
    spent: int = 0


async def add(within: Within, of: Round, who: Entering, drawn: Prize | None) -> Round:
    """The round after its next entry; `drawn` is None where the prizes are drawn later."""
    ticket = Ticket(of.entries + 1, who.member)
    name = drawn.name if drawn else ""
    head = link(of.head, ticket, within.now, name)
    row = {
        "draw": of.draw, "round": of.number, "number": ticket.number, "member_key": who.key, "member": who.member,
        "at": within.now, "day": who.day, "event": who.event,
        "place": "" if drawn else who.place, "drawn": name,
        "prize": "" if drawn is None or drawn.nothing else name, "handed": True, "spent": who.spent, "hash": head,
    }  # fmt: skip
    await within.transaction.execute(_NEW_ENTRY, row)
    await _change(within, of, entries=ticket.number, head=head)
    return replace(of, entries=ticket.number, head=head)


async def take(where: Executing, of: Round, prize: str, many: int = 1) -> bool:
    """Take some of what is left of a prize; False when there is not so much. What is not counted never runs out."""
    mine = stocks.c.draw == of.draw, stocks.c.round == of.number, stocks.c.prize == prize
    some = sa.update(stocks).where(*mine, stocks.c.left >= many).values(left=stocks.c.left - many)
    taken = await where.execute(some)
    if taken.rowcount:
        return True
    known = of.prize(prize)
    return known is not None and known.left is None


async def _keep_won(within: Within, of: Round, won: Sequence[tuple[Prize, Ticket]]) -> None:
    """All winners of a scheduled draw at once: what each has won waits to be handed out."""
    for prize, many in Counter(prize.name for prize, _ in won).items():
        await take(within.transaction, of, prize, many)
    rows = [
        {"its_draw": of.draw, "its_round": of.number, "its_number": ticket.number, "its_prize": prize.name}
        for prize, ticket in won
    ]
    if rows:
        await within.transaction.execute(_WON, rows)


async def _change(within: Within, of: Round, **values: Any) -> None:
    mine = rounds.c.draw == of.draw, rounds.c.round == of.number
    await within.transaction.execute(sa.update(rounds).where(*mine).values(values))


def _row(of: Round) -> dict[str, Any]:
    return {
        "draw": of.draw, "round": of.number, "way": of.way, "opened_at": of.opened_at, "closes_at": of.closes_at,
        "closed_at": of.closed_at, "commitment": of.commitment, "seed": of.seed, "previous": of.previous,
        "prizes": json.dumps([one.terms() for one in of.prizes], ensure_ascii=False), "entries": of.entries,
        "head": of.head, "end": of.end, "results": json.dumps(of.results, ensure_ascii=False), "gone": False,
    }  # fmt: skip


def as_round(row: "sa.Row[Any]") -> Round:
    """The round of a row of `draw_rounds`."""
    return Round(
        draw=row.draw, number=row.round, way=row.way, opened_at=row.opened_at, closes_at=row.closes_at,
        closed_at=row.closed_at, commitment=row.commitment, seed=row.seed, previous=row.previous,
        prizes=tuple(Prize(**one) for one in json.loads(row.prizes)), entries=row.entries, head=row.head, end=row.end,
        results=tuple((prize, number, member) for prize, number, member in json.loads(row.results)),
    )  # fmt: skip
