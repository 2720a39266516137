"""A bad configuration changes nothing but the log; a mended one is in force within a second."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator import Disorder
from tests.faults.company import NUMBERS, Stores
from tests.faults.trial import Trial, mostly_embedded, soak, sound, trial
from tests.waiting import until

ASKED, OLD, NEW = f"编号{NUMBERS}", f"答案{NUMBERS}", "新的答案"
BREAKS = {
    'name = "编号1"': 'nmae = "编号1"',
    'team = "售后组"': 'team = "没有这个组"',
    'reply = "答案2"': "reply = 2",
}


@pytest.fixture
async def busy(tmp_path: Path, stores: Stores) -> AsyncIterator[Trial]:
    """A bot at work, under load."""
    async with trial(tmp_path, messages=100, slices=1, disorder=Disorder(duplicate_rate=0.3), stores=stores) as tried:
        await tried.victim.start()
        await tried.ask(ASKED)
        tried.load.release(0, 8)
        yield tried


# The promise is a second; a machine that runs other tests at the same time is given more.
@mostly_embedded
@pytest.mark.parametrize("seconds", [30.0, pytest.param(1.0, marks=soak)])
async def test_a_broken_configuration_is_refused_whole_and_a_mended_one_soon_in_force(
    busy: Trial, seconds: float
) -> None:
    world, good = busy.world, busy.world.config.read_text()
    broken = good.replace(OLD, NEW, 1)
    for right, wrong in BREAKS.items():
        broken = broken.replace(right, wrong, 1)
    world.config.write_text(broken)
    await until(lambda: "新配置有错" in busy.victim.log, 60)
    complaint = busy.victim.log.partition("新配置有错")[2]
    assert all(said in complaint for said in ("nmae", "没有这个组", "reply = 2")), complaint
    assert await busy.ask(ASKED) == OLD

    world.config.write_text(good.replace(OLD, NEW, 1))
    began = time.monotonic()
    while await busy.ask(ASKED) != NEW:
        assert time.monotonic() - began < 60
    took = time.monotonic() - began
    print(f"in force after {took:.2f} s")
    assert took < seconds
    assert "已换上新配置" in busy.victim.log
    assert sound(await busy.over())
