"""Answers that travel in the HTTP answer of their own callback keep their place in the conversation."""

import asyncio
from datetime import timedelta

import pytest

from bot.channels.door import Capabilities, Fault, Promise, SendError
from bot.passive import Claimed
from bot.store.database import StoreDown
from bot.types.actions import Notify, Reply, Text
from bot.types.context import Context
from bot.types.events import Conversation, Event, Message, Route
from bot.types.outcome import Outcome, answered
from tests.spine.conftest import MakeHouse
from tests.spine.house import House, Memo, message
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


async def test_who_has_gone_takes_nothing_from_its_repeat(house: House) -> None:
    async with house.at_work():
        event = message("m1", "一", route=REPLY)
        await house.inbox.put(event)
        await until(lambda: are_ready(house, 1))
        # There when it is claimed, gone before it is written.
        for moments in ([False], [True, False]):
            claimed = await house.passive.claim(event, house.passive.expect(event), True, iter(moments).__next__)
            assert (claimed.contents, claimed.decided) == ((), False)
            assert await are_ready(house, 1)
        assert words(await come_for(house, event)) == ["回：一"]


async def test_a_reply_does_not_overtake_the_one_before_it(house: House) -> None:
    async with house.at_work():
        first, second = await put_two(house)
        overtaking = asyncio.create_task(come_for(house, second))
        await asyncio.sleep(0.05)
        assert not overtaking.done()
        assert words(await come_for(house, first)) == ["回：一"]
        await house.passive.confirm(first.id)
        assert words(await overtaking) == ["回：二"]


async def test_a_reply_that_is_kept_back_too_long_leaves_by_its_lane_behind_the_other(house: House) -> None:
    house.passive._patience = 0.5
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


class Down:
    """A database that cannot be written."""

    async def write(self, work: object, **options: object) -> None:
        raise StoreDown("gone")


async def test_a_decision_is_told_though_the_database_is_down(house: House) -> None:
    event = message("m1", route=REPLY)
    await house.passive.give_up(event)
    house.passive._database = Down()  # type: ignore[assignment]
    await house.passive.decided(event.id, ready=True)


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
        # What was written may still be on its way.
        await asyncio.sleep(0.2)
        assert house.doors[0].sent == []
        house.clock.forward(seconds=0.5)
        await until(lambda: len(house.doors[0].sent) == 1)


async def test_what_a_lane_sends_is_not_answered_as_well(house: House) -> None:
    async with house.at_work():
        house.doors[0].gate.clear()
        event = message("m1", route=REPLY)
        await house.inbox.put(event)
        await until(lambda: in_state(house, "ready"))
        house.clock.forward(seconds=21)
        await until(lambda: in_state(house, "sending"))
        during = await come_for(house, event)
        house.doors[0].gate.set()
        await until(lambda: in_state(house, "done"))
        afterwards = await come_for(house, event)
    assert words(during) == words(afterwards) == []


async def in_state(house: House, *wanted: str) -> bool:
    return [row.state for row in await house.rows()] == list(wanted)


async def both(event: Event, context: Context) -> Outcome:
    """Answers, and tells somebody else."""
    elsewhere = Conversation("app:助手", "direct", "wang.wu")
    told = Notify(to=elsewhere, content=Text(body="有人找您"))
    return answered(Reply(content=Text(body="您好")), told, reason="回答并转告")


async def test_a_callback_repeats_and_confirms_only_what_it_carried(make_house: MakeHouse) -> None:
    door = Memo(capabilities=Capabilities(2048, (), Promise.UNKEYED), failures=[SendError(Fault.UNKNOWN, "断了")])
    house = make_house(doors=(door,))
    house.handler.script = both
    async with house.at_work():
        event = message("m1", route=REPLY)
        await house.inbox.put(event)
        await until(lambda: in_state(house, "ready", "uncertain"))
        assert words(await come_for(house, event)) == ["您好"]
        assert words(await come_for(house, event)) == ["您好"]
        await house.passive.confirm(event.id)
        assert await in_state(house, "done", "uncertain")


async def test_a_callback_that_gave_up_hurries_only_its_own_answer(house: House) -> None:
    house.handler.script = both
    house.doors[0].failures.append(SendError(Fault.LIMITED, "超频", after=timedelta(minutes=1)))
    async with house.at_work():
        event = message("m1", route=REPLY)
        await house.inbox.put(event)
        await until(lambda: is_told_later(house))
        await house.passive.give_up(event)
        await until(lambda: in_state(house, "done", "waiting"))
        assert await is_told_later(house)


async def is_told_later(house: House) -> bool:
    return any(row.state == "waiting" and row.due_at > house.clock.now() for row in await house.rows())


async def test_a_stream_that_is_decided_late_is_left_to_its_next_poll(house: House) -> None:
    house.clock.forward(seconds=30)
    async with house.at_work():
        await house.inbox.put(message("m1", route=Route(passive="stream")))
        await until(lambda: are_ready(house, 1))
        await asyncio.sleep(0.1)
        assert house.doors[0].sent == []
        house.clock.forward(seconds=6)
        await until(lambda: len(house.doors[0].sent) == 1)


async def test_an_answer_that_could_not_be_noted_is_noted_with_the_next(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise StoreDown("gone")

    async with house.at_work():
        first, second = await put_two(house)
        await come_for(house, first)
        with monkeypatch.context() as patched, pytest.raises(StoreDown):
            patched.setattr(house.passive._database, "write", away)
            await house.passive.confirm(first.id)
        assert await in_state(house, "handed", "ready")
        await house.passive.confirm(second.id)
        assert await in_state(house, "done", "ready")
