"""A callback that another process holds learns at once that its event is decided."""

import asyncio

from bot.hints import Hints
from bot.types.actions import Text
from bot.types.events import Route
from tests.spine.conftest import MakeHouse
from tests.spine.house import House, message
from tests.waiting import until


async def test_a_decision_made_elsewhere_is_heard_and_claimed(make_house: MakeHouse) -> None:
    owner, asked = make_house(owner="owner"), make_house(owner="asked")
    hints = Hints(owner.redis, owner.prefix)
    listening = asyncio.create_task(hints.hear(asked.passive.decided, asked.leases.look))
    event = message("m1", route=Route(passive="reply"))
    async with owner.at_work():
        await until(lambda: subscribed(owner))
        future = asked.passive.expect(event)
        await asked.inbox.put(event)
        await until(lambda: owner.committed)
        await hints.tell(event.id, ready=True)
        claimed = await asked.passive.claim(event, future, seen=False)
    listening.cancel()
    assert [one.body for one in claimed.contents if isinstance(one, Text)] == ["回：你好"]


async def subscribed(house: House) -> bool:
    counts = await house.redis.pubsub_numsub(f"{house.prefix}:decided")
    return bool(counts) and counts[0][1] == 1


async def test_a_missed_hint_is_made_up_for_by_the_database(make_house: MakeHouse) -> None:
    owner, asked = make_house(owner="owner"), make_house(owner="asked")
    event = message("m1", route=Route(passive="reply"))
    async with owner.at_work():
        future = asked.passive.expect(event)
        await asked.inbox.put(event)
        claimed = await asked.passive.claim(event, future, seen=False)
    assert len(claimed.contents) == 1
