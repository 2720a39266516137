"""One `qunban run` on a data folder."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.store.single import AlreadyRunning, hold

HOLDING = """
import sys, time
from pathlib import Path
from bot.store.single import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_refused_with_the_first_ones_process_and_the_cure(data: Path) -> None:
    with hold(data), pytest.raises(AlreadyRunning) as refused, hold(data):
        pass
    said = str(refused.value)
    assert f"进程 {os.getpid()}）" in said
    assert "redis://" in said and "postgresql://" in said


def test_the_folder_is_free_when_the_first_has_ended(data: Path) -> None:
    with hold(data):
        pass
    with hold(data):
        pass


def test_two_folders_are_two_bots(tmp_path: Path) -> None:
    with hold(tmp_path / "one"), hold(tmp_path / "two"):
        pass


async def test_a_killed_run_leaves_the_folder_free(data: Path) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDING, str(data), stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    assert await child.stdout.readline() == b"held\n"
    with pytest.raises(AlreadyRunning, match=str(child.pid)), hold(data):
        pass
    child.kill()
    await child.wait()
    with hold(data):
        pass
