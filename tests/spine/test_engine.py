"""The engine decides each event once, in order, and only while it owns the partition."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.decision import APOLOGY
from bot.engine import MOST_CONFLICTS
from bot.inbox import partition_of
from bot.outbox import Writer
from bot.store.database import StoreDown
from bot.store.tables import events, versions
from bot.types.actions import Content, Emit, Link, Markdown, Notify, Reply, Text
from bot.types.context import Context
from bot.types.events import Blocked, Conversation, Event, Message, Route, Signal
from bot.types.outcome import Outcome, answered, silent
from tests.spine.conftest import MakeHouse
from tests.spine.house import PARTITIONS, STAFF, START, House, Scripted, echo, message
from tests.waiting import until


async def outcomes(house: House) -> dict[str, str]:
    return {row.id: row.outcome for row in await house.database.read(sa.select(events))}


async def test_a_message_is_answered_and_its_trace_kept(house: House) -> None:
    async with house.at_work():
        await house.inbox.put(message("m1", "在吗"))
        await until(lambda: house.doors[0].sent)
    (row,) = await house.database.read(sa.select(events))
    assert (row.outcome, row.handler, row.reason) == ("answered", "scripted", "复述")
    assert json.loads(row.trace)["config"] == "test"
    assert house.doors[0].texts == ["回：在吗"]


async def test_an_event_that_comes_twice_is_decided_once(house: House) -> None:
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: house.committed)
        await house.redis.delete(f"{house.prefix}:seen:m1")
        await house.inbox.put(message("m1"))
        await until(lambda: _is_empty(house))
    assert len(house.committed) == 1
    assert len(await house.rows()) == 1


async def _is_empty(house: House) -> bool:
    return await house.inbox.depth() == 0


async def test_messages_of_one_conversation_are_decided_in_order(house: House) -> None:
    async with house.at_work():
        for n in range(40):
            await house.inbox.put(message(f"m{n}", str(n), member=f"u{n % 3}"))
        await until(lambda: len(house.doors[0].sent) == 40)
    for member in range(3):
        said = [one.content for one in house.doors[0].sent if one.to.native == f"u{member}"]
        expected = [f"回：{n}" for n in range(40) if n % 3 == member]
        assert [text.body for text in said if isinstance(text, Text)] == expected


async def at_once() -> None:
    """Holds nothing up."""


class Refusing:
    """A database that tells before it begins and before it commits an event, and can refuse."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.before: Callable[[], Awaitable[None]] = at_once
        self.at_the_end: Callable[[], Awaitable[None]] = at_once

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def write(self, work: Any, **options: Any) -> Any:
        if getattr(work, "__name__", "") != "commit_event":
            return await self._inner.write(work, **options)

        async def watched(connection: Any) -> Any:
            result = await work(connection)
            await self.at_the_end()
            return result

        await self.before()
        return await self._inner.write(watched, **options)


async def test_an_event_leaves_the_inbox_only_after_its_transaction(make_house: MakeHouse) -> None:
    house = make_house()
    database = Refusing(house.database)
    held, go = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        held.set()
        await go.wait()

    database.at_the_end = hold
    house.engine._database = database  # type: ignore[assignment]
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await held.wait()
        await asyncio.sleep(0.1)
        depth = await house.inbox.depth()
        go.set()
        assert depth == 1
        await until(lambda: _is_empty(house))


async def test_an_event_waits_while_the_database_is_down(make_house: MakeHouse) -> None:
    house = make_house()
    database = Refusing(house.database)
    failures = [StoreDown("gone"), StoreDown("gone")]

    async def fail() -> None:
        if failures:
            raise failures.pop()

    database.before = fail
    house.engine._database = database  # type: ignore[assignment]
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: house.doors[0].sent)
    assert await outcomes(house) == {"m1": "answered"}


