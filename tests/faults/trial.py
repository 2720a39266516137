"""A run from its beginning to the judgement."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.simulator import Conversation, Disorder, Timing, WeCom
from tests.faults.company import Company, Stores, company
from tests.faults.desk import Desk, rounds
from tests.faults.load import Load
from tests.faults.verdict import Verdict, judge
from tests.faults.victim import Victim

SEED = 20261123
# WeCom waits and repeats as ever, but slowly enough for a restart, and not for six minutes.
TIMING = Timing(retry_after=5.0, stream_lives=60.0, patience=90.0)
# A stream whose answer is in doubt is asked for to the end of its life: longer than a lane waits for its callback.
QUICK = Timing(retry_after=3.0, stream_lives=30.0, patience=90.0)
DISORDER = Disorder(duplicate_rate=0.3, duplicate_within=1.0, shuffle=3.0, lost_answers=0.05)
OWN = Stores()
LEASE = 10.0
# One in so many messages is the beginning of a customer's way to a person; staff can be sent 30 messages a minute.
ROUND = 25
MOST_ROUNDS = 8
REDUCED = 100
FULL = 2000
# From so many messages on a run is a long one.
MANY = 1000
# Nothing new within so many seconds, while nothing is on its way: nothing comes any more.
QUIET = 1.0

soak = pytest.mark.soak
# On shared stores only among the long tests: what is decided, committed and sent again after a death at any point is
# seen there already by the test of the named points, and `tests/processes` stops and hands over on shared stores.
mostly_embedded = pytest.mark.parametrize("pair", ["embedded", pytest.param("urls", marks=soak)], indirect=True)


@dataclass(frozen=True)
class Trial:
    """A company, its bot and its people."""

    world: Company
    victim: Victim
    load: Load
    desk: Desk
    serving: "asyncio.Task[None]"
    strangers: list[Conversation] = field(default_factory=list)

    async def ask(self, text: str) -> str:
        """What somebody new hears who says something to the app."""
        member = f"gast{len(self.strangers)}"
        self.world.wecom.add_member(member)
        asked = await self.world.wecom.say(self.world.app, member, text)
        self.strangers.append(asked.conversation)
        (heard,) = await self.world.wecom.journal.wait_for(lambda journal: journal.texts(asked.conversation), 60)
        return heard

    async def over(self) -> Verdict:
        """Wait until everybody is quiet, then judge what they saw; those who were asked apart do not count."""
        await self.load.finish()
        await silence(self.world.wecom, self.serving, self.victim)
        verdict = await judge(self.world, self.load.asked, self.desk, self.victim.deaths, self.strangers)
        with (self.world.home / "journal.jsonl").open("w") as out:
            self.world.wecom.journal.dump(out)
        print(verdict)
        assert "broke its handler" not in self.victim.log
        return verdict


@asynccontextmanager
async def trial(
    home: Path, *, messages: int, slices: int, disorder: Disorder = DISORDER, stores: Stores = OWN
) -> AsyncIterator[Trial]:
    """Everybody is ready; the bot is yet to be started."""
    timing = timing_for(messages)
    async with company(home, seed=SEED, timing=timing, disorder=disorder, stores=stores) as world:
        victim, load = (
            Victim(world, lease=stores.takeover or LEASE),
            Load(world, seed=SEED, messages=messages, slices=slices),
        )
        desk = Desk(world, min(messages // ROUND, MOST_ROUNDS))
        load.start()
        serving = asyncio.create_task(rounds(desk, slices, load.released))
        try:
            yield Trial(world, victim, load, desk, serving)
        finally:
            serving.cancel()
            load.close()
            await victim.clear_away()


def timing_for(messages: int) -> Timing:
    """How WeCom waits in a run of so many messages."""
    return TIMING if messages >= MANY else QUICK


async def silence(wecom: WeCom, serving: "asyncio.Task[None]", bot: Victim) -> None:
    """Wait until nothing goes on any more; who still waits at the desk then waits in vain."""
    while True:
        before = len(wecom.journal)
        await wecom.settle(120)
        await bot.rest()
        await asyncio.wait({serving}, timeout=QUIET)
        if before == len(wecom.journal):
            break
    if not serving.done():
        serving.cancel()
        return
    await serving


def sound(verdict: Verdict) -> bool:
    """Whether there is nothing to complain about."""
    assert not verdict.faults, "\n".join(verdict.faults)
    return True
