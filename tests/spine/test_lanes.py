"""What was committed goes out once, in order, or is admitted to be uncertain."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from bot.channels.door import Capabilities, Delivery, Fault, Promise, SendError
from bot.outbox import _FIRST
from bot.store.connection import Connection
from bot.store.database import StoreDown
from bot.store.tables import events, outbox, routes
from bot.stuck import drop, retry
from bot.types.actions import Card, Notify, Reply, Text, Update
from bot.types.context import Context
from bot.types.events import Conversation, Event, Message, Route
from bot.types.outcome import Outcome, answered, silent
from tests.spine.conftest import MakeHouse
from tests.spine.house import START, House, Memo, message
from tests.waiting import until

STREAM = Route(passive="stream", url="https://example.com/once", expires_at=START + timedelta(hours=1))


async def states(house: House) -> list[str]:
    return [row.state for row in await house.rows() if not row.id.endswith((":withheld", ":blocked"))]


async def in_state(house: House, *wanted: str) -> bool:
    return await states(house) == list(wanted)


async def is_told(house: House, topic: str = "withheld") -> bool:
    return bool(await house.database.read(sa.select(events).where(events.c.topic == topic)))


async def is_put_off(house: House) -> bool:
    return any(row.state == "waiting" and row.due_at > house.clock.now() for row in await house.rows())


async def test_a_busy_door_is_tried_again_and_order_is_kept(house: House) -> None:
    door = house.doors[0]
    door.failures += [SendError(Fault.BUSY, "忙"), SendError(Fault.BUSY, "忙")]
    async with house.at_work():
        await house.inbox.put(message("m1", "一"))
        await house.inbox.put(message("m2", "二"))
        for _ in range(2):
            await until(lambda: is_put_off(house))
            house.clock.forward(seconds=10)
        await until(lambda: in_state(house, "done", "done"))
    assert door.texts == ["回：一", "回：一", "回：一", "回：二"]


async def test_a_dead_letter_releases_what_waits_behind_it(house: House) -> None:
    door = house.doors[0]
    door.failures.append(SendError(Fault.REFUSED, "收件人不存在", 81013))
    async with house.at_work():
        await house.inbox.put(message("m1", "一"))
        await house.inbox.put(message("m2", "二"))
        await until(lambda: in_state(house, "dead", "done"))
    (dead, _) = await house.rows()
    assert dead.error == "收件人不存在"


async def test_a_rate_limit_costs_no_try(house: House) -> None:
    door = house.doors[0]
    door.failures += [SendError(Fault.LIMITED, "超频", 45009, timedelta(seconds=60)) for _ in range(12)]
    door.failures.append(SendError(Fault.BUSY, "忙"))
    async with house.at_work():
        await house.inbox.put(message("m1"))
        for _ in range(13):
            await until(lambda: is_put_off(house))
            house.clock.forward(seconds=61)
        await until(lambda: in_state(house, "done"))


async def test_a_door_that_breaks_leaves_its_row_uncertain_and_the_other_lanes_going(make_house: MakeHouse) -> None:
    class Broken(Memo):
        async def send(self, delivery: Delivery) -> str:
            if delivery.member == "li.na":
                raise ZeroDivisionError
            return await super().send(delivery)

    house = make_house(doors=(Broken(),))
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: in_state(house, "uncertain"))
        await house.inbox.put(message("m2", member="wang.wu"))
        await until(lambda: in_state(house, "uncertain", "done"))


async def test_a_row_that_nobody_can_read_is_set_aside_and_the_lanes_go_on(house: House) -> None:
    async def spoil(connection: Connection) -> None:
        await connection.execute(outbox.update().values(content='{"type": "later"}'))

    async with house.at_work():
        house.doors[0].failures.append(SendError(Fault.BUSY, "忙"))
        await house.inbox.put(message("m1"))
        await until(lambda: is_put_off(house))
        await house.database.write(spoil)
        house.clock.forward(seconds=10)
        await until(lambda: in_state(house, "uncertain"))
        await house.inbox.put(message("m2", "后来的"))
        await until(lambda: in_state(house, "uncertain", "done"))


async def test_what_a_door_tells_is_kept_whatever_characters_are_in_it(house: House) -> None:
    house.doors[0].failures.append(SendError(Fault.REFUSED, "不收\0\ud800"))
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: in_state(house, "dead"))
    (row,) = await house.rows()
    assert row.error == "不收?"


async def test_what_may_have_arrived_does_not_end_as_dead(house: House) -> None:
    house.doors[0].failures += [SendError(Fault.UNKNOWN, "断了"), SendError(Fault.REFUSED, "不收")]
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: is_put_off(house))
        house.clock.forward(seconds=10)
        await until(lambda: in_state(house, "uncertain"))


async def test_what_could_not_be_screened_is_screened_before_it_goes_out_after_all(make_house: MakeHouse) -> None:
    async def relay(event: Event, context: Context) -> Outcome:
        return answered(Reply(content=Text(body="全网最低价", fixed=False)), reason="转达")

    house = make_house(screen_broken=True, forbidden="最低价")
    house.handler.script = relay
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: in_state(house, "held"))
        house.clock.forward(seconds=61)
        await asyncio.sleep(0.1)
        assert house.doors[0].sent == []
        house.screen_broken = False
        house.clock.forward(seconds=61)
        await until(lambda: in_state(house, "done"))
    assert house.doors[0].texts == ["（这句话不便说）"]


@pytest.mark.parametrize(("promise", "end"), [(Promise.KEYED, "done"), (Promise.UNKEYED, "uncertain")])
async def test_an_unknown_end_is_tried_again_only_at_a_keyed_door(
    make_house: MakeHouse, promise: Promise, end: str
) -> None:
    door = Memo(capabilities=Capabilities(2048, (), promise), failures=[SendError(Fault.UNKNOWN, "断了")])
    house = make_house(doors=(door,))
    async with house.at_work():
        await house.inbox.put(message("m1"))
        if promise == Promise.KEYED:
            await until(lambda: is_put_off(house))
            house.clock.forward(seconds=10)
        await until(lambda: in_state(house, end))
    assert [one.unknown for one in door.sent] == ([False, True] if promise == Promise.KEYED else [False])


async def left_sending(house: House) -> None:
    """As a process leaves it that died while it was sending."""
    async with house.at_work():
        house.doors[0].gate.clear()
        await house.inbox.put(message("m1"))
        await until(lambda: in_state(house, "sending"))
        mark = partial(_set_state, "kept")
        await house.database.write(mark)
        house.doors[0].gate.set()
    await house.database.write(partial(_set_state, "sending"))
    house.doors[0].sent.clear()


async def _set_state(state: str, connection: Any) -> None:
    await connection.execute(outbox.update().values(state=state))


@pytest.mark.parametrize(("promise", "end"), [(Promise.KEYED, "done"), (Promise.UNKEYED, "uncertain")])
async def test_what_a_dead_process_was_sending_may_have_arrived(
    make_house: MakeHouse, promise: Promise, end: str
) -> None:
    capabilities = Capabilities(2048, (), promise)
    await left_sending(make_house(doors=(Memo(capabilities=capabilities),), owner="dead"))
    heir = make_house(doors=(Memo(capabilities=capabilities),), owner="heir")
    async with heir.at_work():
        await until(lambda: in_state(heir, end))
    assert [one.unknown for one in heir.doors[0].sent] == ([True] if promise == Promise.KEYED else [])


class Doubtful:
    """A database that loses its connection once, after it committed that a row is being sent."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.is_lost = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def write(self, work: Any, **options: Any) -> Any:
        result = await self._inner.write(work, **options)
        if not self.is_lost and result and "_claim_to_send" in repr(work):
            self.is_lost = True
            raise StoreDown("broke during the commit")
        return result


