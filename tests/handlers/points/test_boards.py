"""Boards: a place is what counting everybody says, however much has moved since the buckets were brought up to date."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from bot.store.tables import timers
from handlers.points import boards
from handlers.points.boards import Standing, settle_moved
from handlers.points.tables import TOTAL, scores, tallies
from handlers.points.within import Within
from tests.handlers.points.book import Book
from tests.handlers.points.test_ledger import grant, undo


async def standing(book: Book, member: str, board: str = TOTAL) -> Standing | None:
    return await book.do(lambda within: book.ledger.rank(within, member, board))


async def top(book: Book, board: str = TOTAL) -> Sequence[int]:
    async def work(within: Within) -> Sequence[int]:
        return [score for _, score in await boards.top(within.transaction, board, 50)]

    return await book.do(work)


def place(scored: Mapping[str, int], member: str) -> Standing:
    """Counted by hand."""
    mine = scored[member]
    counted = [score for score in scored.values() if score > 0]
    return Standing(1 + sum(score > mine for score in counted), len(counted), mine)


@pytest.mark.parametrize("seed", range(2))
async def test_a_place_is_what_counting_says(book: Book, seed: int) -> None:
    chance = Random(seed)
    members = [f"m{number}" for number in range(40)]
    scored = dict.fromkeys(members, 0)
    for step in range(4):
        for member in chance.sample(members, 12):
            amount = chance.choice((1, 5, 16, 255, 256, 4096, 100_000, 70_000_000))
            await grant(book, amount, f"{step}", member)
            scored[member] += amount
        if step % 2:
            await book.do(lambda within: settle_moved(within, chance.choice((5, 500))))
        for member in chance.sample(members, 5):
            assert await standing(book, member) == (place(scored, member) if scored[member] else None)
    assert await top(book) == sorted((score for score in scored.values() if score), reverse=True)


async def test_who_has_nothing_is_on_no_board(book: Book) -> None:
    assert await standing(book, "lin") is None
    await grant(book, 5, "a", "wang")
    assert await standing(book, "lin") is None


async def test_equal_scores_share_a_place_and_the_earlier_is_listed_first(book: Book) -> None:
    for member in ("late", "early"):
        await grant(book, 5, "a", member)
    book.forward(hours=1)
    await grant(book, 5, "b", "early")
    await grant(book, 5, "b", "late")
    assert await standing(book, "early") == await standing(book, "late") == Standing(1, 2, 10)


async def test_what_was_undone_leaves_the_boards_of_the_day_on_which_it_came(book: Book) -> None:
    await grant(book, 7, "a")
    granted = await grant(book, 5, "b")
    november = boards.month(book.ledger.days.of(book.now))
    book.forward(days=20)
    await undo(book, granted.entry.id)  # type: ignore[attr-defined]
    december = boards.month(book.ledger.days.of(book.now))
    assert [await standing(book, "lin", board) for board in (TOTAL, november, december)] == [
        Standing(1, 1, 7),
        Standing(1, 1, 7),
        None,
    ]


async def test_boards_of_a_week_and_a_month_begin_anew(book: Book) -> None:
    await grant(book, 7, "a")
    book.forward(days=7)
    await grant(book, 5, "b")
    today = book.ledger.days.of(book.now)
    assert (await standing(book, "lin", boards.week(today))) == Standing(1, 1, 5)
    assert (await standing(book, "lin", boards.month(today))) == Standing(1, 1, 12)
    book.forward(days=7)
    assert (await standing(book, "lin", boards.month(book.ledger.days.of(book.now)))) is None


async def test_buckets_add_up_to_the_members_that_they_count(book: Book) -> None:
    for number in range(20):
        await grant(book, number + 1, "a", f"m{number}")
    assert await book.do(settle_moved) == 60
    assert await book.do(settle_moved) == 0
    for number in range(10):
        await grant(book, 1000, "b", f"m{number}")
    assert await book.do(settle_moved) == 30
    levels = sa.select(tallies.c.level, sa.func.sum(tallies.c.members)).where(tallies.c.board == TOTAL)
    rows = await book.database.read(levels.group_by(tallies.c.level))
    assert {level: int(members) for level, members in rows} == dict.fromkeys(range(boards.LEVELS), 20)


async def test_a_change_while_the_buckets_are_brought_up_to_date_is_still_seen(book: Book) -> None:
    await grant(book, 5, "a")
    await book.do(settle_moved)
    await book.database.write(
        lambda connection: connection.execute(sa.update(scores).values(score=scores.c.score + 3, moved=sa.true()))
    )
    assert await standing(book, "lin") == Standing(1, 1, 8)
    assert await book.do(settle_moved) == 3


async def test_many_moved_ask_for_the_buckets_to_be_brought_up_to_date(book: Book) -> None:
    await grant(book, 1, "a", "m0")
    row = (await book.database.read(sa.select(scores).where(scores.c.board == TOTAL)))[0]._asdict()
    more = [{**row, "member_key": f"m{number}"} for number in range(boards.MANY_MOVED)]
    await book.database.write(lambda connection: connection.execute(sa.insert(scores), more))
    await book.database.write(lambda connection: connection.execute(sa.delete(timers)))
    assert await standing(book, "m0") == Standing(1, boards.MANY_MOVED + 1, 1)
    rows = await book.database.read(sa.select(timers))
    assert [(row.name, row.due > book.now, row.due <= book.now + timedelta(seconds=10)) for row in rows] == [
        ("points.settle", True, True)
    ]


async def test_the_queries_of_a_place_use_indices_alone(book: Book) -> None:
    """Neither all members nor all entries are read for one place."""
    if book.database.dialect != "sqlite":
        pytest.skip("PostgreSQL plans by the size of its tables")
    compiled = boards._COUNTS.compile(dialect=_dialect(), compile_kwargs={"literal_binds": False})
    names = dict.fromkeys(compiled.params, 1)
    rows = await book.database.read(sa.text(f"EXPLAIN QUERY PLAN {compiled}"), names)
    plan = [row.detail for row in rows if row.detail.startswith(("SCAN", "SEARCH"))]
    assert plan
    assert not [step for step in plan if step.startswith("SCAN") and "CONSTANT" not in step]
    of_members = [step for step in plan if "points_scores" in step]
    assert of_members
    assert all("points_scores_moved" in step for step in of_members)


def _dialect() -> sa.Dialect:
    return sqlite.dialect(paramstyle="named")
