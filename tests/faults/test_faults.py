"""Nothing is lost and nothing comes twice, whatever dies: by the journal of what people saw."""

from pathlib import Path

import pytest

from bot.simulator import Disorder, Timing
from tests.faults.company import Company, company
from tests.faults.load import Load
from tests.faults.verdict import Verdict, judge
from tests.faults.victim import Victim

SEED = 20261123
# WeCom waits and repeats as ever, but slowly enough for a restart, and not for six minutes.
TIMING = Timing(retry_after=5.0, stream_lives=45.0, poll_every=0.5, patience=90.0)
DISORDER = Disorder(duplicate_rate=0.3, duplicate_within=1.0, shuffle=3.0, lost_answers=0.1)
REDUCED = 200
FULL = pytest.param(2000, marks=pytest.mark.soak)


async def settled(world: Company, victim: Victim, load: Load) -> Verdict:
    """Wait until everybody is quiet, then judge."""
    await load.finish()
    await world.wecom.settle(120)
    await victim.rest()
    verdict = await judge(world, load.asked, victim.deaths)
    with (world.home / "journal.jsonl").open("w") as out:
        world.wecom.journal.dump(out)
    assert "broke its handler" not in victim.log
    return verdict


@pytest.mark.parametrize("messages", [REDUCED, FULL])
async def test_every_message_is_answered_once_and_in_order(tmp_path: Path, messages: int) -> None:
    async with company(tmp_path, seed=SEED, timing=TIMING, disorder=DISORDER) as world:
        victim, load = Victim(world), Load(world, seed=SEED, messages=messages, slices=1)
        await victim.start()
        try:
            load.start()
            load.release(0, messages / 40)
            verdict = await settled(world, victim, load)
            print(verdict)
            print(f"CPU per message {victim.spent() / messages * 1000:.1f} ms, memory {victim.resident():.0f} MiB")
            assert not verdict.faults, "\n".join(verdict.faults)
            assert (verdict.never_accepted, verdict.uncertain) == (0, 0)
        finally:
            await victim.clear_away()
