"""A bot on its long connection dies at every named point: what was stored is answered, once."""

import asyncio
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.store.database import Database
from tests.faults.points import APPENDED, COMMITTED, INSIDE, TAKEN, UNSTORED
from tests.faults.trial import soak
from tests.faults.victim import Victim
from tests.longline.harbour import Harbour, harbour
from tests.longline.test_drops import MEMBERS, RULE, judge
from tests.ports import free_port

# The last one: the reply has left, and nobody heard its acknowledgement.
WRITTEN = "after the reply was sent"
POINTS = (APPENDED, INSIDE, COMMITTED, TAKEN, UNSTORED, WRITTEN)


@pytest.mark.parametrize("deaths", [(UNSTORED, WRITTEN), pytest.param(POINTS * 5, marks=soak)], ids=["few", "many"])
async def test_nothing_stored_is_lost_or_doubled_by_a_death_at_any_named_point(
    tmp_path: Path, deaths: Sequence[str]
) -> None:
    async with harbour(tmp_path, more=RULE, port=free_port()) as place:
        for member in MEMBERS:
            place.wecom.add_member(member)
        victim = Victim(place)  # type: ignore[arg-type]
        try:
            for number, point in enumerate(deaths):
                await die(place, victim, point, number)
            await victim.start()
            await place.connected()
            await say(place, "最后")
            await victim.rest()
            stored = await judged(place)
            print(f"{stored} stored")
            assert stored >= len(deaths)
        finally:
            await victim.clear_away()


async def die(place: Harbour, victim: Victim, point: str, number: int) -> None:
    """Start, talk, die."""
    await victim.start("" if point == WRITTEN else point, 2)
    await place.connected()
    before = halves(place)
    if point == WRITTEN:
        place.wecom.faults.half_answer(path="/socket/aibot_respond_msg", times=1)
    await say(place, f"{point} {number}")
    if point == WRITTEN:
        await place.wecom.journal.wait_for(lambda _: halves(place) > before, 60)
        await victim.kill()
    else:
        death = await victim.dies(30)
        assert (death.status, death.point) == (-signal.SIGKILL, point)


def halves(place: Harbour) -> int:
    """Replies so far whose acknowledgement was lost; others may have been sent since."""
    return sum(call.fault == "half" for call in place.wecom.journal.calls("/socket/aibot_respond_msg"))


async def say(place: Harbour, about: str) -> None:
    """Members say something, one after the other."""
    for member in MEMBERS[:4]:
        await place.wecom.direct(place.robot, member, f"口令 {about} {member}")
        await asyncio.sleep(0.02)


async def judged(place: Harbour) -> int:
    database = await Database.open(f"sqlite:///{place.home / 'data' / 'qunban.db'}")
    try:
        return await judge(place, database)
    finally:
        await database.close()