async def test_a_row_of_which_nobody_knows_whether_it_is_being_sent_does_not_stay_for_ever(house: House) -> None:
    house.lanes._database = database = Doubtful(house.database)  # type: ignore[assignment]
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: in_state(house, "done"))
    assert database.is_lost


async def test_two_senders_of_one_lane_send_once(make_house: MakeHouse) -> None:
    house = make_house()
    async with house.at_work():
        house.lanes.stop()
        await house.inbox.put(message("m1"))
        await until(lambda: house.committed)
    (row,) = await house.rows()
    twin = make_house()
    twin.leases.held.update(house.leases.held)
    house.lanes._busy[row.lane] = twin.lanes._busy[row.lane] = row.partition
    await asyncio.gather(house.lanes._send(row), twin.lanes._send(row))
    assert len(house.doors[0].sent) + len(twin.doors[0].sent) == 1


async def test_a_process_that_slept_sends_nothing(make_house: MakeHouse) -> None:
    sleeper, other = make_house(owner="sleeper"), make_house(owner="other")
    async with sleeper.at_work():
        sleeper.lanes.stop()
        await sleeper.inbox.put(message("m1"))
        await until(lambda: sleeper.committed)
    (row,) = await sleeper.rows()
    await other.leases.take()
    sleeper.lanes._busy[row.lane] = row.partition
    await sleeper.lanes._send(row)
    assert sleeper.doors[0].sent == []
    assert row.partition not in sleeper.leases.held
    assert await in_state(sleeper, "waiting")


