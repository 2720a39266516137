"""The mechanism that games share, shown with the smallest game."""

import inspect
import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store.connection import Connection
from bot.store.tables import timers
from bot.transaction import EventTransaction, Outdated
from bot.types.events import Conversation, Signal
from handlers.fairplay.barring import bar
from handlers.games import match as matches
from handlers.games.clock import BEGIN
from handlers.games.game import Step
from handlers.games.tables import matches as kept
from handlers.points.within import Outside
from tests.handlers.games import number as third
from tests.handlers.games.conftest import MakeRoom
from tests.handlers.games.number import number
from tests.handlers.games.room import GROUP, PLACE, Room


async def hidden(room: Room) -> int:
    """The number that is looked for."""
    rows = await room.stage.database.read(sa.select(kept.c.state))
    return int(json.loads(rows[0].state)["number"])


def test_a_third_game_takes_less_than_eighty_lines() -> None:
    assert len(inspect.getsource(third).splitlines()) < 80


async def test_a_game_goes_from_its_opening_to_its_reward(make_room: MakeRoom) -> None:
    room = make_room("", number())
    assert await room.say("lin", "猜数字") == "猜猜我想的数，1 到 100。"
    wanted = await hidden(room)
    other = wanted - 1 if wanted > 1 else wanted + 1
    assert str(wanted) not in (await room.say("man", str(other))).split()[0]
    assert await room.say("man", str(wanted)) == "小满猜中了！\n1. 小满 1 分，+3 积分"
    assert await room.points() == [(3, "游戏")]
    assert not await room.is_on()


async def test_what_is_no_move_goes_on_to_the_others(make_room: MakeRoom) -> None:
    room = make_room("[signin]", number())
    await room.say("lin", "猜数字")
    assert await room.say("man", "怎么退货") == "七天内可以退。"
    assert "签到成功" in await room.say("man", "签到")
    assert room.stage.last.handler == "signin"
    await room.say("man", "这是什么呀")
    assert room.stage.last.handler == "fallback"
    assert await room.is_on()


async def test_one_game_at_a_time_in_a_conversation(make_room: MakeRoom) -> None:
    room = make_room("", number())
    await room.say("lin", "猜数字")
    assert "正在玩" in await room.say("man", "玩猜数字")
    assert await room.alone("man", "猜数字") == "猜猜我想的数，1 到 100。"


async def test_who_began_it_or_a_manager_may_stop_it(make_room: MakeRoom) -> None:
    room = make_room("", number())
    await room.say("lin", "猜数字")
    assert await room.say("man", "结束游戏") == "「结束游戏」要由开局的人或管理员来说。"
    assert await room.say("boss", "结束游戏") == "「猜数字」就玩到这里。\n没有人得分。"
    await room.say("lin", "猜数字")
    assert "就玩到这里" in await room.say("lin", "不玩了")
    await room.say("lin", "不玩了")
    assert room.stage.last.handler == "fallback"


async def test_who_joins_is_counted_before_the_first_move(make_room: MakeRoom) -> None:
    room = make_room("", number())
    await room.say("lin", "猜数字")
    assert await room.say("man", "我也来") == "小满加入了，现在 1 人。"
    assert await room.say("lin", "我要参加") == "小林加入了，现在 2 人。"
    assert await room.say("lin", "比分") == "没有人得分。"


def test_no_step_waits_longer_than_matches_are_waited_for() -> None:
    longest = timedelta(minutes=10)
    assert Step(say="", state=None, wait=longest).wait == longest
    with pytest.raises(ValueError, match="0:10:00"):
        Step(say="", state=None, wait=longest + timedelta(seconds=1))


async def test_the_time_is_over_for_all(make_room: MakeRoom) -> None:
    room = make_room("", number())
    await room.say("lin", "猜数字")
    assert await room.wait(minutes=1) == ""
    assert (await room.wait(minutes=2)).startswith("时间到，是 ")
    assert not await room.is_on()


