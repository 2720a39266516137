"""Nothing is lost and nothing comes twice, whichever of several processes dies, sleeps or joins."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.faults.points import BEFORE, INSIDE, SLEEPS, TAKEN
from tests.faults.trial import soak, sound
from tests.processes.conftest import Servers
from tests.processes.fleet import PARTITIONS, fleet

LEASE = 2.0
FULL = 5000


@pytest.mark.parametrize(
    ("messages", "conversations", "lease", "seconds"),
    [(120, 0, LEASE, 2.0), pytest.param(FULL, 300, 10.0, 100.0, marks=soak)],
)
async def test_nothing_is_lost_or_doubled_whoever_dies_sleeps_or_joins(
    tmp_path: Path, servers: Servers, messages: int, conversations: int, lease: float, seconds: float
) -> None:
    async with fleet(
        tmp_path, servers.stores, processes=4, messages=messages, conversations=conversations, slices=5, lease=lease
    ) as bots:
        mortal, sleeper, steady, late = bots.members
        await asyncio.gather(mortal.start(), steady.start(), sleeper.start_sleepy([BEFORE]))
        bots.load.release(0, seconds)
        slept = await sleeper.sleeps()
        bots.doubtful.append(slept)
        await bots.shared(PARTITIONS, [mortal, steady])
        sleeper.wake()

        bots.load.release(1, seconds)
        await late.start()
        await asyncio.sleep(seconds / 2)
        assert (await mortal.kill()).status == -signal.SIGKILL

        bots.load.release(2, seconds)
        await asyncio.sleep(seconds / 2)
        # Where the machine is slow, leases may end meanwhile.
        bots.doubtful.append(await servers.redis.restart(away=1))
        bots.load.release(3, seconds)
        await asyncio.sleep(seconds / 2)
        bots.doubtful.append(await servers.postgres.restart(away=1))
        bots.load.release(4, seconds)

        verdict = await bots.over()
        assert sound(verdict)
        assert "write of" in sleeper.log
        assert (await bots.figures(sleeper))["qunban_refused_total fenced"] >= 1
        print({one.company.home.name: await bots.partitions(one) for one in bots.living})


@pytest.mark.parametrize(
    ("points", "messages", "lease"), [((INSIDE, TAKEN), 80, LEASE), pytest.param(SLEEPS, 1200, 10.0, marks=soak)]
)
async def test_nothing_is_lost_or_doubled_wherever_a_process_falls_asleep(
    tmp_path: Path, servers: Servers, points: tuple[str, ...], messages: int, lease: float
) -> None:
    async with fleet(tmp_path, servers.stores, processes=2, messages=messages, slices=len(points), lease=lease) as bots:
        sleeper, steady = bots.members
        await asyncio.gather(sleeper.start_sleepy(points), steady.start())
        await bots.shared(4)
        for number, point in enumerate(points):
            bots.load.release(number, 2 * lease)
            slept = await sleeper.sleeps(60)
            assert slept.point == point
            bots.doubtful.append(slept)
            await bots.shared(PARTITIONS, [steady])
            await asyncio.sleep(lease / 2)
            sleeper.wake()
        assert sound(await bots.over())
