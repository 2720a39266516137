"""The ledger: what is given and taken adds up, once an occasion, within the limits."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from handlers.points.ledger import Ledger, Wish
from handlers.points.results import Capped, Fixed, Granted, Held, Short, Spent, Undone
from handlers.points.tables import balances, entries
from handlers.points.within import Within
from tests.handlers.points.book import Book
from tests.handlers.points.conftest import MakeBook


async def grant(book: Book, amount: int, event: str, member: str = "lin", source: str = "签到") -> object:
    return await book.do(lambda within: book.ledger.grant(within, member, amount, source=source, event=event))


async def spend(book: Book, amount: int, event: str, member: str = "lin") -> object:
    return await book.do(lambda within: book.ledger.spend(within, member, amount, source="兑换", event=event))


async def balance(book: Book, member: str = "lin") -> int:
    return await book.do(lambda within: book.ledger.balance(within.transaction, member))


async def test_what_is_given_and_taken_adds_up(book: Book) -> None:
    assert isinstance(await grant(book, 5, "a"), Granted)
    assert isinstance(await grant(book, 7, "b"), Granted)
    assert isinstance(await spend(book, 4, "c"), Spent)
    assert await balance(book) == 8
    assert await balance(book, "nobody") == 0


async def test_an_occasion_is_worth_one_entry(book: Book) -> None:
    first, again = await grant(book, 5, "a"), await grant(book, 9, "a")
    assert isinstance(first, Granted)
    assert isinstance(again, Granted)
    assert (first.repeated, again.repeated, again.amount) == (False, True, 5)
    assert isinstance(await grant(book, 5, "a", source="打卡"), Granted)
    assert isinstance(await grant(book, 5, "a", member="wang"), Granted)
    assert (await balance(book), await balance(book, "wang")) == (10, 5)


async def test_what_is_paid_twice_is_taken_once(book: Book) -> None:
    await grant(book, 10, "a")
    await spend(book, 6, "b")
    again = await spend(book, 6, "b")
    assert isinstance(again, Spent)
    assert again.repeated
    assert await balance(book) == 4


async def test_nobody_pays_more_than_they_have(book: Book) -> None:
    await grant(book, 5, "a")
    short = await spend(book, 8, "b")
    assert isinstance(short, Short)
    assert short.missing == 3
    assert await balance(book) == 5


async def test_a_gift_of_nothing_is_a_fault(book: Book) -> None:
    with pytest.raises(ValueError, match="positive"):
        await grant(book, 0, "a")
    with pytest.raises(ValueError, match="positive"):
        await spend(book, -3, "b")


async def test_a_source_gives_no_more_a_day_than_its_cap(make_book: MakeBook) -> None:
    book = make_book(caps={"签到": 8})
    await grant(book, 5, "a")
    cut = await grant(book, 5, "b")
    none = await grant(book, 5, "c")
    assert isinstance(cut, Granted)
    assert (cut.amount, cut.cut) == (3, 2)
    assert isinstance(none, Capped)
    assert (none.limit, none.source) == (8, "签到")
    assert isinstance(await grant(book, 5, "d", source="打卡"), Granted)
    book.forward(days=1)
    assert isinstance(await grant(book, 5, "e"), Granted)
    assert await balance(book) == 18


async def test_all_sources_together_give_no_more_than_a_day_may_bring(make_book: MakeBook) -> None:
    book = make_book(daily=10, caps={"签到": 8})
    await grant(book, 9, "a")
    await grant(book, 9, "b", source="打卡")
    assert await balance(book) == 10
    capped = await grant(book, 9, "c", source="打卡")
    assert isinstance(capped, Capped)
    assert (capped.limit, capped.source) == (10, "")


async def test_a_day_begins_when_the_configuration_says(make_book: MakeBook) -> None:
    book = make_book(daily=5, day_begins="04:00")
    await grant(book, 5, "a")
    book.forward(hours=17, minutes=59)
    assert isinstance(await grant(book, 5, "b"), Capped)
    book.forward(minutes=1)
    assert isinstance(await grant(book, 5, "c"), Granted)


async def test_a_manager_is_not_held_back_by_the_limits(make_book: MakeBook) -> None:
    book = make_book(daily=5)
    await book.do(lambda within: book.ledger.grant(within, "lin", 50, source="发放", event="a", limited=False))
    assert isinstance(await grant(book, 5, "b"), Granted)
    assert await balance(book) == 55


async def test_what_looks_odd_is_held_until_somebody_has_looked(book: Book) -> None:
    async def judge(_: Within, wish: Wish) -> Held:
        return Held("太多了", wish.amount)

    ledger = Ledger(book.ledger.rules, book.ledger.days, judge)
    held = await book.do(lambda within: ledger.grant(within, "lin", 5, source="签到", event="a"))
    assert held == Held("太多了", 5)
    assert await balance(book) == 0
    await book.do(lambda within: ledger.grant(within, "lin", 5, source="签到", event="a", judged=True))
    assert await balance(book) == 5


async def test_what_is_held_counts_in_the_limits_of_its_day_and_once_only(make_book: MakeBook) -> None:
    book = make_book(caps={"签到": 8})
    seen: set[str] = set()

    async def judge(_: Within, wish: Wish) -> Held:
        repeated = wish.event in seen
        seen.add(wish.event)
        return Held("太多了", wish.amount, repeated)

    ledger = Ledger(book.ledger.rules, book.ledger.days, judge)

    async def ask(event: str) -> object:
        return await book.do(lambda within: ledger.grant(within, "lin", 5, source="签到", event=event))

    assert await ask("a") == Held("太多了", 5)
    assert await ask("a") == Held("太多了", 3, repeated=True)
    assert await ask("b") == Held("太多了", 3)
    assert isinstance(await ask("c"), Capped)
    assert await balance(book) == 0


async def undo(book: Book, id: int) -> object:
    return await book.do(lambda within: book.ledger.undo(within, id, reason="发错了", actor="boss"))


async def test_undoing_adds_a_counter_entry_once(book: Book) -> None:
    granted = await grant(book, 5, "a")
    assert isinstance(granted, Granted)
    undone, again = await undo(book, granted.entry.id), await undo(book, granted.entry.id)
    assert isinstance(undone, Undone)
    assert isinstance(again, Undone)
    assert (undone.entry.amount, undone.repeated, again.repeated) == (-5, False, True)
    assert (await balance(book), undone.account.score) == (0, 0)
    rows = await book.database.read(sa.select(entries.c.amount).order_by(entries.c.id))
    assert [row.amount for row in rows] == [5, -5]


async def test_what_was_paid_comes_back_without_counting_as_earned(book: Book) -> None:
    await grant(book, 5, "a")
    spent = await spend(book, 5, "b")
    assert isinstance(spent, Spent)
    undone = await undo(book, spent.entry.id)
    assert isinstance(undone, Undone)
    assert (undone.account.balance, undone.account.score) == (5, 5)


async def test_a_gift_that_was_spent_can_still_be_undone_and_is_owed(book: Book) -> None:
    granted = await grant(book, 5, "a")
    assert isinstance(granted, Granted)
    await spend(book, 5, "b")
    await undo(book, granted.entry.id)
    assert await balance(book) == -5
    short = await spend(book, 1, "c")
    assert isinstance(short, Short)
    await grant(book, 7, "d")
    assert await balance(book) == 2


async def test_what_was_undone_or_is_not_there_cannot_be_undone(book: Book) -> None:
    granted = await grant(book, 5, "a")
    assert isinstance(granted, Granted)
    undone = await undo(book, granted.entry.id)
    assert isinstance(undone, Undone)
    assert isinstance(await undo(book, undone.entry.id), Fixed)
    assert isinstance(await undo(book, 999_999), Fixed)


async def test_titles_come_with_what_was_ever_earned(make_book: MakeBook) -> None:
    book = make_book(levels={"0": "新朋友", "10": "常客"})
    first, second = await grant(book, 9, "a"), await grant(book, 1, "b")
    assert isinstance(first, Granted)
    assert isinstance(second, Granted)
    assert (first.title, second.title) == ("", "常客")
    await spend(book, 10, "c")
    assert (await grant(book, 1, "d")).title == ""  # type: ignore[attr-defined]


# Expiry


async def expire(book: Book, member: str = "lin") -> int:
    async def work(within: Within) -> int:
        account = await book.ledger.account(within.transaction, member)
        return (await book.ledger.expire(within, account.member_key)).balance

    return await book.do(work)


async def test_points_expire_a_year_after_they_came_the_oldest_are_spent_first(make_book: MakeBook) -> None:
    book = make_book(expire="365d")
    await grant(book, 10, "a")
    book.forward(days=100)
    await grant(book, 20, "b")
    await spend(book, 4, "c")
    book.forward(days=265)
    assert await expire(book) == 26
    book.forward(days=1)
    assert await expire(book) == 20
    assert await expire(book) == 20
    book.forward(days=100)
    assert await expire(book) == 0
    assert await balance(book) == 0


async def test_points_last_to_the_end_of_their_last_day(make_book: MakeBook) -> None:
    book = make_book(expire="1d")
    await grant(book, 10, "a")
    book.forward(hours=37, minutes=59)
    assert await expire(book) == 10
    book.forward(minutes=1)
    assert await expire(book) == 0


async def test_expired_points_cannot_be_spent_even_before_the_night_has_come(make_book: MakeBook) -> None:
    book = make_book(expire="10d")
    await grant(book, 10, "a")
    book.forward(days=11)
    short = await spend(book, 1, "b")
    assert isinstance(short, Short)
    assert short.account.balance == 0


async def test_how_much_is_about_to_expire_can_be_told(make_book: MakeBook) -> None:
    book = make_book(expire="30d")
    await grant(book, 10, "a")
    book.forward(days=10)
    await grant(book, 20, "b")
    await spend(book, 3, "c")

    async def soon(days: int) -> int:
        async def work(within: Within) -> int:
            account = await book.ledger.account(within.transaction, "lin")
            return await book.ledger.expiring(within.transaction, account, book.now + timedelta(days=days))

        return await book.do(work)

    assert [await soon(20), await soon(21), await soon(31)] == [0, 7, 27]


async def test_a_book_without_expiry_forgets_nothing(book: Book) -> None:
    await grant(book, 10, "a")
    book.forward(days=4000)
    assert await expire(book) == 10


async def test_the_account_says_what_the_entries_add_up_to(book: Book) -> None:
    await grant(book, 10, "a")
    await spend(book, 3, "b")
    row = (await book.database.read(sa.select(balances)))[0]
    assert (row.number, row.balance, row.credit, row.debit, row.score) == (2, 7, 10, 3, 10)
