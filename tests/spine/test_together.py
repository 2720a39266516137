"""Several lines that one person sends in a row are understood together and answered once."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta

import sqlalchemy as sa

from bot.store.tables import events
from bot.types.events import Media, Message, Route
from tests.spine.conftest import MakeHouse
from tests.spine.house import House, Scripted, message
from tests.waiting import until

LONG = timedelta(minutes=5)
SHORT = timedelta(seconds=0.3)


@dataclass
class Certain(Scripted):
    """Knows one word, and `also` any text with another one in it."""

    word: str = "帮助"
    also: str = "发货"

    def claims(self, message: Message) -> bool:
        return message.text == self.word or self.also in message.text


def waiting(house: House, together: timedelta) -> House:
    house.handler = Certain()
    house.brain = replace(house.brain, handlers=[house.handler], together=together)
    return house


async def ended(house: House) -> dict[str, tuple[str, str]]:
    rows = await house.database.read(sa.select(events))
    return {row.id: (row.outcome, json.loads(row.trace).get("into", "")) for row in rows}


async def test_lines_in_a_row_are_answered_once_and_the_earlier_ones_end_as_merged(house: House) -> None:
    async with waiting(house, SHORT).at_work():
        for number, text in enumerate(("我想问下", "上周买的那双鞋", "什么时候到")):
            await house.inbox.put(message(f"m{number}", text))
        await until(lambda: house.doors[0].sent)
    assert house.doors[0].texts == ["回：我想问下\n上周买的那双鞋\n什么时候到"]
    assert await ended(house) == {"m0": ("merged", "m2"), "m1": ("merged", "m2"), "m2": ("answered", "")}
    assert await house.inbox.depth() == 0


async def test_a_line_to_which_nothing_is_added_is_answered_after_the_window(house: House) -> None:
    async with waiting(house, SHORT).at_work():
        await house.inbox.put(message("m1", "我想问下"))
        await until(lambda: house.doors[0].sent)
    assert house.doors[0].texts == ["回：我想问下"]


async def test_what_came_after_the_window_is_another_message(house: House) -> None:
    late = replace(message("m2", "在吗"), received_at=house.clock.now() + timedelta(seconds=1))
    async with waiting(house, SHORT).at_work():
        await house.inbox.put(message("m1", "我想问下"))
        await house.inbox.put(late)
        await until(lambda: len(house.doors[0].sent) == 2)
    assert house.doors[0].texts == ["回：我想问下", "回：在吗"]


async def test_words_that_a_handler_knows_wait_for_nothing(house: House) -> None:
    async with waiting(house, LONG).at_work():
        await house.inbox.put(message("m1", "帮助"))
        await until(lambda: house.doors[0].sent)


async def test_a_command_is_not_lost_in_the_line_before_it_and_a_keyword_takes_that_line_along(house: House) -> None:
    async with waiting(house, LONG).at_work():
        await house.inbox.put(message("m1", "我想问下"))
        await house.inbox.put(message("m2", "帮助"))
        await until(lambda: len(house.doors[0].sent) == 2)
        await house.inbox.put(message("m3", "我想问下"))
        await house.inbox.put(message("m4", "什么时候发货"))
        await until(lambda: len(house.doors[0].sent) == 3)
    assert house.doors[0].texts == ["回：我想问下", "回：帮助", "回：我想问下\n什么时候发货"]


async def test_who_waits_for_the_http_answer_is_not_kept_waiting(house: House) -> None:
    async with waiting(house, LONG).at_work():
        await house.inbox.put(message("m1", "我想问下", route=Route(passive="reply")))
        await until(lambda: house.committed)


async def test_a_picture_ends_the_lines_before_it(house: House) -> None:
    picture = replace(message("m2", ""), form="image", media=(Media("image", url="https://example.com/1"),))
    async with waiting(house, LONG).at_work():
        await house.inbox.put(message("m1", "看看这个"))
        await house.inbox.put(picture)
        await until(lambda: len(house.doors[0].sent) == 2)
    assert (await ended(house))["m1"] == ("answered", "")


async def test_lines_that_were_decided_before_are_not_said_again(house: House) -> None:
    async with waiting(house, SHORT).at_work():
        await house.inbox.put(message("m1", "我想问下"))
        await house.inbox.put(message("m2", "几点关门"))
        await until(lambda: house.doors[0].sent)
        for id in ("m1", "m2"):
            await house.redis.delete(f"{house.prefix}:seen:{id}")
            await house.inbox.put(message(id, "又来了"))
        await house.inbox.put(message("m3", "周末呢"))
        await until(lambda: len(house.doors[0].sent) == 2)
    assert house.doors[0].texts == ["回：我想问下\n几点关门", "回：周末呢"]
    assert await house.inbox.depth() == 0


async def test_a_process_that_ends_while_it_waits_leaves_the_lines_to_the_next(make_house: MakeHouse) -> None:
    first, second = waiting(make_house(), LONG), waiting(make_house(), SHORT)
    await first.leases.take()
    await first.inbox.put(message("m1", "我想问下"))
    await first.inbox.put(message("m2", "几点关门"))
    assert not first.committed
    async with second.at_work():
        await until(lambda: second.doors[0].sent)
    assert second.doors[0].texts == ["回：我想问下\n几点关门"]


async def test_a_stop_answers_what_is_in_hand_without_waiting(house: House) -> None:
    async with waiting(house, LONG).at_work():
        await house.inbox.put(message("m1", "我想问下"))
        await until(lambda: _in_hand(house))
    assert [one.event.id for one in house.committed] == ["m1"]


def _in_hand(house: House) -> bool:
    return not all(house.engine.is_idle(partition) for partition in range(4))