async def test_what_waits_for_the_database_is_not_overtaken(make_house: MakeHouse) -> None:
    house = make_house()
    database = Refusing(house.database)
    failures = [StoreDown("gone")]

    async def fail() -> None:
        if failures:
            raise failures.pop()

    database.before = fail
    house.engine._database = database  # type: ignore[assignment]
    async with house.at_work():
        await house.inbox.put(message("m1", "一"))
        await house.inbox.put(message("m2", "二"))
        await until(lambda: len(house.doors[0].sent) == 2)
    assert house.doors[0].texts == ["回：一", "回：二"]


async def test_a_process_that_slept_cannot_write(make_house: MakeHouse) -> None:
    sleeper = make_house(owner="sleeper")
    reached, go = asyncio.Event(), asyncio.Event()

    async def doze() -> None:
        reached.set()
        await go.wait()

    database = Refusing(sleeper.database)
    database.before = doze
    sleeper.engine._database = database  # type: ignore[assignment]
    other = make_house(owner="other")
    async with sleeper.at_work():
        await sleeper.inbox.put(message("m1"))
        await reached.wait()
        async with other.at_work():
            await until(lambda: other.committed)
            go.set()
            await until(lambda: partition_of("app:助手|direct|li.na", PARTITIONS) not in sleeper.leases.held)
    assert sleeper.committed == []
    assert "fenced" in sleeper.metrics.text().decode()
    assert len(await other.rows()) == 1


async def test_what_was_let_go_with_a_partition_is_read_again_when_the_partition_is_back(house: House) -> None:
    partition = partition_of("app:助手|direct|li.na", PARTITIONS)
    begun = asyncio.Event()

    async def slowly(event: Event, context: Context) -> Outcome | None:
        begun.set()
        await asyncio.sleep(0.05 if event.id == "m1" else 0)
        return await echo(event, context)

    house.handler.script = slowly
    async with house.at_work():
        for n in range(1, 4):
            await house.inbox.put(message(f"m{n}", str(n)))
        await begun.wait()
        house.leases.forget(partition, house.leases.held[partition])
        await asyncio.sleep(0.1)
        await house.leases.take()
        await until(lambda: len(house.doors[0].sent) == 3)
    assert house.doors[0].texts == ["回：1", "回：2", "回：3"]


async def test_a_process_that_slept_leaves_its_event_to_the_new_owner(make_house: MakeHouse) -> None:
    sleeper, other = make_house(owner="sleeper"), make_house(owner="other")
    database = Refusing(sleeper.database)

    async def doze() -> None:
        await other.leases.take()

    database.before = doze
    sleeper.engine._database = database  # type: ignore[assignment]
    async with sleeper.at_work():
        await sleeper.inbox.put(message("m1"))
        await until(lambda: len(sleeper.leases.held) < PARTITIONS)
    assert await sleeper.inbox.depth() == 1
    async with other.at_work():
        await until(lambda: other.committed)


@pytest.mark.parametrize("known", [0, 1])
async def test_a_shared_row_that_moved_makes_the_event_run_again(house: House, known: int) -> None:
    tries: list[int] = []
    row = {"key": "ticket:1", "version": known, "changed_at": START}
    if known:
        await house.database.write(lambda connection: connection.execute(sa.insert(versions), row))

    async def shared(event: Event, context: Context) -> Outcome:
        tries.append(await context.transaction.guard("ticket:1"))
        if len(tries) == 1:
            await _bump(context)
        return silent(reason="看过了")

    house.handler.script = shared
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: house.committed)
    assert tries == [known, known]
    (kept,) = await house.database.read(sa.select(versions).where(versions.c.key == "ticket:1"))
    assert kept.version == known + 1


async def test_an_event_that_never_gets_its_row_is_answered_with_an_apology(house: House) -> None:
    async def shared(event: Event, context: Context) -> Outcome:
        await context.transaction.guard("ticket:1")
        await _bump(context)
        return silent(reason="看过了")

    house.handler.script = shared
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: house.doors[0].texts == [APOLOGY], seconds=20)
    assert len(house.handler.decided) == MOST_CONFLICTS


