"""Nobody is left in limbo at the desk, whatever people do and whenever the bot dies: by what they were shown."""

from pathlib import Path

import pytest

from tests.desk.judge import Verdict
from tests.desk.play import LEAPS, Play, play
from tests.desk.town import Rules
from tests.faults.trial import soak
from tests.processes.conftest import Servers

SEED = 20261207


async def rounds(tried: Play, number: int, *, kills: int, most: int, seconds: float) -> None:
    """Rounds of acts with leaps of time between them; the bot dies in the first of them."""
    for at in range(number):
        await tried.round(most, seconds, kill=at < kills)
        await tried.leap(tried.chance.choice(LEAPS), kill=kills > 1 and tried.chance.random() < 0.2)


def sound(verdict: Verdict) -> bool:
    """Whether there is nothing to complain about."""
    assert not verdict.faults, f"{len(verdict.faults)} faults\n" + "\n".join(verdict.faults)
    return True


async def test_nobody_is_left_in_limbo_at_the_desk_when_the_bot_dies(tmp_path: Path) -> None:
    async with play(tmp_path, seed=SEED, customers=6, rules=Rules()) as tried:
        await rounds(tried, 3, kills=1, most=8, seconds=1.5)
        verdict = await tried.over()
        assert sound(verdict)
        assert min(verdict.answered, verdict.served, verdict.promises, verdict.words) > 0


@soak
@pytest.mark.parametrize("has_lead", [True, False], ids=["led", "alone"])
@pytest.mark.parametrize("assign", ["抢单", "轮流", "最闲"], ids=["grab", "turns", "least"])
async def test_nobody_is_left_in_limbo_at_the_desk_in_many_sequences(
    tmp_path: Path, assign: str, has_lead: bool
) -> None:
    rules = Rules(assign=assign, has_lead=has_lead)
    async with play(tmp_path, seed=SEED + has_lead, customers=50, rules=rules, deaths=12) as tried:
        await rounds(tried, 7, kills=5, most=4, seconds=3)
        assert sound(await tried.over())


@soak
async def test_nobody_is_left_in_limbo_at_the_desk_where_words_wait_before_they_go(tmp_path: Path) -> None:
    rules = Rules(send_delay=5)
    async with play(tmp_path, seed=SEED, customers=50, rules=rules, deaths=12) as tried:
        await rounds(tried, 7, kills=5, most=4, seconds=3)
        assert sound(await tried.over())


@soak
async def test_nobody_is_left_in_limbo_at_the_desk_over_urls(tmp_path: Path, servers: Servers) -> None:
    async with play(
        tmp_path, seed=SEED, customers=50, rules=Rules(assign="轮流"), deaths=6, stores=servers.stores
    ) as tried:
        await rounds(tried, 5, kills=2, most=4, seconds=3)
        assert sound(await tried.over())
