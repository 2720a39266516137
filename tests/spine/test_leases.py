"""A partition has one owner at a time."""

import asyncio

import pytest
from redis.asyncio import Redis

from bot.hints import Hints
from bot.leases import Fenced, check_fence
from bot.store.database import Database
from bot.store.redis import connect
from tests.ports import free_port
from tests.spine.conftest import MakeHouse
from tests.spine.house import PARTITIONS, House
from tests.waiting import until


async def test_a_held_partition_is_not_taken_by_another(make_house: MakeHouse) -> None:
    first, second = make_house(owner="a", alone=False), make_house(owner="b", alone=False)
    await first.leases.take()
    await second.leases.take()
    assert len(first.leases.held) == PARTITIONS
    assert second.leases.held == {}
    await first.leases.release()
    await second.leases.take()
    assert len(second.leases.held) == PARTITIONS


async def test_a_turn_without_redis_is_left_to_the_next_one(database: Database, reader: Redis) -> None:
    away = connect(f"redis://127.0.0.1:{free_port()}", patience=0.1)
    house = House(database, away, reader, "test:away")
    await house.leases.try_turn()
    assert house.leases.held == {}
    await away.aclose()


async def test_a_lease_ends_when_it_is_not_renewed(make_house: MakeHouse) -> None:
    first, second = make_house(owner="a", alone=False), make_house(owner="b", alone=False)
    await first.leases.take()
    await asyncio.sleep(1)
    await first.leases.renew()
    await asyncio.sleep(1.2)
    await second.leases.take()
    assert second.leases.held == {}
    await asyncio.sleep(1)
    await second.leases.take()
    assert len(second.leases.held) == PARTITIONS
    await first.leases.renew()
    assert first.leases.held == {}


async def test_taking_a_partition_refuses_writes_under_the_old_epoch(make_house: MakeHouse) -> None:
    first, second = make_house(owner="a"), make_house(owner="b")
    await first.leases.take()
    old = dict(first.leases.held)
    await second.leases.take()
    for partition, epoch in second.leases.held.items():
        await first.database.write(lambda connection, p=partition, e=epoch: check_fence(connection, p, e))  # type: ignore[misc]
        with pytest.raises(Fenced):
            await first.database.write(lambda connection, p=partition: check_fence(connection, p, old[p]))  # type: ignore[misc]


async def test_partitions_are_shared_out_when_a_process_joins_and_when_it_leaves(make_house: MakeHouse) -> None:
    first, second = make_house(owner="a", alone=False), make_house(owner="b", alone=False)
    await first.leases.turn()
    assert len(first.leases.held) == PARTITIONS
    await second.leases.turn()
    assert len(second.leases.held) == 0
    await first.leases.turn()
    await second.leases.turn()
    assert len(first.leases.held) == len(second.leases.held) == PARTITIONS // 2
    await first.leases.release()
    await second.leases.turn()
    assert len(second.leases.held) == PARTITIONS


async def test_a_partition_is_handed_over_only_when_nothing_in_it_is_in_hand(make_house: MakeHouse) -> None:
    first, second = make_house(owner="a", alone=False), make_house(owner="b", alone=False)
    await first.leases.turn()
    await second.leases.turn()
    await first.leases.turn(is_idle=lambda partition: False)
    assert len(first.leases.held) == PARTITIONS
    assert len(first.leases.active) == PARTITIONS // 2
    await second.leases.turn()
    assert second.leases.held == {}
    await first.leases.turn(is_idle=lambda partition: True)
    await second.leases.turn()
    assert len(second.leases.held) == PARTITIONS // 2


async def test_who_leaves_hands_over_at_once_what_is_idle_and_takes_nothing_more(make_house: MakeHouse) -> None:
    first, second = make_house(owner="a", alone=False), make_house(owner="b", alone=False)
    await first.leases.turn()
    await second.leases.turn()
    first.leases.leave()
    await first.leases.turn(is_idle=lambda partition: partition != 0)
    await second.leases.turn()
    assert (set(first.leases.held), first.leases.active) == ({0}, {})
    assert len(second.leases.held) == PARTITIONS - 1
    await first.leases.turn()
    await second.leases.turn()
    assert (len(first.leases.held), len(second.leases.held)) == (0, PARTITIONS)


async def test_who_leaves_as_the_last_one_keeps_what_it_has_to_the_end(make_house: MakeHouse) -> None:
    only = make_house(owner="a", alone=False)
    await only.leases.turn()
    only.leases.leave()
    await only.leases.turn()
    assert len(only.leases.active) == PARTITIONS


async def test_what_is_given_back_is_taken_without_waiting_for_the_next_look(make_house: MakeHouse) -> None:
    first, second = make_house(owner="a", alone=False), make_house(owner="b", alone=False)
    for house in (first, second):
        house.leases._seconds = 40
    hints = Hints(second.redis, second.prefix)
    await first.leases.turn()
    tasks = [
        asyncio.create_task(hints.hear(second.passive.decided, second.leases.look)),
        asyncio.create_task(second.leases.run(lambda: None, lambda partition: True)),
    ]
    await until(lambda: first.redis.zscore(f"{first.prefix}:processes", "b"))
    await first.leases.turn()
    await until(lambda: len(second.leases.held) == PARTITIONS // 2, 2)
    for task in tasks:
        task.cancel()


async def test_who_was_refused_by_the_fence_may_take_its_own_lease_again(make_house: MakeHouse) -> None:
    first, second = make_house(owner="a", alone=False), make_house(owner="b", alone=False)
    await first.leases.take()
    # A process that slept between lock and epoch.
    await second.database.write(lambda connection: second.leases._raise_epoch(0, connection))
    first.leases.forget(0, first.leases.held[0])
    await first.leases.take()
    epoch = first.leases.held[0]
    await first.database.write(lambda connection: check_fence(connection, 0, epoch))


async def test_a_lease_is_sure_until_it_may_have_ended(make_house: MakeHouse) -> None:
    house, alone = make_house(owner="a", alone=False), make_house(owner="b", alone=True)
    assert not house.leases.is_sure(0, house.leases.held.get(0, 0))
    await house.leases.take()
    await asyncio.sleep(1.2)
    await house.leases.renew()
    await asyncio.sleep(1.2)
    assert house.leases.is_sure(0, house.leases.held.get(0, 0))
    await asyncio.sleep(1)
    assert not house.leases.is_sure(0, house.leases.held.get(0, 0))
    await alone.leases.take()
    await asyncio.sleep(2.2)
    assert alone.leases.is_sure(0, alone.leases.held[0])


async def test_a_refusal_under_an_old_epoch_does_not_cost_the_new_one(house: House) -> None:
    await house.leases.take()
    old = house.leases.held[0]
    house.leases.forget(0, old)
    await house.leases.take()
    house.leases.forget(0, old)
    assert house.leases.held[0] > old


async def test_all_partitions_are_owned_or_the_house_is_not_healthy(house: House) -> None:
    assert await house.leases.owned() == 0
    await house.leases.take()
    assert await house.leases.owned() == PARTITIONS


@pytest.mark.parametrize("turns", range(6))
async def test_who_is_told_to_look_while_it_is_told_to_end_ends(house: House, turns: int) -> None:
    working = asyncio.create_task(house.leases.run(lambda: None, lambda partition: True))
    await until(lambda: len(house.leases.held) == PARTITIONS)
    await asyncio.sleep(0.05)
    house.leases.look()
    for _ in range(turns):
        await asyncio.sleep(0)
    working.cancel()
    await asyncio.wait([working], timeout=5)
    assert working.cancelled()