async def _bump(context: Context) -> None:
    """As if another process had changed the ticket after it was read."""
    row = {"key": "ticket:1", "version": 7, "changed_at": START}
    moved = insert(versions).values(row).on_conflict_do_update(index_elements=["key"], set_=row)
    await context.transaction.execute(moved)


async def test_a_broken_handler_costs_one_apology_and_holds_nobody_up(house: House) -> None:
    async def broken(event: Event, context: Context) -> Outcome | None:
        if isinstance(event, Message) and event.text == "坏":
            raise ZeroDivisionError
        return await echo(event, context)

    house.handler.script = broken
    async with house.at_work():
        await house.inbox.put(message("m1", "坏"))
        await house.inbox.put(message("m2", "好"))
        await until(lambda: len(house.doors[0].sent) == 2)
    assert "出了点小问题" in house.doors[0].texts[0]
    assert house.doors[0].texts[1] == "回：好"


async def test_old_messages_get_one_apology_and_no_flood_of_answers(house: House) -> None:
    house.clock.forward(minutes=11)
    async with house.at_work():
        for n in range(5):
            await house.inbox.put(message(f"m{n}"))
        await until(lambda: len(house.committed) == 5)
        await until(lambda: house.doors[0].sent)
    assert len(house.doors[0].sent) == 1
    assert set((await outcomes(house)).values()) == {"stale"}
    assert house.handler.decided == []


async def test_everyone_who_waited_too_long_is_told_so_at_most_once_an_hour(house: House) -> None:
    async def say(number: int, member: str, after: int) -> None:
        house.clock.forward(minutes=after)
        await house.inbox.put(message(f"m{number}", member=member))
        await until(lambda: len(house.committed) == number)

    async with house.at_work():
        await say(1, "wang.wu", after=0)
        await say(2, "li.na", after=11)
        await say(3, "wang.wu", after=0)
        await say(4, "li.na", after=59)
        await say(5, "li.na", after=2)
        await until(lambda: len(house.doors[0].sent) == 4)
    spoken = [(one.id, one.to.native) for one in house.doors[0].sent]
    assert sorted(spoken) == [("m1:0", "wang.wu"), ("m2:0", "li.na"), ("m3:0", "wang.wu"), ("m5:0", "li.na")]


async def test_a_handler_tells_another_conversation_through_the_inbox(house: House) -> None:
    there = Conversation("app:助手", "direct", "wang.wu")

    async def tell(event: Event, context: Context) -> Outcome | None:
        if isinstance(event, Signal):
            return await echo(event, context)
        signal = Signal(id="", conversation=there, at=context.now, received_at=context.now, name="scripted.told")
        return silent(Emit(event=signal), reason="转告")

    house.handler.script = tell
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: house.doors[0].sent)
    assert house.doors[0].sent[0].to == there
    assert await outcomes(house) == {"m1": "silent", "m1:signal:0": "answered"}


@pytest.mark.parametrize(
    "boast",
    [
        Text(body="全网最低价！"),
        Markdown(body="# 全网最低价！"),
        Link(title="全网最低价！", url="https://example.com"),
        Link(title="活动", url="https://example.com", desc="全网最低价！"),
    ],
)
async def test_what_may_not_be_said_is_replaced_before_it_is_committed(make_house: MakeHouse, boast: Content) -> None:
    house = make_house(forbidden="最低价")

    async def promise(event: Event, context: Context) -> Outcome:
        return answered(Reply(content=boast), reason="说大话")

    house.handler.script = promise
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: house.doors[0].sent)
    assert house.doors[0].texts == ["（这句话不便说）"]


