"""Nothing is lost and nothing comes twice, whatever dies: by the journal of what people saw."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from bot.simulator import Disorder, Timing
from tests.faults.company import Company, company
from tests.faults.load import Load
from tests.faults.points import POINTS
from tests.faults.verdict import Verdict, judge
from tests.faults.victim import Victim
from tests.waiting import until

SEED = 20261123
# WeCom waits and repeats as ever, but slowly enough for a restart, and not for six minutes.
TIMING = Timing(retry_after=5.0, stream_lives=45.0, poll_every=0.5, patience=90.0)
DISORDER = Disorder(duplicate_rate=0.3, duplicate_within=1.0, shuffle=3.0, lost_answers=0.1)
REDUCED = 200
FULL = 2000

soak = pytest.mark.soak


@dataclass(frozen=True)
class Trial:
    """A company, its bot and its people."""

    world: Company
    victim: Victim
    load: Load

    async def over(self) -> Verdict:
        """Wait until everybody is quiet, then judge."""
        await self.load.finish()
        await self.world.wecom.settle(120)
        await self.victim.rest()
        verdict = await judge(self.world, self.load.asked, self.victim.deaths)
        with (self.world.home / "journal.jsonl").open("w") as out:
            self.world.wecom.journal.dump(out)
        print(verdict)
        assert "broke its handler" not in self.victim.log
        return verdict


@asynccontextmanager
async def trial(home: Path, *, messages: int, slices: int) -> AsyncIterator[Trial]:
    """Everybody is ready; the bot is yet to be started."""
    async with company(home, seed=SEED, timing=TIMING, disorder=DISORDER) as world:
        victim, load = Victim(world), Load(world, seed=SEED, messages=messages, slices=slices)
        load.start()
        try:
            yield Trial(world, victim, load)
        finally:
            await victim.clear_away()
            load.close()


def sound(verdict: Verdict) -> bool:
    """Whether there is nothing to complain about."""
    assert not verdict.faults, "\n".join(verdict.faults)
    return True


@pytest.mark.parametrize("messages", [REDUCED, pytest.param(FULL, marks=soak)])
async def test_every_message_is_answered_once_and_in_order(tmp_path: Path, messages: int) -> None:
    async with trial(tmp_path, messages=messages, slices=1) as tried:
        await tried.victim.start()
        tried.load.release(0, messages / 40)
        verdict = await tried.over()
        print(f"CPU per message {tried.victim.spent() / messages * 1000:.1f} ms")
        assert sound(verdict)
        assert (verdict.never_accepted, verdict.uncertain) == (0, 0)


@pytest.mark.parametrize("messages", [REDUCED, pytest.param(FULL, marks=soak)])
async def test_nothing_is_lost_or_doubled_by_a_death_at_any_named_point(tmp_path: Path, messages: int) -> None:
    chance = Random(SEED)
    async with trial(tmp_path, messages=messages, slices=len(POINTS) + 1) as tried:
        for number, point in enumerate(POINTS):
            await tried.victim.start(point, chance.randint(1, 3))
            tried.load.release(number, 1.5)
            death = await tried.victim.dies()
            assert (death.status, death.point) == (-signal.SIGKILL, point)
        await tried.victim.start()
        tried.load.release(len(POINTS), 1.5)
        assert sound(await tried.over())
        assert [death.point for death in tried.victim.deaths] == list(POINTS)


@pytest.mark.parametrize(("messages", "kills"), [(REDUCED, 3), pytest.param(FULL, 20, marks=soak)])
async def test_nothing_is_lost_or_doubled_by_kills_at_random_moments(tmp_path: Path, messages: int, kills: int) -> None:
    chance = Random(SEED)
    async with trial(tmp_path, messages=messages, slices=kills + 1) as tried:
        for number in range(kills):
            await tried.victim.start()
            tried.load.release(number, 3)
            await asyncio.sleep(chance.uniform(0.1, 4))
            assert (await tried.victim.kill()).status == -signal.SIGKILL
        await tried.victim.start()
        tried.load.release(kills, 3)
        assert sound(await tried.over())


@pytest.mark.parametrize(("messages", "kills"), [(REDUCED, 2), pytest.param(FULL, 5, marks=soak)])
async def test_nothing_is_lost_or_doubled_when_the_server_is_killed(tmp_path: Path, messages: int, kills: int) -> None:
    chance = Random(SEED)
    async with trial(tmp_path, messages=messages, slices=kills + 1) as tried:
        await tried.victim.start()
        for number in range(kills):
            tried.load.release(number, messages / kills / 40)
            await asyncio.sleep(chance.uniform(0.5, messages / kills / 40))
            killed = tried.victim.server_pid()
            os.kill(killed, signal.SIGKILL)
            await until(lambda: tried.victim.server_pid() != killed, 15)  # noqa: B023 - it is awaited here
        tried.load.release(kills, 2)
        verdict = await tried.over()
        assert sound(verdict)
        assert (verdict.never_accepted, verdict.uncertain) == (0, 0)