async def test_the_result_of_a_process_that_slept_is_not_kept(make_house: MakeHouse) -> None:
    capabilities = Capabilities(2048, (), Promise.UNKEYED)
    sleeper, heir = (make_house(doors=(Memo(capabilities=capabilities),), owner=owner) for owner in ("sleeper", "heir"))
    async with sleeper.at_work():
        sleeper.doors[0].gate.clear()
        await sleeper.inbox.put(message("m1"))
        await until(lambda: in_state(sleeper, "sending"))
        await heir.leases.take()
        await heir.lanes._recover()
        assert await in_state(heir, "uncertain")
        sleeper.doors[0].gate.set()
        await until(lambda: sleeper.doors[0].sent)
    assert await in_state(heir, "uncertain")


async def test_a_lane_takes_a_passive_answer_only_when_nobody_came_for_it(house: House) -> None:
    async with house.at_work():
        await house.inbox.put(message("m1", route=Route(passive="reply")))
        await until(lambda: in_state(house, "ready"))
        house.clock.forward(seconds=19)
        await asyncio.sleep(0.1)
        assert house.doors[0].sent == []
        house.clock.forward(seconds=2)
        await until(lambda: in_state(house, "done"))


async def test_a_callback_and_a_lane_never_both_send(house: House) -> None:
    async with house.at_work():
        event = message("m1", route=Route(passive="reply"))
        future = house.passive.expect(event)
        await house.inbox.put(event)
        claimed = await house.passive.claim(event, future, seen=False)
        assert [one.body for one in claimed.contents if isinstance(one, Text)] == ["回：你好"]
        house.clock.forward(seconds=25)
        await asyncio.sleep(0.1)
    assert house.doors[0].sent == []


async def test_a_retry_of_a_callback_gets_the_same_words_again(house: House) -> None:
    async with house.at_work():
        event = message("m1", route=Route(passive="reply"))
        future = house.passive.expect(event)
        await house.inbox.put(event)
        first = await house.passive.claim(event, future, seen=False)
        again = await house.passive.claim(event, house.passive.expect(event), seen=True)
        await house.passive.confirm(event.id)
        last = await house.passive.claim(event, house.passive.expect(event), seen=True)
    assert first.contents == again.contents == last.contents != ()
    assert await states(house) == ["done"]


async def test_an_answer_that_nobody_confirmed_is_uncertain(house: House) -> None:
    async with house.at_work():
        event = message("m1", route=Route(passive="reply"))
        future = house.passive.expect(event)
        await house.inbox.put(event)
        await house.passive.claim(event, future, seen=False)
        house.clock.forward(seconds=31)
        await until(lambda: in_state(house, "uncertain"))
        await house.passive.claim(event, house.passive.expect(event), seen=True)
        await house.passive.confirm(event.id)
        assert await in_state(house, "done")


