"""The inbox keeps what it took, once, in order."""

import asyncio

import pytest

from bot.inbox import Entry, InboxUnavailable, Put, Unreadable
from tests.spine.house import PARTITIONS, House, message

ALL = dict.fromkeys(range(PARTITIONS), "0-0")


async def test_an_event_is_stored_once(house: House) -> None:
    assert await house.inbox.put(message("m1")) == Put.NEW
    assert await house.inbox.put(message("m1")) == Put.SEEN
    assert await house.inbox.depth() == 1


async def test_events_of_a_conversation_come_out_in_the_order_they_went_in(house: House) -> None:
    puts = [house.inbox.put(message(f"m{n}")) for n in range(50)]
    await asyncio.gather(*puts)
    entries = await house.inbox.read(ALL, block=0.1, count=100)
    assert [entry.event.id for entry in entries if isinstance(entry, Entry)] == [f"m{n}" for n in range(50)]


async def test_an_event_stays_until_it_is_acknowledged(house: House) -> None:
    await house.inbox.put(message("m1"))
    first = await house.inbox.read(ALL, block=0.1, count=10)
    assert await house.inbox.read(ALL, block=0.1, count=10) == first
    await house.inbox.ack(first)
    assert await house.inbox.depth() == 0


async def test_a_nonce_that_comes_back_with_another_body_is_refused(house: House) -> None:
    assert await house.inbox.put(message("m1"), "n1", "body-a") == Put.NEW
    assert await house.inbox.put(message("m1"), "n1", "body-a") == Put.SEEN
    assert await house.inbox.put(message("m2"), "n1", "body-b") == Put.REPLAYED
    assert await house.inbox.depth() == 1


async def test_a_full_partition_takes_no_more_and_forgets_that_it_was_asked(house: House) -> None:
    for n in range(200):
        await house.inbox.put(message(f"m{n}"))
    assert await house.inbox.put(message("late")) == Put.FULL
    await house.inbox.ack(await house.inbox.read(ALL, block=0.1, count=1))
    assert await house.inbox.put(message("late")) == Put.NEW


async def test_a_server_that_lost_its_scripts_is_taught_again(house: House) -> None:
    await house.inbox.put(message("m1"))
    await house.redis.script_flush()
    assert await house.inbox.put(message("m2")) == Put.NEW


async def test_an_entry_that_holds_no_event_is_told_apart(house: House) -> None:
    await house.redis.xadd(f"{house.prefix}:inbox:0", {"event": b"\xff{"})
    (entry,) = await house.inbox.read(ALL, block=0.1, count=10)
    assert isinstance(entry, Unreadable)
    assert entry.data == b"\xff{"


async def test_without_redis_nothing_is_said_to_be_stored(house: House) -> None:
    from bot.inbox import Inbox
    from bot.store.redis import connect

    nowhere = connect("redis://127.0.0.1:1", patience=0.1)
    with pytest.raises(InboxUnavailable):
        await Inbox(nowhere, nowhere, PARTITIONS).put(message("m1"))
    await nowhere.aclose()
