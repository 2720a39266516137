"""What WeCom took and did not deliver goes out again under another id, whenever that is told."""

from datetime import timedelta

import pytest

from bot.channels.door import Fault, SendError, message_id
from bot.types.actions import Reply, Text
from bot.types.context import Context
from bot.types.events import Conversation, Event, Undelivered
from bot.types.outcome import Outcome, answered
from tests.spine.house import START, House, message
from tests.waiting import until


def undelivered(of: str) -> Undelivered:
    where = Conversation("app:助手", "direct", "li.na")
    return Undelivered(id=f"told:{of}", conversation=where, member="li.na", at=START, received_at=START, of=of)


async def is_tried(house: House, state: str) -> bool:
    return any(row.state == state and row.first_tried_at for row in await house.rows())


async def tell(house: House, of: str) -> str:
    """The bot hears that this did not arrive; what its row says then."""
    event = undelivered(of)
    await house.inbox.put(event)
    await until(lambda: event.id in [one.event.id for one in house.committed])
    return str((await house.rows())[0].native)


async def quiet(event: Event, context: Context) -> Outcome | None:
    return None if isinstance(event, Undelivered) else answered(Reply(content=Text(body="好")), reason="说好")


@pytest.fixture
def talking(house: House) -> House:
    house.handler.script = quiet
    return house


@pytest.mark.parametrize("fault", [Fault.UNKNOWN, Fault.BUSY, Fault.LIMITED, Fault.CONFIGURATION])
async def test_what_was_told_while_a_try_was_under_way_survives_its_failure(talking: House, fault: Fault) -> None:
    door = talking.doors[0]
    door.failures.append(SendError(fault, "断了", after=timedelta(seconds=1)))
    door.gate.clear()
    async with talking.at_work():
        await talking.inbox.put(message("m1"))
        await until(lambda: is_tried(talking, "sending"))
        own = message_id((await talking.rows())[0].id)
        assert await tell(talking, own) == own
        door.gate.set()
        await until(lambda: is_tried(talking, "waiting"))
        talking.clock.forward(seconds=61)
        await until(lambda: is_tried(talking, "done"))
    assert [one.undelivered for one in door.sent] == ["", own]


async def test_what_is_told_of_something_else_makes_nothing_go_out_twice(talking: House) -> None:
    door = talking.doors[0]
    door.failures.append(SendError(Fault.UNKNOWN, "断了"))
    async with talking.at_work():
        await talking.inbox.put(message("m1"))
        await until(lambda: is_tried(talking, "waiting"))
        assert await tell(talking, message_id("words of a handover")) == ""
        talking.clock.forward(seconds=10)
        await until(lambda: is_tried(talking, "done"))
    assert [one.undelivered for one in door.sent] == ["", ""]


async def test_each_try_is_found_by_the_id_it_went_by(talking: House) -> None:
    door = talking.doors[0]
    door.failures += [SendError(Fault.UNKNOWN, "断了"), SendError(Fault.UNKNOWN, "断了")]
    async with talking.at_work():
        await talking.inbox.put(message("m1"))
        await until(lambda: is_tried(talking, "waiting"))
        id = (await talking.rows())[0].id
        first, second = message_id(id), message_id(id, message_id(id))
        assert await tell(talking, first) == first
        talking.clock.forward(seconds=10)
        await until(lambda: len(door.sent) == 2)
        await until(lambda: is_tried(talking, "waiting"))
        assert await tell(talking, second) == second
        talking.clock.forward(seconds=10)
        await until(lambda: is_tried(talking, "done"))
    assert [one.undelivered for one in door.sent] == ["", first, second]
