"""What a message costs the bot's processes, alone and beside another one."""

import asyncio
from pathlib import Path

from bot.simulator import Disorder
from tests.faults.company import Stores
from tests.faults.trial import OWN, soak, sound
from tests.processes.conftest import Servers
from tests.processes.fleet import PARTITIONS, fleet

# For each process, and slowly enough for a machine on which WeCom and the stores run too.
MESSAGES = 1000
SECONDS = 60.0
SHARE = 0.85


async def messages_per_second(home: Path, stores: Stores, processes: int) -> float:
    """Messages decided and answered for each second of the processes' CPU, each under the same load."""
    messages = MESSAGES * processes
    async with fleet(home, stores, processes=processes, messages=messages, disorder=Disorder()) as bots:
        await asyncio.gather(*(one.start() for one in bots.members))
        await bots.shared(PARTITIONS // processes, within=30)
        # Everything has been used once.
        await asyncio.gather(*(bots.ask("在吗") for _ in range(8)))
        before = sum(one.spent() for one in bots.members)
        bots.load.release(0, SECONDS)
        verdict = await bots.over()
        assert sound(verdict)
        return verdict.messages / (sum(one.spent() for one in bots.members) - before)


@soak
async def test_two_processes_do_nearly_twice_as_much_as_one(tmp_path: Path, servers: Servers) -> None:
    homes = [tmp_path / name for name in ("own", "one", "two")]
    for home in homes:
        home.mkdir()
    own = await messages_per_second(homes[0], OWN, 1)
    one = await messages_per_second(homes[1], servers.stores, 1)
    await servers.empty()
    two = await messages_per_second(homes[2], servers.stores, 2)
    print(f"messages per CPU second: own stores {own:.0f}, URLs {one:.0f}, two processes on URLs {two:.0f}")
    assert two >= SHARE * one
