"""A partition has one owner at a time."""

import asyncio

import pytest

from bot.leases import Fenced, check_fence
from tests.spine.conftest import MakeHouse
from tests.spine.house import PARTITIONS, House


async def test_a_held_partition_is_not_taken_by_another(make_house: MakeHouse) -> None:
    first, second = make_house(owner="a", alone=False), make_house(owner="b", alone=False)
    await first.leases.take()
    await second.leases.take()
    assert len(first.leases.held) == PARTITIONS
    assert second.leases.held == {}
    await first.leases.release()
    await second.leases.take()
    assert len(second.leases.held) == PARTITIONS


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
