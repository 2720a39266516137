"""Two of the staff press 接单 at the same moment, each heard by another process: exactly one gets the customer."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from random import Random

import aiohttp
import pytest

from bot.inbox import partition_of
from bot.simulator import Disorder, Record
from bot.simulator import cards as faces
from tests.desk import wording
from tests.desk.town import PEOPLE, STAFF, Rules, Town, config, town
from tests.faults.trial import soak
from tests.faults.victim import Victim
from tests.ports import free_port
from tests.processes.conftest import Servers
from tests.processes.fleet import PARTITIONS
from tests.processes.gateway import gateway
from tests.waiting import until

SEED = 20261208
FEW, MANY = 1, 20
# So many cards of one ticket each can be sent within a minute, for there is other news as well.
SWIFT = 9
TAKE = "take"


@asynccontextmanager
async def two(made: Town) -> AsyncIterator[Sequence[Victim]]:
    """Two processes behind one address, each with a home of its own."""
    members = []
    for number in range(2):
        home = made.company.home / f"process{number}"
        home.mkdir()
        own = replace(made.company, home=home, port=free_port())
        own.config.write_text(config(own, made.rules))
        members.append(Victim(own, tide=made.tide.file))
    async with gateway(made.company.port, [one.company.port for one in members]):
        try:
            for one in members:
                await one.start()
            yield members
        finally:
            for one in members:
                await one.end()


@pytest.mark.parametrize("races", [FEW, pytest.param(MANY, marks=soak)])
async def test_of_two_who_press_at_once_over_two_urls_exactly_one_serves(
    tmp_path: Path, servers: Servers, races: int
) -> None:
    chance = Random(SEED)
    async with (
        town(tmp_path, seed=SEED, customers=races, rules=Rules(has_lead=False), stores=servers.stores,
             disorder=Disorder(duplicate_rate=0.2)) as made,
        two(made) as members,
    ):  # fmt: skip
        await until(lambda: _share(members), 30)
        # Who hears whom is seen by what each process decides.
        for who in STAFF:
            await (await made.say(who, "在吗")).delivered()
        await made.wecom.settle()
        heard = {who: _decider(members, who) for who in STAFF}
        pairs = [pair for pair in combinations(STAFF, 2) if heard[pair[0]] is not heard[pair[1]]]
        for number, customer in enumerate(made.customers):
            if number % SWIFT == SWIFT - 1:
                made.tide.advance(61)
            pair = chance.choice(pairs)
            await _race(made, customer, pair)
            assert _decider(members, pair[0]) is not _decider(members, pair[1])


async def _race(made: Town, customer: str, pair: Sequence[str]) -> None:
    """One customer, two who want to serve."""
    await made.say(customer, wording.CALL)
    shown = [await made.card(who, customer, TAKE) for who in pair]
    posted = await asyncio.gather(*(made.wecom.click(card, TAKE, who) for card, who in zip(shown, pair, strict=True)))
    await asyncio.gather(*(one.delivered() for one in posted))
    told = await made.reads(customer, "为您服务")
    found = wording.SERVED.search(told)
    assert found is not None
    winner = next(who for who in pair if PEOPLE[who] == found[1])
    loser = next(who for who in pair if who != winner)
    won, lost = await made.card(winner, customer, "您在服务"), await made.card(loser, customer, "replace_text")
    assert _face(won, winner).get("replace_text") is None
    assert PEOPLE[winner] in str(_face(lost, loser)["replace_text"])
    await made.wecom.settle()
    hellos = [text for text in made.wecom.journal.texts(made.place(customer)) if wording.SERVED.search(text)]
    assert len(hellos) == 1
    number = re.search(r"#(\d+)", faces.title(_face(won, winner)))
    assert number is not None
    await made.say(loser, f"#{number[1]} 我来")
    await made.reads(loser, f"由{PEOPLE[winner]}负责")
    await made.say(winner, f"#{number[1]} 您好")
    await made.reads(customer, f"客服{PEOPLE[winner]}：您好")


def _face(record: Record, who: str) -> faces.Card:
    face = record.card_for(who)
    assert face is not None
    return face


def _partition(who: str) -> int:
    return partition_of(f"app:助手|direct|{who}", PARTITIONS)


async def _share(members: Sequence[Victim]) -> bool:
    """Whether each process works on its half of the partitions."""
    async with aiohttp.ClientSession() as http:
        held = [(await one.figures(http))["qunban_partitions_held"] for one in members]
    return held == [PARTITIONS / len(members)] * len(members)


def _decider(members: Sequence[Victim], who: str) -> Victim:
    """Which process decided last what somebody did."""
    own = f'"partition": {_partition(who)}}}'
    return max(members, key=lambda one: max((line for line in one.log.splitlines() if own in line), default=""))