async def test_a_game_that_nobody_plays_ends(make_room: MakeRoom) -> None:
    room = make_room('[games]\nidle = "5m"', number(lasting=None))
    await room.say("lin", "猜数字")
    assert await room.wait(minutes=4) == ""
    await room.say("man", "0")
    assert await room.wait(minutes=4) == ""
    assert await room.wait(minutes=2) == "「猜数字」好久没人玩，先到这里。\n没有人得分。"
    assert not await room.is_on()


async def test_a_match_goes_on_after_a_restart_in_the_middle_of_it(make_stored_room: MakeRoom) -> None:
    room = make_stored_room("", number())
    await room.say("lin", "猜数字")
    wanted = await hidden(room)
    await room.say("man", "101")
    room.furnish("", number())
    assert await room.say("lin", str(wanted)) == "小林猜中了！\n1. 小林 1 分，+3 积分\n2. 小满 0 分"
    await room.say("lin", "猜数字")
    room.furnish("", number())
    assert "时间到" in await room.wait(minutes=3)


async def test_a_match_whose_game_is_gone_ends_quietly(make_room: MakeRoom) -> None:
    room = make_room("", number())
    await room.say("lin", "猜数字")
    other = third.GuessTheNumber(title="别的", state=third.Hidden)
    room.furnish("", other)
    await room.say("lin", "50")
    assert room.stage.last.handler == "fallback"
    assert not await room.is_on()


async def test_a_right_answer_of_the_same_moment_that_comes_second_finds_the_match_over(make_room: MakeRoom) -> None:
    room = make_room("", number())
    await room.say("lin", "猜数字")
    wanted = str(await hidden(room))
    said = []
    for member in ("lin", "man"):
        message = room.message(member, wanted)
        said += [seen.words for seen in await room.stage.happen(message)]
    assert said[0] == "小林猜中了！\n1. 小林 1 分，+3 积分"
    assert room.stage.last.handler == "fallback"
    assert await room.points() == [(3, "游戏")]


async def test_whoever_read_an_older_match_is_run_again(make_stored_room: MakeRoom) -> None:
    room = make_stored_room("", number())
    await room.say("lin", "猜数字")

    async def work(connection: Connection) -> None:
        late, first = (_context(room, event, connection) for event in ("late", "first"))
        assert await matches.lock(late) == await matches.lock(first)
        await first.transaction.settle()
        await late.transaction.settle()

    with pytest.raises(Outdated):
        await room.stage.database.write(work)


@dataclass
class Here:
    """As much of a context as a match needs."""

    transaction: EventTransaction
    conversation: Conversation = GROUP


def _context(room: Room, event: str, connection: Connection) -> Any:
    return Here(EventTransaction(connection, event, room.stage.now, 1))


async def test_a_day_brings_only_so_much_from_games(make_room: MakeRoom) -> None:
    room = make_room("[games]\ndaily = 5", number())
    for expected in ("+3 积分", "+2 积分（今天玩游戏的上限到了）", "（今天玩游戏的上限到了）"):
        await room.say("lin", "猜数字")
        assert expected in await room.say("lin", str(await hidden(room)))
    assert [amount for amount, _ in await room.points()] == [3, 2]


async def test_who_may_not_take_part_makes_no_move(make_room: MakeRoom) -> None:
    room = make_room("", number())
    await room.say("lin", "猜数字")
    now = room.stage.now

    async def work(connection: Connection) -> None:
        transaction = EventTransaction(connection, "bar", now, 1)
        await bar(Outside(now, transaction), "man", timedelta(hours=1), "刷屏")
        await transaction.settle()

    await room.stage.database.write(work)
    assert "暂时不能参加活动" in await room.say("man", "50")
    assert "在 " in await room.say("lin", "0")


