"""Nothing is lost and nothing comes twice, whatever dies: by the journal of what people saw."""

import asyncio
import os
import signal
from pathlib import Path
from random import Random

import pytest

from tests.faults.company import Stores
from tests.faults.points import POINTS, SCARCE, SOME
from tests.faults.trial import FULL, REDUCED, SEED, mostly_embedded, soak, sound, trial
from tests.waiting import until


@mostly_embedded
@pytest.mark.parametrize("messages", [REDUCED, pytest.param(FULL, marks=soak)])
async def test_every_message_is_answered_once_and_in_order(tmp_path: Path, stores: Stores, messages: int) -> None:
    async with trial(tmp_path, messages=messages, slices=1, stores=stores) as tried:
        listening = await tried.victim.start_program()
        await tried.ask("在吗")
        spent = tried.victim.spent()
        tried.load.release(0, messages / 40)
        verdict = await tried.over()
        print(
            f"start to listening {listening:.1f} s, memory {tried.victim.resident():.0f} MiB, "
            f"CPU per message {(tried.victim.spent() - spent) / messages * 1000:.1f} ms"
        )
        assert sound(verdict)
        assert (verdict.never_accepted, verdict.uncertain) == (0, 0)
        assert verdict.served == len(tried.desk.rounds)


@pytest.mark.parametrize(("messages", "seconds"), [(REDUCED, 1.5), pytest.param(FULL, 10, marks=soak)])
async def test_nothing_is_lost_or_doubled_by_a_death_at_any_named_point(
    tmp_path: Path, pair: str, stores: Stores, messages: int, seconds: float
) -> None:
    chance, points = Random(SEED), POINTS if messages == FULL else SOME[pair]
    async with trial(tmp_path, messages=messages, slices=len(points) + 1, stores=stores) as tried:
        for number, point in enumerate(points):
            reached = messages // len(points) // (30 if point in SCARCE else 2)
            await tried.victim.start(point, chance.randint(1, max(1, reached)))
            tried.load.release(number, seconds)
            death = await tried.victim.dies(60)
            assert (death.status, death.point) == (-signal.SIGKILL, point)
        await tried.victim.start()
        tried.load.release(len(points), seconds)
        assert sound(await tried.over())
        assert [death.point for death in tried.victim.deaths] == list(points)


@mostly_embedded
@pytest.mark.parametrize(("messages", "kills", "most"), [(REDUCED, 3, 3), pytest.param(FULL, 20, 10, marks=soak)])
async def test_nothing_is_lost_or_doubled_by_kills_at_random_moments(
    tmp_path: Path, stores: Stores, messages: int, kills: int, most: float
) -> None:
    chance = Random(SEED)
    async with trial(tmp_path, messages=messages, slices=kills + 1, stores=stores) as tried:
        for number in range(kills):
            await tried.victim.start()
            tried.load.release(number, 3)
            await asyncio.sleep(stores.takeover + chance.uniform(1, most))
            assert (await tried.victim.kill()).status == -signal.SIGKILL
        await tried.victim.start()
        tried.load.release(kills, 3)
        assert sound(await tried.over())


@mostly_embedded
@pytest.mark.parametrize(("messages", "kills"), [(REDUCED, 2), pytest.param(FULL, 5, marks=soak)])
async def test_nothing_is_lost_or_doubled_when_the_server_is_killed(
    tmp_path: Path, stores: Stores, messages: int, kills: int
) -> None:
    chance = Random(SEED)
    async with trial(tmp_path, messages=messages, slices=kills + 1, stores=stores) as tried:
        await tried.victim.start()
        seconds = messages / kills / 40
        for number in range(kills):
            tried.load.release(number, seconds)
            await asyncio.sleep(chance.uniform(0.5, seconds))
            killed = tried.victim.server_pid()
            os.kill(killed, signal.SIGKILL)
            await until(lambda: tried.victim.server_pid() not in (0, killed), 60)  # noqa: B023 - awaited here
        tried.load.release(kills, 2)
        verdict = await tried.over()
        assert sound(verdict)
        assert (verdict.never_accepted, verdict.uncertain) == (0, 0)
