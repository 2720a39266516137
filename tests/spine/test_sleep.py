"""A process that slept through its lease does no harm when it wakes."""

import asyncio
from typing import Any

from tests.spine.conftest import MakeHouse
from tests.spine.house import House, message
from tests.waiting import until


async def in_state(house: House, state: str) -> bool:
    return [row.state for row in await house.rows()] == [state]


async def test_who_slept_through_its_lease_sends_nothing_that_another_may_have_sent(make_house: MakeHouse) -> None:
    sleeper, other = make_house(owner="sleeper", alone=False), make_house(owner="other", alone=False)
    slept = asyncio.Event()
    claim = sleeper.lanes._claim_to_send

    async def claim_and_sleep(*arguments: Any) -> Any:
        return await claim(*arguments)

    async def write(work: Any, **options: Any) -> Any:
        found = await type(sleeper.database).write(sleeper.database, work, **options)
        if getattr(work, "func", None) == claim_and_sleep:
            await asyncio.sleep(2.2)
            slept.set()
        return found

    class Sleepy:
        def __getattr__(self, name: str) -> Any:
            return write if name == "write" else getattr(sleeper.database, name)

    sleeper.lanes._database = Sleepy()  # type: ignore[assignment]
    sleeper.lanes._claim_to_send = claim_and_sleep  # type: ignore[method-assign]
    await sleeper.inbox.put(message("m1"))
    async with sleeper.at_work():
        await until(lambda: in_state(sleeper, "sending"))
        await asyncio.sleep(2.1)
        async with other.at_work():
            await until(lambda: in_state(other, "done"))
            await slept.wait()
            await asyncio.sleep(0.1)
    assert [delivery.id for delivery in other.doors[0].sent + sleeper.doors[0].sent] == ["m1:0"]