async def test_where_games_are_switched_off_nobody_plays(make_room: MakeRoom) -> None:
    room = make_room("", number())
    other = Conversation(GROUP.door, "group", "wrAAAAAAAAAAAAAAAAAAAAAAAAAAAA02")
    await room.say("lin", "猜数字", other)
    assert room.stage.last.handler != "games"


async def test_a_halted_bot_ends_it_without_a_word(make_room: MakeRoom) -> None:
    room = make_room("", number())
    await room.say("lin", "猜数字")
    await room.say("boss", "停机")
    assert await room.wait(minutes=5) == ""
    assert not await room.is_on()


async def test_a_match_has_one_clock_and_leaves_none_behind(make_room: MakeRoom) -> None:
    room = make_room("", number())
    await room.say("lin", "猜数字")
    await room.say("lin", "0")
    assert len(await room.stage.database.read(sa.select(timers))) == 1
    await room.say("lin", "结束游戏")
    assert await room.stage.database.read(sa.select(timers)) == []


async def test_a_clock_that_rang_for_an_older_match_is_not_heard_by_the_next(make_room: MakeRoom) -> None:
    room = make_room("", number())
    await room.say("lin", "猜数字")
    tick = await room.stage.due(room.stage.now + timedelta(minutes=2))
    assert tick is not None
    await room.say("lin", "结束游戏")
    await room.say("lin", "猜数字")
    assert await room.stage.happen(tick) == []
    assert await room.is_on()
    assert "时间到" in await room.wait(minutes=2)


async def test_where_games_are_taken_away_a_match_ends_without_a_word(make_room: MakeRoom) -> None:
    room = make_room("", number())
    await room.say("lin", "猜数字")
    room.furnish("", number(), place=PLACE.replace('"games", ', ""))
    assert await room.wait(minutes=3) == ""
    assert not await room.is_on()


async def unheard(make_room: MakeRoom) -> Room:
    """A match whose clock rang while there were no games."""
    room = make_room("", number(lasting=None))
    await room.say("lin", "猜数字")
    await room.say("man", "0")
    room.furnish("")
    await room.wait(days=1)
    assert await room.is_on()
    room.furnish("", number(lasting=None))
    return room


async def test_who_begins_where_a_match_is_long_over_ends_it(make_room: MakeRoom) -> None:
    room = await unheard(make_room)
    said = await room.say("lin", "猜数字")
    assert said == "「猜数字」好久没人玩，先到这里。\n没有人得分。\n\n猜猜我想的数，1 到 100。"
    assert await room.is_on()


async def test_what_the_clock_begins_where_a_match_is_long_over_ends_it(make_room: MakeRoom) -> None:
    room = await unheard(make_room)
    now = room.stage.now
    signal = Signal(
        id="begin", conversation=GROUP, at=now, received_at=now, name=BEGIN, data={"title": "猜数字"}
    )  # fmt: skip
    assert [seen.words for seen in await room.stage.happen(replace(signal, data={"title": "别的"}))] == []
    seen = await room.stage.happen(replace(signal, id="again"))
    assert seen[0].words.endswith("猜猜我想的数，1 到 100。")
    assert await room.stage.happen(replace(signal, id="once more")) == []


@pytest.mark.parametrize("text", ["比分", "我也来", "结束游戏"])
async def test_who_asks_where_a_match_is_long_over_hears_that_it_is(make_room: MakeRoom, text: str) -> None:
    room = await unheard(make_room)
    assert await room.say("man", text) == "「猜数字」好久没人玩，先到这里。\n没有人得分。"
    assert not await room.is_on()


async def test_what_is_said_where_a_match_is_long_over_ends_it_and_is_answered_by_others(make_room: MakeRoom) -> None:
    room = await unheard(make_room)
    said = await room.say("man", "怎么退货")
    assert said == "「猜数字」好久没人玩，先到这里。\n没有人得分。\n七天内可以退。"
    assert room.stage.last.handler == "keyword"
    assert not await room.is_on()