async def test_a_callback_that_gave_up_lets_the_lane_send_at_once(house: House) -> None:
    async def slowly(event: Event, context: Context) -> Outcome:
        await asyncio.sleep(0.7)
        return answered(Reply(content=Text(body="久等")), reason="慢")

    house.handler.script = slowly
    house.passive._patience = 0.2
    async with house.at_work():
        event = message("m1", route=Route(passive="reply"))
        future = house.passive.expect(event)
        await house.inbox.put(event)
        assert not (await house.passive.claim(event, future, seen=False)).decided
        house.passive.forget(event, future)
        await house.passive.give_up(event)
        await until(lambda: house.doors[0].texts == ["久等"])


async def test_a_text_does_not_travel_in_the_reply_before_the_card_that_was_said_first(house: House) -> None:
    async def both(event: Event, context: Context) -> Outcome:
        return answered(Reply(content=Card(task="x-1", title="卡片")), Reply(content=Text(body="文字")), reason="两样")

    house.handler.script = both
    async with house.at_work():
        event = message("m1", route=Route(passive="reply"))
        future = house.passive.expect(event)
        await house.inbox.put(event)
        assert (await house.passive.claim(event, future, seen=False)).contents == ()
        await until(lambda: house.doors[0].texts == ["卡片", "文字"])


async def test_only_one_text_of_several_travels_in_a_passive_reply(house: House) -> None:
    async def thrice(event: Event, context: Context) -> Outcome:
        return answered(*(Reply(content=Text(body=word)) for word in "一二三"), reason="三句")

    house.handler.script = thrice
    async with house.at_work():
        event = message("m1", route=Route(passive="reply"))
        future = house.passive.expect(event)
        await house.inbox.put(event)
        claimed = await house.passive.claim(event, future, seen=False)
        await house.passive.confirm(event.id)
        house.clock.forward(seconds=1)
        await until(lambda: len(house.doors[0].sent) == 2)
    assert len(claimed.contents) == 1
    assert house.doors[0].texts == ["二", "三"]


def aibot() -> Memo:
    return Memo(door="aibot:小助手", capabilities=Capabilities(20480, (), Promise.KEYED, needs_route=True))


async def test_words_without_a_route_wait_for_the_next_message(make_house: MakeHouse) -> None:
    door = aibot()
    house = make_house(doors=(door,))
    there = Conversation("aibot:小助手", "direct", "li.na")

    async def relay(event: Event, context: Context) -> Outcome:
        if isinstance(event, Message) and event.text == "转":
            return silent(Notify(to=there, content=Text(body="客服的话", fixed=False), member="li.na"), reason="转达")
        return silent(reason="只听")

    door.failures.append(SendError(Fault.UNROUTED, ""))
    house.handler.script = relay
    async with house.at_work():
        await house.inbox.put(message("m1", "转", member="staff", door="aibot:小助手"))
        await until(lambda: in_state(house, "held"))
        # Whoever serves this person is told.
        await until(lambda: is_told(house))
        await house.inbox.put(message("m2", "在吗", door="aibot:小助手", route=STREAM))
        await until(lambda: in_state(house, "done"))
    assert door.sent[-1].route.url == STREAM.url
    (route,) = await house.database.read(sa.select(routes))
    assert route.used_by == "m1:0"


async def test_an_address_is_used_once(make_house: MakeHouse) -> None:
    door = aibot()
    house = make_house(doors=(door,))
    async with house.at_work():
        await house.inbox.put(message("m1", door="aibot:小助手", route=STREAM))
        await until(lambda: in_state(house, "ready"))
        house.clock.forward(seconds=21)
        await until(lambda: in_state(house, "done"))
        door.failures.append(SendError(Fault.UNROUTED, ""))
        await house.inbox.put(message("m2", door="aibot:小助手"))
        await until(lambda: in_state(house, "done", "held"))
    assert [one.route.url for one in door.sent] == [STREAM.url, ""]