async def test_what_was_not_said_comes_back_as_an_event_and_staff_may_read_it(make_house: MakeHouse) -> None:
    house = make_house(forbidden="最低价")
    heard: list[Blocked] = []

    async def promise(event: Event, context: Context) -> Outcome:
        if isinstance(event, Blocked):
            heard.append(event)
            to_staff = Conversation("app:助手", "direct", STAFF)
            return silent(Notify(to=to_staff, content=Text(body=f"没有说：{event.words}")), reason="告诉同事")
        return answered(Reply(content=Text(body="全网最低价！")), reason="说大话")

    house.handler.script, house.handler.hears = promise, ("message", "blocked")
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: len(house.doors[0].sent) == 2)
    assert sorted(house.doors[0].texts) == ["没有说：全网最低价！", "（这句话不便说）"]
    assert [(one.words, one.word, one.conversation) for one in heard] == [
        ("全网最低价！", "最低价", message("m1").conversation)
    ]


async def test_broken_screening_holds_what_is_composed_and_lets_the_rest_pass(make_house: MakeHouse) -> None:
    house = make_house(screen_broken=True)

    async def both(event: Event, context: Context) -> Outcome:
        composed, written = Text(body="转述的话", fixed=False), Text(body="写好的话")
        return answered(Reply(content=composed), Reply(content=written), reason="两句")

    house.handler.script = both
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: house.doors[0].sent)
    assert house.doors[0].texts == ["写好的话"]
    assert [row.state for row in await house.rows()] == ["held", "done"]


async def test_an_unreadable_entry_is_kept_and_holds_nobody_up(house: House) -> None:
    await house.redis.xadd(f"{house.prefix}:inbox:0", {"event": b"{}"})
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: house.doors[0].sent)
        await until(lambda: _is_empty(house))
    kept = await house.database.read(sa.select(events.c.text).where(events.c.topic == "unreadable"))
    assert [row.text for row in kept] == ["{}"]


async def test_what_cannot_be_read_is_not_quoted_in_the_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    await house.redis.xadd(f"{house.prefix}:inbox:0", {"event": b'{"type": "later", "route": {"url": "https://once"}}'})
    async with house.at_work():
        await until(lambda: _is_empty(house))
    assert "unreadable entry" in caplog.text
    assert "https://once" not in caplog.text


async def test_an_event_that_the_database_does_not_take_is_put_aside_and_holds_nobody_up(house: House) -> None:
    means = house.engine._means
    house.engine._means = replace(means, writer=Choosy(means.writer))  # type: ignore[arg-type]
    async with house.at_work():
        await house.inbox.put(message("m1", "零\0", route=Route(url="https://once")))
        await house.inbox.put(message("m2", "好"))
        await until(lambda: house.doors[0].texts == ["回：好"], seconds=20)
        await until(lambda: _is_empty(house))
    (kept,) = await house.database.read(sa.select(events.c.text).where(events.c.topic == "unreadable"))
    assert '"m1"' in kept.text
    assert "https://once" not in kept.text


class Choosy:
    """A writer that never writes what one event says."""

    def __init__(self, inner: Writer) -> None:
        self._inner = inner

    async def write(self, connection: Any, event: Event, *rest: Any) -> bool:
        if event.id == "m1":
            raise ZeroDivisionError
        return await self._inner.write(connection, event, *rest)


async def test_stopping_finishes_what_is_in_hand(house: House) -> None:
    async def slowly(event: Event, context: Context) -> Outcome | None:
        await asyncio.sleep(0.05)
        return await echo(event, context)

    house.handler.script = slowly
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: house.handler.decided)
    assert await outcomes(house) == {"m1": "answered"}


async def test_chance_is_the_same_when_an_event_runs_again(make_house: MakeHouse) -> None:
    drawn: list[float] = []

    async def draw(event: Event, context: Context) -> Outcome:
        drawn.append(context.chance.random())
        if len(drawn) == 1:
            raise ZeroDivisionError
        return silent(reason="抽过")

    house = make_house(handler=Scripted(script=draw))
    async with house.at_work():
        await house.inbox.put(message("m1"))
        await until(lambda: house.committed)
    assert drawn[0] == drawn[1]
