"""Timers come due once, and not at all when what they wait for has changed."""

import asyncio
from datetime import timedelta
from functools import partial

import sqlalchemy as sa

from bot.inbox import Put
from bot.store.connection import Connection
from bot.store.tables import timers
from bot.transaction import EventTransaction
from bot.types.context import Context
from bot.types.events import Event, Message, Tick
from bot.types.outcome import Outcome, silent
from bot.types.ports import Timer
from tests.spine.house import PARTITIONS, House, message
from tests.waiting import until


def reminder(context: Context, guard: str = "") -> Timer:
    """A timer of a minute."""
    due = context.now + timedelta(minutes=1)
    return Timer(
        id="reminder", name="scripted.remind", conversation=context.conversation, due=due, data={"a": "b"}, guard=guard
    )


async def test_a_timer_becomes_a_tick_in_its_conversation(house: House) -> None:
    ticks: list[Tick] = []

    async def script(event: Event, context: Context) -> Outcome:
        if isinstance(event, Tick):
            ticks.append(event)
        else:
            await context.transaction.set_timer(reminder(context))
        return silent(reason="好")

    house.handler.script = script
    async with house.at_work(timers=True):
        await house.inbox.put(message("m1"))
        await until(lambda: house.committed)
        await asyncio.sleep(0.1)
        assert ticks == []
        house.clock.forward(seconds=61)
        await until(lambda: len(house.committed) == 2)
        # The sweeper forgets a timer only after its tick is safe in the inbox.
        await until(lambda: is_forgotten(house))
    assert (ticks[0].name, ticks[0].data, ticks[0].conversation.native) == ("scripted.remind", {"a": "b"}, "li.na")


async def is_forgotten(house: House) -> bool:
    return not await house.database.read(sa.select(timers))


async def test_a_timer_is_a_no_op_once_its_guard_has_moved(house: House) -> None:
    async def script(event: Event, context: Context) -> Outcome:
        assert not isinstance(event, Tick)
        if isinstance(event, Message) and event.id == "m1":
            await context.transaction.set_timer(reminder(context, f"thread:{context.thread.key}"))
        return silent(reason="好")

    house.handler.script = script
    async with house.at_work(timers=True):
        await house.inbox.put(message("m1"))
        await house.inbox.put(message("m2"))
        await until(lambda: len(house.committed) == 2)
        house.clock.forward(seconds=61)
        await until(lambda: len(house.committed) == 3)
    assert len(house.handler.decided) == 2


async def test_a_timer_holds_while_nothing_has_moved(house: House) -> None:
    async def script(event: Event, context: Context) -> Outcome:
        if isinstance(event, Message):
            await context.transaction.set_timer(reminder(context, f"thread:{context.thread.key}"))
        return silent(reason="好")

    house.handler.script = script
    async with house.at_work(timers=True):
        await house.inbox.put(message("m1"))
        await until(lambda: house.committed)
        house.clock.forward(seconds=61)
        await until(lambda: len(house.handler.decided) == 2)


async def test_a_timer_that_its_own_tick_sets_again_keeps_short_names(house: House) -> None:
    async def script(event: Event, context: Context) -> Outcome:
        await context.transaction.set_timer(reminder(context))
        return silent(reason="好")

    house.handler.script = script
    async with house.at_work(timers=True):
        await house.inbox.put(message("m1"))
        for times in range(1, 6):
            await until(lambda wanted=times: len(house.committed) == wanted)  # type: ignore[misc]
            house.clock.forward(seconds=61)
        names = [committed.event.id for committed in house.committed]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) < 50


async def test_a_replaced_timer_comes_due_once_and_a_cancelled_one_never(house: House) -> None:
    async def script(event: Event, context: Context) -> Outcome:
        if isinstance(event, Message) and event.text == "取消":
            await context.transaction.cancel_timer("reminder")
        elif isinstance(event, Message):
            await context.transaction.set_timer(reminder(context))
        return silent(reason="好")

    house.handler.script = script
    async with house.at_work(timers=True):
        await house.inbox.put(message("m1"))
        await house.inbox.put(message("m2"))
        await until(lambda: len(house.committed) == 2)
        house.clock.forward(seconds=61)
        await until(lambda: len(house.committed) == 3)
        await house.inbox.put(message("m3", at=house.clock.now()))
        await house.inbox.put(message("m4", "取消", at=house.clock.now()))
        await until(lambda: len(house.committed) == 5)
        house.clock.forward(seconds=61)
        await asyncio.sleep(0.2)
    assert len(house.committed) == 5


class Unhurried:
    """An inbox that comes back only when what was put into it is decided."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def put(self, event: Event) -> Put:
        put = await self._house.inbox.put(event)
        await until(lambda: any(one.event.id == event.id for one in self._house.committed))
        return put


async def test_a_timer_that_its_own_tick_sets_again_comes_due_again(house: House) -> None:
    async def script(event: Event, context: Context) -> Outcome:
        await context.transaction.set_timer(reminder(context))
        return silent(reason="好")

    house.handler.script = script
    house.timers._inbox = Unhurried(house)  # type: ignore[assignment]
    async with house.at_work(timers=True):
        await house.inbox.put(message("m1"))
        for count in (1, 2, 3):
            await until(lambda count=count: len(house.committed) == count)  # type: ignore[misc]
            house.clock.forward(seconds=61)


async def wind(house: House, connection: Connection) -> None:
    """Set a timer of Li Na's that is due now."""
    transaction = EventTransaction(connection, "m0", house.clock.now(), PARTITIONS)
    there = message("m0").conversation
    await transaction.set_timer(
        Timer(id="reminder", name="scripted.remind", conversation=there, due=house.clock.now(), data={})
    )


async def test_a_timer_waits_for_room_in_the_inbox(house: House) -> None:
    await house.leases.take()
    await house.database.write(partial(wind, house))
    await asyncio.gather(*(house.inbox.put(message(f"m{n}")) for n in range(200)))
    assert await house.timers.sweep() == 0
    everything = dict.fromkeys(range(PARTITIONS), "0-0")
    await house.inbox.ack(await house.inbox.read(everything, block=0.1, count=1))
    assert await house.timers.sweep() == 1
    assert await house.database.read(sa.select(timers)) == []


async def test_timers_are_left_to_the_owner_of_their_partition(house: House) -> None:
    await house.database.write(partial(wind, house))
    assert await house.timers.sweep() == 0
    await house.leases.take()
    assert await house.timers.sweep() == 1
