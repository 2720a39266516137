"""A picture is fetched and told once, whoever dies meanwhile."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.simulator import Disorder
from tests.faults.company import company
from tests.faults.points import COMMITTED, FETCHED
from tests.faults.trial import OWN, QUICK
from tests.faults.victim import Victim
from tests.waiting import until

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100


@pytest.fixture
async def victim(tmp_path: Path) -> AsyncIterator[Victim]:
    async with company(tmp_path, seed=1, timing=QUICK, disorder=Disorder(), stores=OWN) as world:
        made = Victim(world)
        yield made
        await made.clear_away()


async def fetched(victim: Victim) -> float:
    async with aiohttp.ClientSession() as http:
        figures = await victim.figures(http)
    return figures.get("qunban_fetches_total app:助手 done", 0)


@pytest.mark.parametrize("point", [COMMITTED, FETCHED])
async def test_a_picture_survives_a_kill(victim: Victim, point: str) -> None:
    world = victim.company
    world.wecom.add_member("lin01", "小林")
    await victim.start(point)
    await world.wecom.show_picture(world.app, "lin01", PNG)
    assert (await victim.dies()).status == -signal.SIGKILL
    await victim.start()

    async def is_fetched() -> bool:
        return await fetched(victim) == 1

    await until(is_fetched)
    assert [path.read_bytes() for path in (world.home / "data" / "received").glob("*/*.png")] == [PNG]
    assert "Traceback" not in victim.log
