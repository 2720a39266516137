"""Where a door counts what may be said after each message of a person."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.door import Capabilities, Fault, Promise, SendError
from bot.stuck import retry
from bot.types.actions import Reply, Text
from bot.types.context import Context
from bot.types.events import Clicked, Event, Message
from bot.types.outcome import Outcome, answered
from tests.spine.conftest import MakeHouse
from tests.spine.house import House, Memo, message
from tests.waiting import until

DOOR = "kf:客服"
# Two answers to a message, each too long to be joined with another.
COUNTED = Capabilities(12, (), Promise.KEYED, window=timedelta(hours=48), budget=2)


async def say_all(event: Event, context: Context) -> Outcome | None:
    """Says each character of a message, and one thing to a press."""
    said = event.text if isinstance(event, Message) else "按"
    return answered(*(Reply(content=Text(body=letter * 3)) for letter in said), reason="说")


@pytest.fixture
def counted(make_house: MakeHouse) -> House:
    made: House = make_house(doors=(Memo(DOOR, COUNTED),))
    made.handler.script = say_all
    return made


def said(id: str, text: str) -> Message:
    return message(id, text, door=DOOR)


def pressed(id: str) -> Clicked:
    place = said(id, "")
    return Clicked(
        id=id, conversation=place.conversation, member=place.member, at=place.at, received_at=place.at,
        task="scripted-1", key="a", card="msgmenu",
    )  # fmt: skip


async def states(house: House) -> list[str]:
    return [row.state for row in await house.rows() if row.kind != "emit"]


async def is_in(house: House, *wanted: str) -> bool:
    return await states(house) == list(wanted)


async def test_what_was_held_goes_out_as_far_as_the_next_message_allows(counted: House) -> None:
    async with counted.at_work():
        await counted.inbox.put(said("m1", "一二三四五"))
        await until(lambda: is_in(counted, "done", "done", "held", "held", "held"))
        counted.clock.forward(seconds=1)
        await counted.inbox.put(said("m2", ""))
        await until(lambda: is_in(counted, "done", "done", "done", "done", "held"))
        counted.clock.forward(seconds=1)
        await counted.inbox.put(said("m3", "六七"))
        await until(lambda: is_in(counted, *["done"] * 6, "held"))
    assert counted.doors[0].texts == [letter * 3 for letter in "一二三四五六"], "nothing was tried that WeCom refuses"


async def test_a_press_is_answered_as_words_are(counted: House) -> None:
    async with counted.at_work():
        await counted.inbox.put(said("m1", "一二"))
        await until(lambda: is_in(counted, "done", "done"))
        for number in range(3):
            counted.clock.forward(seconds=1)
            await counted.inbox.put(pressed(f"c{number}"))
            await until(lambda: is_in(counted, *["done"] * (3 + number)))  # noqa: B023 - awaited here


async def test_a_clock_ahead_of_wecoms_holds_nothing_back(counted: House) -> None:
    async with counted.at_work():
        for number in range(4):
            counted.clock.forward(seconds=1)
            await counted.inbox.put(replace(said(f"m{number}", "一"), at=counted.clock.now() - timedelta(seconds=30)))
            await until(lambda: is_in(counted, *["done"] * (number + 1)))  # noqa: B023 - awaited here


async def test_a_press_lets_go_what_was_held(counted: House) -> None:
    async with counted.at_work():
        await counted.inbox.put(said("m1", "一二三"))
        await until(lambda: is_in(counted, "done", "done", "held"))
        counted.clock.forward(seconds=1)
        await counted.inbox.put(pressed("c1"))
        await until(lambda: is_in(counted, *["done"] * 4))


async def test_what_a_person_sends_again_in_vain_stops_nothing(counted: House) -> None:
    refusal = SendError(Fault.UNROUTED, "5 条已发满", 95001)
    counted.doors[0].failures += [refusal, refusal, refusal]
    async with counted.at_work():
        await counted.inbox.put(said("m1", "一"))
        for tries in range(1, 4):
            await until(lambda: len(counted.doors[0].sent) == tries)  # noqa: B023 - awaited here
            await until(lambda: is_in(counted, "held"))
            await counted.database.write(lambda connection: retry(connection, "m1:0", counted.clock.now()))
        await until(lambda: is_in(counted, "done"))
