"""Many at once, on both kinds of stores: what there is three of is had three times, and the book adds up."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from bot.store.connection import Connection
from bot.store.database import Database
from bot.transaction import EventTransaction, Outdated
from bot.types.context import Context, Trace
from bot.types.events import Conversation, Message
from bot.types.outcome import Outcome
from bot.types.ports import Member, Shelf, Thread
from handlers.draws.export import publication
from handlers.draws.rounds import Entering, Round, Rounds, add, lock
from handlers.draws.settings import Draw
from handlers.draws.tables import entries, pauses, rounds
from handlers.draws.tables import stocks as prizes_left
from handlers.draws.verification import verify
from handlers.points.audit import prove
from handlers.points.tables import balances
from handlers.points.tables import entries as book
from handlers.points.within import Outside
from handlers.shop.tables import redemptions, stocks
from tests.handlers.draws.test_draws import PLACE
from tests.handlers.stage import START, read, think

RULES = """
[[shop]]
name = "保温杯"
cost = 20
stock = 3

[[draws]]
name = "盲盒"
cost = 10
prizes = [{ name = "小样", weight = 1, stock = 3 }, { name = "5 积分", points = 5, weight = 1, stock = 2 }]
"""
MEMBERS = [f"m{number}" for number in range(20)]


Meanwhile = Callable[[], Awaitable[None]]


class Watched(EventTransaction):
    """A transaction while which something else may happen just before a draw is guarded."""

    def __init__(self, connection: Connection, event: str, now: datetime, partitions: int, town: "Town") -> None:
        super().__init__(connection, event, now, partitions)
        self.town = town

    async def guard(self, key: str) -> int:
        if key.startswith("draw:") and self.town.before_guard is not None:
            await self.town.before_guard()
        return await super().guard(key)


@dataclass
class Town:
    """A community with several processes on one database. Each event is decided in a transaction, as the engine does.

    What conflicts runs again.
    """

    databases: list[Database]
    folder: Path
    shelf: Shelf
    conflicts: int = 0
    before_guard: Meanwhile | None = None

    def __post_init__(self) -> None:
        path = self.folder / "config.toml"
        path.write_text(PLACE + RULES, encoding="utf-8")
        self.handlers = {one.name: one for one in think(read(path), self.shelf).handlers}

    async def say(self, process: int, member: str, text: str, id: str, now: datetime = START) -> Outcome | None:
        where = Conversation("app:助手", "direct", member)
        message = Message(id=id, conversation=where, member=member, at=now, received_at=now, text=text)
        handler = self.handlers["shop" if "兑换" in text else "draws"]
        prepared = await handler.prepare(message)

        async def work(connection: Connection) -> Outcome | None:
            transaction = Watched(connection, id, now, 1, self)
            context = Context(
                now=now, chance=Random(id), transaction=transaction, conversation=where, thread=Thread(where.key),
                member=Member(member), group=None, trace=Trace(),
            )  # fmt: skip
            outcome = await handler.decide(message, prepared, context)
            await transaction.settle()
            return outcome

        return await self._again(self.databases[process], work)

    async def pause(self, process: int, draw: str) -> None:
        """A manager stops a draw."""

        async def work(connection: Connection) -> None:
            transaction = EventTransaction(connection, f"pause:{draw}", START, 1)
            await lock(Outside(START, transaction), draw)
            await transaction.execute(sa.insert(pauses), {"draw": draw, "paused_by": "boss", "paused_at": START})
            await transaction.settle()

        await self.databases[process].write(work, alone=True)

    async def _again(
        self, database: Database, work: Callable[[Connection], Awaitable[Outcome | None]]
    ) -> Outcome | None:  # fmt: skip
        while True:
            try:
                return await database.write(work, alone=True)
            except Outdated:
                self.conflicts += 1

    async def pay(self, member: str, amount: int) -> None:
        ledger = self.handlers["shop"].ledger  # type: ignore[attr-defined]

        async def work(connection: Connection) -> None:
            transaction = EventTransaction(connection, f"pay:{member}", START, 1)
            await ledger.grant(
                Outside(START, transaction), member, amount, source="发放", event="pay", limited=False, judged=True
            )
            await transaction.settle()

        await self.databases[0].write(work, alone=True)


@pytest.fixture
async def town(database: Database, migrated_url: str, tmp_path: Path, shelf: Shelf) -> AsyncIterator[Town]:
    """Three processes; everybody has points for one thing and one draw."""
    others = [await Database.open(migrated_url) for _ in range(2)]
    town = Town([database, *others], tmp_path, shelf)
    for member in MEMBERS:
        await town.pay(member, 30)
    yield town
    for other in others:
        await other.close()


def words(outcome: Outcome | None) -> str:
    assert outcome is not None
    return str(outcome.actions[0].content.body)  # type: ignore[union-attr]


async def test_twenty_redeem_at_once_what_there_is_three_of(town: Town) -> None:
    said = await asyncio.gather(
        *(town.say(at % 3, member, "兑换 保温杯", f"redeem-{member}") for at, member in enumerate(MEMBERS))
    )
    assert Counter("换到了" in words(one) for one in said) == {True: 3, False: 17}
    database = town.databases[0]
    assert [row.taken for row in await database.read(sa.select(stocks))] == [3]
    assert len({row.code for row in await database.read(sa.select(redemptions))}) == 3
    await adds_up(town, spent=3 * 20)


async def test_twenty_draw_at_once_what_there_is_five_of(town: Town) -> None:
    assert "先公布承诺" in words(await town.say(0, "m0", "抽奖", "first"))
    said = await asyncio.gather(
        *(town.say(at % 3, member, "抽奖", f"draw-{member}") for at, member in enumerate(MEMBERS))
    )
    assert Counter("抽中了" in words(one) for one in said) == {True: 5, False: 15}
    database = town.databases[0]
    assert {row.prize: (row.offered, row.left) for row in await database.read(sa.select(prizes_left))} == {
        "小样": (3, 0),
        "5 积分": (2, 0),
    }
    public = await publication(database, "盲盒")
    assert [entry.number for entry in public.rounds[0].entries] == [1, 2, 3, 4, 5]
    assert verify(public).holds
    await adds_up(town, spent=5 * 10 - 2 * 5)


async def test_one_member_with_three_phones_cannot_have_more_than_they_pay_for(town: Town) -> None:
    said = await asyncio.gather(*(town.say(at % 3, "m0", "兑换 保温杯", f"again-{at}") for at in range(6)))
    assert Counter("换到了" in words(one) for one in said) == {True: 1, False: 5}
    await adds_up(town, spent=20)


async def test_an_event_that_comes_again_brings_nothing_more(town: Town) -> None:
    await town.say(0, "m0", "抽奖", "first")
    for id, text in (("a", "抽奖"), ("b", "兑换 保温杯")):
        said = await asyncio.gather(*(town.say(process, "m0", text, id) for process in (0, 1, 2)))
        assert Counter("已经算过" in words(one) for one in said) == {True: 2, False: 1}
    database = town.databases[0]
    assert [row.taken for row in await database.read(sa.select(stocks))] == [1]
    assert [row.entries for row in await database.read(sa.select(rounds))] == [1]
    prize = (await publication(database, "盲盒")).rounds[0].entries[0].prize
    await adds_up(town, spent=30 - 5 * (prize == "5 积分"))


async def test_all_winners_of_a_draw_are_kept(town: Town) -> None:
    made: Rounds = town.handlers["draws"].entrance.rounds  # type: ignore[attr-defined]
    prizes = [{"name": "香水", "stock": 2}, {"name": "小样", "stock": 60}, {"name": "贴纸", "stock": 50}]
    draw = Draw.model_validate({"name": "年终", "at": "手动", "prizes": prizes})

    async def work(connection: Connection) -> Round:
        transaction = EventTransaction(connection, "party", START, 1)
        within = Outside(START, transaction)
        of, _ = await made.ready(within, draw)
        assert of is not None
        for number in range(80):
            of = await add(within, of, Entering(f"k{number}", f"p{number}", f"e{number}", "", "2026-11-23"), None)
        closed = await made.close(within, of)
        await transaction.settle()
        return closed

    database = town.databases[0]
    closed = await database.write(work, alone=True)
    of_draw = sa.select(prizes_left).where(prizes_left.c.draw == "年终")
    left = {row.prize: row.left for row in await database.read(of_draw)}
    assert left == {"香水": 0, "小样": 0, "贴纸": 32}
    kept = await database.read(sa.select(entries).where(entries.c.handed.is_(False)))
    assert {(row.prize, row.number, row.member) for row in kept} == set(closed.results)
    assert len(kept) == 80
    assert verify(await publication(database, "年终")).holds


@pytest.mark.parametrize("pair", ["urls"], indirect=True)
async def test_nobody_enters_behind_a_pause(town: Town) -> None:
    """A manager's pause is there just before the guard of the draw is asked for."""
    await town.say(0, "m0", "抽奖", "first")

    async def meanwhile() -> None:
        town.before_guard = None
        await town.pause(1, "盲盒")

    town.before_guard = meanwhile
    assert "暂停中" in words(await town.say(0, "m0", "抽奖", "late"))
    await adds_up(town, spent=0)


async def adds_up(town: Town, spent: int) -> None:
    """The proof of the book, and what is left of what everybody was given."""
    database = town.databases[0]
    assert (await prove(database)).holds
    rows = await database.read(sa.select(balances.c.balance))
    assert sum(row.balance for row in rows) == 30 * len(MEMBERS) - spent
    assert min(row.balance for row in rows) >= 0
    events = await database.read(sa.select(book.c.member_key, book.c.source, book.c.event))
    assert len(events) == len(set(map(tuple, events)))
