"""A stop under load loses nothing, and takes no longer than it may."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.faults.company import Stores
from tests.faults.trial import FULL, REDUCED, mostly_embedded, soak, sound, trial

STOP_SECONDS = 10


@mostly_embedded
@pytest.mark.parametrize("messages", [REDUCED, pytest.param(FULL, marks=soak)])
async def test_a_stop_finishes_what_is_in_hand(tmp_path: Path, stores: Stores, messages: int) -> None:
    async with trial(tmp_path, messages=messages, slices=2, stores=stores) as tried:
        listening = await tried.victim.start_program()
        seconds = max(4.0, messages / 60)
        tried.load.release(0, seconds)
        await asyncio.sleep(seconds * 0.7)
        asked = time.monotonic()
        stopped = await tried.victim.stop()
        took = time.monotonic() - asked
        assert stopped.status == 0, tried.victim.log[-3000:]
        assert took < STOP_SECONDS
        await tried.victim.start()
        tried.load.release(1, messages / 80)
        verdict = await tried.over()
        print(f"start to listening {listening:.1f} s, SIGTERM to end {took:.1f} s")
        assert sound(verdict)
        assert verdict.uncertain == 0
