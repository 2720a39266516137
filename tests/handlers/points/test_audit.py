"""The proof: it holds for an honest book, and names the first place of a book that somebody changed."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store.database import Database
from handlers.points.accounts import as_entry
from handlers.points.audit import Proof, prove
from handlers.points.chain import digest
from handlers.points.members import members
from handlers.points.results import Granted
from handlers.points.seals import Seal, seal
from handlers.points.tables import balances, entries, names, scores, seals
from tests.handlers.points.book import Book
from tests.handlers.points.test_ledger import grant, spend


@pytest.fixture
async def written(book: Book) -> Book:
    """Two members, six entries, two sealed days."""
    for day in range(3):
        for member in ("lin", "wang"):
            await grant(book, 10 + day, f"day-{day}", member)
        book.forward(days=1)
        if day < 2:
            await book.do(lambda within: seal(within, book.ledger.days))
    return book


async def change(database: Database, statement: sa.Executable) -> None:
    await database.write(lambda connection: connection.execute(statement))


async def found(book: Book) -> Sequence[str]:
    return [one.why for one in (await prove(book.database)).broken]


async def test_an_honest_book_holds(written: Book) -> None:
    proof = await prove(written.database)
    assert proof.holds, proof.broken
    assert (proof.entries, proof.members, proof.balance, proof.seals) == (6, 2, 66, 2)
    assert len(proof.seal) == 64


async def test_an_empty_book_holds(book: Book) -> None:
    assert await prove(book.database) == Proof()


async def test_a_changed_amount_is_found_where_it_is(written: Book) -> None:
    await change(written.database, sa.update(entries).where(entries.c.id == 3).values(amount=11_000))
    assert (await found(written))[0] == "第 2 笔（编号 3）被改过：内容和指纹对不上"


async def test_a_changed_reason_is_found(written: Book) -> None:
    await change(written.database, sa.update(entries).where(entries.c.id == 1).values(reason="别的"))
    assert (await found(written))[0] == "第 1 笔（编号 1）被改过：内容和指纹对不上"


async def test_a_row_taken_out_is_found(written: Book) -> None:
    await change(written.database, sa.delete(entries).where(entries.c.id == 3))
    assert (await found(written))[0] == "第 2 笔不见了，后面是第 3 笔（编号 5）"


async def test_the_last_row_taken_out_is_found(written: Book) -> None:
    await change(written.database, sa.delete(entries).where(entries.c.id == 5))
    assert await found(written) == ["笔数写着 3，按账本是 2"]


async def test_a_changed_balance_is_found(written: Book) -> None:
    await change(written.database, sa.update(balances).values(balance=balances.c.balance + 1))
    assert [why[:2] for why in await found(written)] == ["余额", "余额"]


async def test_a_balance_out_of_nothing_is_found(written: Book) -> None:
    row = (await written.database.read(sa.select(balances).limit(1)))[0]._asdict()
    await change(written.database, sa.insert(balances).values({**row, "member_key": "ghost"}))
    assert "余额写着 33，账本里一笔也没有" in await found(written)


async def test_a_chain_without_an_account_is_found(written: Book) -> None:
    await change(written.database, sa.delete(balances))
    assert await found(written) == ["有账没有余额"] * 2


async def test_a_changed_board_is_found(written: Book) -> None:
    await change(written.database, sa.update(scores).values(score=scores.c.score + 1))
    assert await found(written) == ["总榜上是 34，按账本是 33"] * 2


async def test_who_writes_a_whole_chain_anew_is_found_by_the_seals(written: Book) -> None:
    """Everything of a member is made to fit: entries, hashes, sums, account, board. Only the seal remembers."""
    rows = await written.database.read(sa.select(entries).order_by(entries.c.id))
    key = rows[0].member_key
    previous, credit = "", 0
    for row in rows:
        if row.member_key != key:
            continue
        values: dict[str, Any] = {"amount": row.amount + 100, "credit": credit + row.amount + 100, "previous": previous}
        forged = replace(as_entry(row), **values)
        previous, credit = digest(forged), forged.credit
        await change(written.database, sa.update(entries).where(entries.c.id == row.id).values(**values, hash=previous))
    fits = {"head": previous, "balance": credit, "credit": credit, "score": credit}
    await change(written.database, sa.update(balances).where(balances.c.member_key == key).values(fits))
    await change(written.database, sa.update(scores).where(scores.c.member_key == key).values(score=credit))
    faults = await found(written)
    assert len(faults) == 2
    assert all("和封印对不上" in why for why in faults)


async def test_a_changed_seal_is_found(written: Book) -> None:
    first = (await written.database.read(sa.select(seals.c.day).order_by(seals.c.ends)))[0].day
    await change(written.database, sa.update(seals).where(seals.c.day == first).values(entries=99))
    assert any("封印被改过" in why for why in await found(written))


async def test_a_seal_taken_out_is_found(written: Book) -> None:
    first = (await written.database.read(sa.select(seals.c.day).order_by(seals.c.ends)))[0].day
    await change(written.database, sa.delete(seals).where(seals.c.day == first))
    assert any("接不上前一天" in why for why in await found(written))


async def test_a_day_is_sealed_once_and_a_missed_day_with_the_next(book: Book) -> None:
    await grant(book, 5, "a")

    async def made() -> Seal | None:
        return await book.do(lambda within: seal(within, book.ledger.days))

    first = await made()
    assert first is not None
    assert (first.day, first.entries) == ("2026-11-22", 0)
    assert await made() is None
    book.forward(days=2)
    later = await made()
    assert later is not None
    assert (later.day, later.entries, later.amount) == ("2026-11-24", 1, 5)
    assert later.previous == first.hash


async def test_erasing_who_somebody_is_breaks_nothing(written: Book) -> None:
    await change(written.database, sa.delete(members))
    await change(written.database, sa.delete(names))
    assert (await prove(written.database)).holds


async def test_any_changed_value_of_any_row_is_found(book: Book) -> None:
    for number in range(4):
        await grant(book, 5 + number, f"e{number}")
    await spend(book, 3, "s")
    chance = Random(1)
    columns = ["amount", "kind", "source", "event", "reason", "actor", "credit", "debit", "previous", "hash", "number"]
    for name in columns:
        column = entries.c[name]
        id = chance.randint(1, 5)
        was = (await book.database.read(sa.select(column).where(entries.c.id == id)))[0][0]
        other = "变了" if isinstance(was, str) else was + 100
        await change(book.database, sa.update(entries).where(entries.c.id == id).values({name: other}))
        assert not (await prove(book.database)).holds, name
        await change(book.database, sa.update(entries).where(entries.c.id == id).values({name: was}))
        assert (await prove(book.database)).holds, name


async def test_what_is_written_while_the_proof_reads_is_no_fault(book: Book) -> None:
    await grant(book, 5, "a")

    class Busy:
        """Between any two reads somebody is given points."""

        def __init__(self) -> None:
            self.reads = 0

        async def read(self, statement: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
            rows = await book.database.read(statement)
            self.reads += 1
            for member in ("lin", f"new-{self.reads}"):
                assert isinstance(await grant(book, 1, f"e{self.reads}", member), Granted)
            return rows

    proof = await prove(Busy())
    assert proof.holds, proof.broken
