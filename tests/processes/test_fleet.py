"""Nothing is lost and nothing comes twice, whichever of several processes dies, sleeps or joins."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.faults.points import BEFORE
from tests.faults.trial import soak, sound
from tests.processes.conftest import Servers
from tests.processes.fleet import fleet

LEASE = 3.0
FULL = 5000


@pytest.mark.parametrize(
    ("messages", "conversations", "lease", "seconds"),
    [(200, 0, LEASE, 5.0), pytest.param(FULL, 300, 10.0, 60.0, marks=soak)],
)
async def test_nothing_is_lost_or_doubled_whoever_dies_sleeps_or_joins(
    tmp_path: Path, servers: Servers, messages: int, conversations: int, lease: float, seconds: float
) -> None:
    async with fleet(
        tmp_path, servers.stores, processes=4, messages=messages, conversations=conversations, slices=5, lease=lease
    ) as fleeting:
        mortal, sleeper, steady, late = fleeting.members
        await asyncio.gather(mortal.start(), steady.start(), sleeper.start_sleepy([BEFORE]))
        fleeting.load.release(0, seconds)
        slept = await sleeper.sleeps()
        fleeting.doubtful.append(slept)
        await asyncio.sleep(3 * lease)
        sleeper.wake()

        fleeting.load.release(1, seconds)
        await late.start()
        await asyncio.sleep(seconds / 2)
        assert (await mortal.kill()).status == -signal.SIGKILL

        fleeting.load.release(2, seconds)
        await asyncio.sleep(seconds / 2)
        await servers.redis.restart(away=1)
        fleeting.load.release(3, seconds)
        await asyncio.sleep(seconds / 2)
        fleeting.doubtful.append(await servers.postgres.restart(away=1))
        fleeting.load.release(4, seconds)

        verdict = await fleeting.over()
        assert sound(verdict)
        assert "write of" in sleeper.log
        assert (await fleeting.figures(sleeper))["qunban_refused_total fenced"] >= 1
        print({one.company.home.name: await fleeting.partitions(one) for one in fleeting.living})
