"""A bot in miniature: decides one event after the other as the engine does, without inbox and wires, and may die."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.brain import Brain
from bot.channels.door import Capabilities, Promise
from bot.channels.fitting import fitted
from bot.decision import Decision, Means
from bot.inbox import Entry, partition_of
from bot.outbox import Writer
from bot.store.connection import Connection
from bot.store.database import Database, StoreDown
from bot.store.tables import partitions
from bot.transaction import Duplicate, Outdated
from bot.types.events import Event
from bot.types.ports import Clock, Shelf
from handlers.draws.rounds import WHERE
from tests.handlers.stage import read, think
from tests.money.acts import DOORS, write_config

PARTITIONS = 4
DOOR = Capabilities(2048, (), Promise.KEYED)
# However late a message is heard, it counts.
PATIENT = timedelta(days=30)


class Killed(Exception):
    """The process died in the middle of its transaction."""


def brain_of(folder: Path) -> Brain:
    """What a bot of the acts' community knows."""
    return replace(think(read(write_config(folder)), Shelf()), stale_after=PATIENT)


def writer() -> Writer:
    """Keeps what is to be sent; nobody sends it."""
    return Writer(PARTITIONS, dict.fromkeys((*DOORS, WHERE.door), DOOR), fitted)


async def seize(database: Database) -> None:
    """Have all partitions under the first epoch."""
    rows = [{"id": number, "owner": "actor", "epoch": 1} for number in range(PARTITIONS)]
    await database.write(lambda connection: connection.execute(sa.insert(partitions), rows))


@dataclass
class Actor:
    """One process. `conflicts` counts how often somebody else was quicker."""

    database: Database
    brain: Brain
    clock: Clock
    means: Means = field(init=False)
    conflicts: int = 0

    def __post_init__(self) -> None:
        self.means = Means(writer(), self.clock, PARTITIONS, lambda event: "", "")

    async def decide(self, event: Event, dies: bool = False) -> bool:
        """Whether it was new. One that dies has done everything but commit."""
        prepared = await self.brain.prepare(event)
        entry = Entry(partition_of(event.conversation.key, PARTITIONS), "0-0", event)
        while True:
            decision = Decision(self.means, entry, self.brain, prepared, 1, False)
            try:
                await self.database.write(_dying(decision) if dies else decision.commit_event)
                return True
            except (Duplicate, Killed):
                return False
            except (Outdated, StoreDown):
                self.conflicts += 1
                await asyncio.sleep(0.01)


def _dying(decision: Decision) -> Callable[[Connection], Awaitable[None]]:
    async def work(connection: Connection) -> None:
        await decision.commit_event(connection)
        raise Killed

    return work


async def play(actors: Sequence[Actor], lanes: Sequence[Sequence[Event]], deaths: frozenset[str]) -> None:
    """Each lane's events in their order, one after the other, all lanes side by side, by whichever actor is free."""
    free: asyncio.Queue[Actor] = asyncio.Queue()
    for actor in actors:
        free.put_nowait(actor)

    async def follow(lane: Sequence[Event]) -> None:
        for event in lane:
            if event.id in deaths:
                await actors[0].decide(event, dies=True)
            actor = await free.get()
            free.put_nowait(actor)
            await actor.decide(event)

    await asyncio.gather(*(follow(lane) for lane in lanes))
