"""Rewards before the judge, on both kinds of database: what waits, with whom, and that nothing is lost or doubled."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.database import Database
from bot.store.schema import combine
from bot.store.tables import SPINE
from handlers.fairplay.settings import Rule
from handlers.fairplay.tables import GRANTED, REFUSED, TABLES, WAITS, acts, holds
from handlers.points.audit import prove
from handlers.points.results import Capped, Granted, Held
from handlers.points.tables import TABLES as POINTS_TABLES
from handlers.points.tables import entries
from handlers.points.within import Outside
from tests.handlers.fairplay.square import Square

REPORT = "今天早起跑步五公里，出了一身汗"
MEMBERS = ("lin", "mei", "ning")


async def count(database: Database, table: sa.Table, *which: sa.ColumnElement[bool]) -> int:
    return int((await database.read(sa.select(sa.func.count()).select_from(table).where(*which)))[0][0])


async def test_the_fourth_account_with_the_same_words_waits_and_those_after_it_with_it(database: Database) -> None:
    square = Square.of(database)
    made = [await square.earn(f"m{n}", "a", source="打卡", words=REPORT) for n in range(3)]
    assert all(isinstance(one, Granted) for one in made)
    for n, words in ((3, "今天早起，跑步五公里！！出了一身汗"), (4, REPORT)):
        square.book.forward(seconds=20)
        assert await square.earn(f"m{n}", "a", source="打卡", words=words) == Held(Rule.SAME, 5)
    (review,) = await square.waiting()
    square.book.forward(hours=25)
    assert isinstance(await square.earn("m5", "a", source="打卡", words=REPORT), Granted)
    settled = await square.rule("确认", review.id)
    assert settled is not None
    assert sorted(notice.member for notice in settled.told) == ["m3", "m4"]
    assert await count(database, entries) == 6


async def test_new_accounts_that_always_act_at_once_are_one_review(database: Database) -> None:
    square = Square.of(database)
    begun = square.book.now
    outcomes = []
    for occasion in range(3):
        square.book.now = begun + timedelta(hours=7 * occasion, minutes=13 * occasion)
        for n in range(5):
            square.book.forward(seconds=1.5)
            outcomes.append(await square.earn(f"bot{n}", f"o{occasion}"))
        square.book.forward(minutes=3 + occasion)
        assert isinstance(await square.earn("lin", f"o{occasion}"), Granted)
    # When the fourth of them acts for the third time, it is known that they are four.
    held = [Held(Rule.TOGETHER, 5)] * 2
    assert [one if isinstance(one, Held) else None for one in outcomes] == [*[None] * 13, *held]
    assert len(await square.waiting()) == 1


async def test_one_act_is_one_thing_however_much_it_brings(database: Database) -> None:
    square = Square.of(database, cooldowns={"签到": "10m"})
    await square.earn("lin", "a")
    square.book.forward(minutes=1)

    async def both(within: Outside) -> list[object]:
        context = square.context(within, "lin")
        first = await square.judged.grant(context, "lin", 5, source="签到", event="b")
        return [first, await square.judged.grant(context, "lin", 20, source="连签", event="b")]

    assert await square.book.do(both) == [Held(Rule.SOON, 5), Held(Rule.SOON, 20)]
    assert len(await square.waiting()) == 1
    assert await count(database, acts) == 3


async def test_what_a_member_did_not_do_just_now_is_not_timed(database: Database) -> None:
    square = Square.of(database)

    async def prizes(within: Outside) -> list[object]:
        context = square.context(within, "")
        return [await square.judged.grant(context, "lin", 5, source="打卡", event=f"e{n}") for n in range(15)]

    assert all(isinstance(one, Granted) for one in await square.book.do(prizes))
    assert await count(database, acts) == 0


async def test_a_day_brings_no_more_because_something_waits(database: Database) -> None:
    square = Square.of(database, {"caps": {"签到": 12}}, cooldown="1h")
    given = []
    for event in "abcd":
        square.book.forward(seconds=1)
        given.append(await square.earn("lin", event))
    assert [type(one) for one in given] == [Granted, Held, Held, Capped]
    assert given[2] == Held(Rule.SOON, 2)
    for review in await square.waiting():
        await square.rule("确认", review.id)
    assert await square.book.do(lambda within: square.book.ledger.balance(within.transaction, "lin")) == 12


# One reward that waits: granted once at most, never lost, whatever people do in whatever order.
STEPS = st.lists(
    st.tuples(st.sampled_from(["earn", "earn", "earn", "确认", "驳回", "wait"]), st.integers(0, 2), st.integers(0, 5)),
    min_size=5,
    max_size=24,
)


@settings(max_examples=4, deadline=None, derandomize=True)
@given(STEPS)
def test_a_reward_that_waits_is_granted_once_at_most_and_never_lost(steps: list[tuple[str, int, int]]) -> None:
    asyncio.run(_play(steps))


@pytest.mark.soak
@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_it_is_so_in_any_order(steps: list[tuple[str, int, int]]) -> None:
    asyncio.run(_play(steps))


async def _play(steps: list[tuple[str, int, int]]) -> None:
    database = await Database.memory()
    try:
        await database.alter(combine([*SPINE, *POINTS_TABLES, *TABLES]).create_all)
        square = Square.of(database, cooldown="1h")
        earned: set[tuple[str, str]] = set()
        for what, who, number in steps:
            square.book.forward(seconds=1)
            if what == "earn":
                earned.add((MEMBERS[who], f"e{number}"))
                await square.earn(MEMBERS[who], f"e{number}")
            elif what == "wait":
                square.book.forward(minutes=59)
            else:
                await square.rule(what, number + 1)
        await _adds_up(square, earned)
        for review in await square.waiting():
            await square.rule("确认", review.id)
        assert not await count(database, holds, holds.c.state == WAITS)
        await _adds_up(square, earned)
    finally:
        await database.close()


async def _adds_up(square: Square, earned: set[tuple[str, str]]) -> None:
    """Everything that was earned is in the book, waits or was refused: one of these, once."""
    database = square.book.database
    given = await database.read(sa.select(entries.c.member_key, entries.c.event, entries.c.id))
    held = await database.read(sa.select(holds))
    in_book = Counter((row.member_key, row.event) for row in given)
    outside = Counter((row.member_key, row.event) for row in held if row.state != GRANTED)
    assert max((in_book + outside).values(), default=1) == 1
    assert len(in_book + outside) == len(earned)
    numbers = {row.id for row in given}
    assert all(row.entry in numbers for row in held if row.state == GRANTED)
    assert all(row.ended_at for row in held if row.state in (GRANTED, REFUSED))
    open_reviews = {review.id for review in await square.waiting()}
    assert {row.review for row in held if row.state == WAITS} <= open_reviews
    proof = await prove(database)
    assert proof.holds, proof.broken
