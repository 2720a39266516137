"""Who may not take part for a while, and what they hear."""

from datetime import timedelta

from handlers.fairplay.barring import admit, bar, barred, standing
from handlers.points.members import called, key_of
from tests.handlers.points.book import Book


async def test_a_member_may_take_part_unless_barred(book: Book) -> None:
    assert await book.do(lambda within: barred(within, "lin")) == ""
    await book.do(lambda within: bar(within, "lin", timedelta(hours=24), "find:1"))
    assert await book.do(lambda within: barred(within, "mei")) == ""
    assert await book.do(lambda within: barred(within, "lin")) == (
        "你暂时不能参加活动，1 天后就可以了。有误会请发「转人工」。"
    )


async def test_the_longest_of_several_times_counts_and_the_rest_of_it_is_told(book: Book) -> None:
    await book.do(lambda within: bar(within, "lin", timedelta(hours=24), "find:1"))
    await book.do(lambda within: bar(within, "lin", timedelta(hours=1), "find:2"))
    book.forward(hours=20, minutes=55)
    assert "3 小时 5 分钟后" in await book.do(lambda within: barred(within, "lin"))
    book.forward(hours=3, minutes=4, seconds=30)
    assert "1 分钟后" in await book.do(lambda within: barred(within, "lin"))
    book.forward(seconds=30)
    assert await book.do(lambda within: barred(within, "lin")) == ""


async def test_what_was_a_mistake_is_taken_back_alone(book: Book) -> None:
    await book.do(lambda within: bar(within, "lin", timedelta(hours=24), "find:1"))
    await book.do(lambda within: bar(within, "lin", timedelta(hours=1), "find:2"))
    assert not await book.do(lambda within: admit(within, "lin", "find:1"))
    assert "1 小时后" in await book.do(lambda within: barred(within, "lin"))
    assert await book.do(lambda within: admit(within, "lin", "find:2"))
    assert not await book.do(lambda within: admit(within, "lin", "find:2"))


async def test_whatever_it_was_for_a_member_is_let_in_at_once(book: Book) -> None:
    for cause in ("find:1", "find:2"):
        await book.do(lambda within, cause=cause: bar(within, "lin", timedelta(hours=24), cause))
    await book.do(lambda within: bar(within, "mei", timedelta(hours=24), "find:3"))
    assert await book.do(lambda within: admit(within, "lin"))
    assert await book.do(lambda within: barred(within, "lin")) == ""
    assert not await book.do(lambda within: admit(within, "lin"))
    assert await book.do(lambda within: barred(within, "mei")) != ""


async def test_who_is_barred_before_they_ever_took_part_is_found_by_name(book: Book) -> None:
    await book.do(lambda within: bar(within, "wmXiaowang", timedelta(hours=24), "find:1", "小王"))
    assert await book.do(lambda within: called(within.transaction, ("小王",))) == ["wmXiaowang"]


async def test_the_list_of_who_is_kept_out_has_a_bound_and_tells_the_longest_time_of_each(book: Book) -> None:
    for hours, who in ((24, "lin"), (1, "lin"), (2, "mei"), (3, "lan")):
        await book.do(lambda within, h=hours, who=who: bar(within, who, timedelta(hours=h), f"find:{h}"))
    keys = [await book.do(lambda within, who=who: key_of(within, who)) for who in ("mei", "lan", "lin")]
    listed = await book.do(lambda within: standing(within.transaction, within.now, 2))
    assert [key for key, _ in listed] == keys[:2]
    book.forward(hours=3)
    listed = await book.do(lambda within: standing(within.transaction, within.now, 9))
    assert [key for key, _ in listed] == keys[2:]
