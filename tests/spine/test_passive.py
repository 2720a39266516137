"""Answers that travel in the HTTP answer of their own callback keep their place in the conversation."""

import asyncio

from bot.passive import Claimed
from bot.types.actions import Reply, Text
from bot.types.context import Context
from bot.types.events import Event, Message, Route
from bot.types.outcome import Outcome, answered
from tests.spine.house import House, message
from tests.waiting import until

REPLY = Route(passive="reply")


async def are_ready(house: House, number: int) -> bool:
    return [row.state for row in await house.rows()] == ["ready"] * number


async def put_two(house: House) -> tuple[Message, Message]:
    """Two answers of one conversation, which nobody has come for yet."""
    first, second = message("m1", "一", route=REPLY), message("m2", "二", route=REPLY)
    await house.inbox.put(first)
    await house.inbox.put(second)
    await until(lambda: are_ready(house, 2))
    return first, second


async def come_for(house: House, event: Message) -> Claimed:
    return await house.passive.claim(event, house.passive.expect(event), seen=True)


def words(claimed: Claimed) -> list[str]:
    return [content.body for content in claimed.contents if isinstance(content, Text)]


async def test_a_reply_does_not_overtake_the_one_before_it(house: House) -> None:
    async with house.at_work():
        first, second = await put_two(house)
        overtaking = asyncio.create_task(come_for(house, second))
        await asyncio.sleep(0.2)
        assert not overtaking.done()
        assert words(await come_for(house, first)) == ["回：一"]
        await house.passive.confirm(first.id)
        assert words(await overtaking) == ["回：二"]


async def test_a_reply_that_is_kept_back_too_long_leaves_by_its_lane_behind_the_other(house: House) -> None:
    async with house.at_work():
        first, second = await put_two(house)
        assert words(await come_for(house, second)) == []
        await house.passive.give_up(first)
        await until(lambda: len(house.doors[0].sent) == 2)
    assert house.doors[0].texts == ["回：一", "回：二"]


async def test_a_stream_need_not_wait_because_its_place_is_kept(house: House) -> None:
    stream = Route(passive="stream")
    async with house.at_work():
        await house.inbox.put(message("m1", "一", route=stream))
        second = message("m2", "二", route=stream)
        await house.inbox.put(second)
        await until(lambda: are_ready(house, 2))
        assert words(await come_for(house, second)) == ["回：二"]


async def test_a_reply_waits_until_the_one_before_it_is_written(house: House) -> None:
    async with house.at_work():
        first, second = await put_two(house)
        assert words(await come_for(house, first)) == ["回：一"]
        overtaking = asyncio.create_task(come_for(house, second))
        await asyncio.sleep(0.2)
        assert not overtaking.done()
        await house.passive.confirm(first.id)
        assert words(await overtaking) == ["回：二"]


async def test_the_rest_of_an_answer_waits_until_its_beginning_is_written(house: House) -> None:
    async def long(event: Event, context: Context) -> Outcome:
        return answered(Reply(content=Text(body="长" * 1000)), reason="长")

    house.handler.script = long
    async with house.at_work():
        event = message("m1", route=REPLY)
        await house.inbox.put(event)
        await until(lambda: house.committed)
        assert len(words(await come_for(house, event))) == 1
        await asyncio.sleep(0.2)
        assert house.doors[0].sent == []
        await house.passive.confirm(event.id)
        await until(lambda: len(house.doors[0].sent) == 1)
