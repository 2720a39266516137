"""Connections that drop at random moments: what was stored is answered, once."""

import asyncio
import random
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.simulator import WeCom
from bot.store.database import Database
from bot.store.tables import events, outbox
from tests.faults.trial import soak
from tests.longline.harbour import Harbour, harbour, is_settled
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("stores")
RULE = """
[[replies]]
name = "口令"
any = ["口令"]
reply = "收到口令"
"""
MEMBERS = tuple(f"ren{number}" for number in range(24))


async def talk(place: Harbour, messages: int, chance: random.Random) -> None:
    """Members say numbered things to the bot, now and then one that WeCom delivers twice."""
    for number in range(messages):
        copies = int(chance.random() < 0.2)
        await place.wecom.direct(place.robot, MEMBERS[number % len(MEMBERS)], f"口令 {number}", copies=copies)
        await asyncio.sleep(0.1 * chance.random())


async def disturb(wecom: WeCom, place: Harbour, drops: int, chance: random.Random) -> None:
    """Cut the connection at random moments, some of them between a frame and its answer."""
    for _ in range(drops):
        await asyncio.sleep(0.3 * chance.random())
        if chance.random() < 0.4:
            wecom.faults.half_answer(path="/socket/aibot_respond_msg", times=1)
        else:
            wecom.sockets.drop(place.robot)
        await place.connected()


@pytest.mark.parametrize(
    ("pair", "drops"),
    [("urls", 6), pytest.param("urls", 50, marks=soak), pytest.param("embedded", 50, marks=soak)],
    indirect=["pair"],
)
async def test_what_was_stored_is_answered_once_however_often_the_connection_drops(tmp_path: Path, drops: int) -> None:
    chance = random.Random(20261122)
    async with harbour(tmp_path, more=RULE) as place, place.bot() as bot:
        for member in MEMBERS:
            place.wecom.add_member(member)
        await place.connected()
        talking = asyncio.create_task(talk(place, drops * 4, chance))
        await disturb(place.wecom, place, drops, chance)
        await talking
        await place.connected()
        await place.wecom.settle()
        place.wecom.faults.clear()
        await asyncio.sleep(0.3)
        await until(lambda: is_settled(bot), 60)
        stored = await judge(place, bot.database)
        print(f"{stored} of {drops * 4} stored, {place.wecom.sockets.lost} lost in gaps")
        assert stored >= drops


async def judge(place: Harbour, database: Database) -> int:
    """Everything that was stored was answered once; how much that was. The rest fell into a gap."""
    rows = await database.read(sa.select(events.c.text).where(events.c.topic == "message"))
    stored = {row.text for row in rows}
    said = {record.text: record.msgid for record in place.wecom.journal.records("said")}
    answered = {
        text: [one for one in place.wecom.journal.answers_to(msgid) if one.kind == "seen"]
        for text, msgid in said.items()
    }
    assert len(rows) == len(stored), "something was decided twice"
    assert {text for text, seen in answered.items() if seen} == stored
    assert all(len(seen) <= 1 for seen in answered.values())
    assert all(one.finished for seen in answered.values() for one in seen)
    assert not place.wecom.journal.records("conflict")
    states = {row.state for row in await database.read(sa.select(outbox.c.state))}
    assert states <= {"done"}
    return len(stored)