async def test_a_card_update_belongs_to_the_answer_of_its_click(house: House) -> None:
    async def update(event: Event, context: Context) -> Outcome:
        return answered(Update(card=Card(task="desk-1", title="已接单", done="已接单")), reason="接单")

    house.handler.script = update
    async with house.at_work():
        event = message("m1", route=Route(passive="update", code="RC"))
        future = house.passive.expect(event)
        await house.inbox.put(event)
        claimed = await house.passive.claim(event, future, seen=False)
    assert [type(one) for one in claimed.contents] == [Card]


async def test_a_welcome_that_came_too_late_is_dropped(house: House) -> None:
    async with house.at_work():
        await house.inbox.put(message("m1", route=Route(passive="welcome")))
        await until(lambda: in_state(house, "ready"))
        house.clock.forward(seconds=21)
        await until(lambda: in_state(house, "dead"))
    assert house.doors[0].sent == []


async def test_what_waited_long_is_screened_again(make_house: MakeHouse) -> None:
    house = make_house()
    house.doors[0].failures.append(SendError(Fault.LIMITED, "超频", after=timedelta(minutes=11)))
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: is_put_off(house))
        house.forbidden = "你好"
        house.clock.forward(minutes=12)
        await until(lambda: in_state(house, "done"))
        await until(lambda: is_told(house, "blocked"))
    assert house.doors[0].texts[-1] == "（这句话不便说）"


async def test_long_words_are_cut_to_what_the_door_carries(house: House) -> None:
    async def long(event: Event, context: Context) -> Outcome:
        return answered(Reply(content=Text(body="很长的话。" * 300)), reason="长")

    house.handler.script = long
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: len(house.doors[0].sent) == 3)
    assert all(len(text.encode()) <= 2048 for text in house.doors[0].texts)
    assert "".join(house.doors[0].texts) == "很长的话。" * 300


async def test_a_person_can_send_again_or_give_up(house: House) -> None:
    house.doors[0].failures.append(SendError(Fault.REFUSED, "不收"))
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: in_state(house, "dead"))
        assert await house.database.write(lambda connection: retry(connection, "m1:0", house.clock.now()))
        await until(lambda: in_state(house, "done"))
        assert not await house.database.write(lambda connection: drop(connection, "m1:0", house.clock.now()))


async def test_looking_for_what_is_ahead_in_a_lane_passes_over_what_is_done(house: House) -> None:
    if house.database.dialect != "sqlite":
        pytest.skip("PostgreSQL chooses its plans by the size of the tables")
    query = sa.select(outbox.c.seq).where(_FIRST)
    words = query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    plan = await house.database.read(sa.text(f"EXPLAIN QUERY PLAN {words}"))
    assert any("outbox_lane (lane=? AND state=? AND seq<?)" in row.detail for row in plan), plan


async def test_a_door_that_hangs_leaves_room_for_the_others(make_house: MakeHouse) -> None:
    hanging, other = Memo(door="app:慢"), Memo(door="app:快")
    house = make_house(doors=(hanging, other))
    hanging.gate.clear()
    async with house.at_work():
        try:
            for number in range(40):
                await house.inbox.put(message(f"m{number}", member=f"u{number}", door="app:慢"))
            await until(lambda: len(house.committed) == 40, 20)
            await house.inbox.put(message("last", door="app:快"))
            await until(lambda: other.sent, 20)
        finally:
            hanging.gate.set()
        await until(lambda: len(hanging.sent) == 40, 20)


async def test_an_outage_of_some_minutes_kills_nothing(house: House) -> None:
    door = house.doors[0]
    door.failures += [SendError(Fault.BUSY, "忙") for _ in range(12)]
    async with house.at_work():
        await house.inbox.put(message("m1"))
        for _ in range(12):
            await until(lambda: is_put_off(house))
            house.clock.forward(minutes=5)
        await until(lambda: in_state(house, "done"))


async def test_what_cannot_be_sent_for_an_hour_is_dead(house: House) -> None:
    door = house.doors[0]
    door.failures += [SendError(Fault.BUSY, "忙") for _ in range(2)]
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: is_put_off(house))
        house.clock.forward(minutes=61)
        await until(lambda: in_state(house, "dead"))
