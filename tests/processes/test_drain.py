"""A process that is stopped hands its work over at once."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.faults.trial import soak, sound
from tests.processes.conftest import Servers
from tests.processes.fleet import fleet

# Far longer than a hand-over may take: nobody can have waited for a lease to end.
LEASE = 30.0


@pytest.mark.parametrize("messages", [100, pytest.param(2000, marks=soak)])
async def test_a_stopped_process_hands_its_partitions_over_under_load(
    tmp_path: Path, servers: Servers, messages: int
) -> None:
    async with fleet(tmp_path, servers.stores, processes=3, messages=messages, slices=2, lease=LEASE) as bots:
        leaving, *staying = bots.members
        for one in bots.members:
            await one.start()
        await bots.shared(3)
        bots.load.release(0, messages / 25)
        await asyncio.sleep(messages / 50)

        asked = time.monotonic()
        stopping = asyncio.create_task(leaving.stop())
        await bots.shared(4, staying)
        handed = time.monotonic() - asked
        assert (await stopping).status == 0, leaving.log[-3000:]
        took = time.monotonic() - asked
        print(f"handed over after {handed:.1f} s, ended after {took:.1f} s")
        assert took < 10
        bots.load.release(1, messages / 50)
        verdict = await bots.over()
        assert sound(verdict)
        assert verdict.uncertain == 0
        assert not any("else's" in one.log for one in bots.members)
