"""A bad configuration changes nothing but the log; a mended one is in force within a second."""

import time
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest

from bot.simulator import Conversation
from tests.faults.company import Company
from tests.faults.trial import Trial, sound, trial
from tests.waiting import until

IN_FORCE_SECONDS = 1.0
OLD, NEW = "答案0", "新的答案"
BREAKS = {
    'name = "编号1"': 'nmae = "编号1"',
    'team = "售后组"': 'team = "没有这个组"',
    'reply = "答案2"': "reply = 2",
}


@pytest.fixture
async def busy(tmp_path: Path) -> AsyncIterator[Trial]:
    """A bot at work, under load."""
    async with trial(tmp_path, messages=100, slices=1) as tried:
        await tried.victim.start()
        await answer(tried.world, "warm")
        tried.load.release(0, 8)
        yield tried


async def answer(world: Company, member: str) -> str:
    """What a new member hears who says the same as everybody else."""
    world.wecom.add_member(member)
    asked = await world.wecom.say(world.app, member, "编号0")
    (heard,) = await world.wecom.journal.wait_for(lambda journal: journal.texts(asked.conversation), 10)
    return heard


async def test_a_broken_configuration_is_refused_whole_and_a_mended_one_is_used_within_a_second(busy: Trial) -> None:
    world, good = busy.world, busy.world.config.read_text()
    broken = good.replace(OLD, NEW, 1)
    for right, wrong in BREAKS.items():
        broken = broken.replace(right, wrong, 1)
    world.config.write_text(broken)
    await until(lambda: "新配置有错" in busy.victim.log, 10)
    complaint = busy.victim.log.partition("新配置有错")[2]
    assert all(wrong.partition(" = ")[2].strip('"') in complaint for wrong in BREAKS.values()), complaint
    assert await answer(world, "early") == OLD

    world.config.write_text(good.replace(OLD, NEW, 1))
    began = time.monotonic()
    asked = count()
    while await answer(world, f"late{next(asked)}") != NEW:
        assert time.monotonic() - began < 10
    took = time.monotonic() - began
    print(f"in force after {took:.2f} s")
    assert took < IN_FORCE_SECONDS
    assert "已换上新配置" in busy.victim.log
    strangers = [place for place in conversations(world) if place.native.startswith(("warm", "early", "late"))]
    assert sound(await busy.over(strangers))


def conversations(world: Company) -> set[Conversation]:
    """Wherever anything was seen."""
    return {record.conversation for record in world.wecom.journal.seen()}
