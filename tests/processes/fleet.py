"""A company whose bot is several processes: from its beginning to the judgement."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp

from bot.simulator import Conversation, Disorder
from tests.faults.company import Company, Stores, company, config
from tests.faults.desk import Desk, rounds
from tests.faults.load import Load
from tests.faults.trial import DISORDER, ROUND, SEED, silence, timing_for
from tests.faults.verdict import Verdict, judge
from tests.faults.victim import Death, Victim
from tests.ports import free_port
from tests.processes.gateway import Gateway, gateway
from tests.waiting import until

PARTITIONS = 8
# Longer than WeCom waits: a process that slept may hear a callback just before WeCom gives it up.
LATEST = 5.5


@dataclass
class Fleet:
    """The processes, and everybody who talks to them. `doubtful`: moments at which something was in flight."""

    world: Company
    front: Gateway
    members: Sequence[Victim]
    load: Load
    desk: Desk
    serving: "asyncio.Task[None]"
    doubtful: list[Death] = field(default_factory=list)
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
        """Wait until everybody is quiet, then judge what they saw."""
        await self.load.finish()
        await silence(self.world.wecom, self.serving, self.living[0])
        deaths = [*self.doubtful, *(death for one in self.members for death in one.deaths)]
        verdict = await judge(self.living[0].company, self.load.asked, self.desk, deaths, self.strangers, LATEST)
        with (self.world.home / "journal.jsonl").open("w") as out:
            self.world.wecom.journal.dump(out)
        print(verdict)
        assert not any("broke its handler" in one.log for one in self.members)
        return verdict

    @property
    def living(self) -> Sequence[Victim]:
        return [one for one in self.members if one.is_alive()]

    async def shared(self, most: int, among: Sequence[Victim] = (), within: float = 60) -> None:
        """Wait until some of the processes, or all that live, have all the partitions, each at most so many."""

        async def are_shared() -> bool:
            held = [await self.partitions(one) for one in among or self.living]
            return sum(held) == PARTITIONS and max(held) <= most

        await until(are_shared, within)

    async def partitions(self, of: Victim) -> int:
        """How many partitions a process says it works on."""
        return int((await self.figures(of))["qunban_partitions_held"])

    async def figures(self, of: Victim) -> dict[str, float]:
        """What a process counts."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as http:
            return dict(await of.figures(http))


@asynccontextmanager
async def fleet(
    home: Path, stores: Stores, *, processes: int, messages: int, slices: int = 1, conversations: int = 0,
    lease: float = 10.0, disorder: Disorder = DISORDER,
) -> AsyncIterator[Fleet]:  # fmt: skip
    """Everybody is ready; no process is started yet."""
    timing = timing_for(messages)
    async with company(home, seed=SEED, timing=timing, disorder=disorder, stores=stores) as world:
        members = [_member(world, lease, number) for number in range(processes)]
        load = Load(world, seed=SEED, messages=messages, slices=slices, conversations=conversations)
        desk = Desk(world, min(40, messages // ROUND))
        load.start()
        serving = asyncio.create_task(rounds(desk, slices, load.released))
        async with gateway(world.port, [one.company.port for one in members]) as front:
            try:
                yield Fleet(world, front, members, load, desk, serving)
            finally:
                serving.cancel()
                load.close()
                for one in members:
                    await one.end()


def _member(world: Company, lease: float, number: int) -> Victim:
    """A process with a home of its own, as on a machine of its own."""
    home = world.home / f"process{number}"
    home.mkdir()
    shutil.copytree(world.home / "knowledge", home / "knowledge")
    own = replace(world, home=home, port=free_port())
    own.config.write_text(config(own))
    return Victim(own, lease=lease)
