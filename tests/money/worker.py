"""A process of the bot without wires: inbox, leases, engine and timers as they are; what it would send stays unsent."""

import asyncio
import logging
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from bot.clock import SystemClock
from bot.engine import Committed, Engine
from bot.inbox import Inbox
from bot.leases import Leases
from bot.metrics import Metrics
from bot.store.database import Database
from bot.store.redis import connect, connect_reader
from bot.timers import Timers
from tests.money.actor import PARTITIONS, brain_of, writer
from tests.tide import Tide

LEASE = 10.0
# Where many wait for the same rows, transactions are short, and nobody gives up on a slow machine.
BATCH, PATIENCE = 8, 20.0


@dataclass(frozen=True)
class Orders:
    """Which stores a process works on, whose time it has, and where it says what it has to say."""

    redis: str
    sql: str
    home: Path
    tide: Path


def live(orders: Orders) -> None:
    """Work until it is killed."""
    with (orders.home / "worker.log").open("ab") as log:
        os.dup2(log.fileno(), sys.stderr.fileno())
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    asyncio.run(_work(orders))


async def _work(orders: Orders) -> None:
    folder = orders.home / str(os.getpid())
    folder.mkdir()
    clock = Tide(orders.tide)
    brain = await asyncio.to_thread(brain_of, folder)
    database = await Database.open(orders.sql, batch=BATCH, seconds=PATIENCE)
    redis, reader = connect(orders.redis), connect_reader(orders.redis, block=1)
    inbox = Inbox(redis, reader, PARTITIONS)
    leases = Leases(redis, database, f"{os.getpid()}-{SystemClock().now().timestamp()}", PARTITIONS, seconds=LEASE)

    async def after(_: Committed) -> None:
        return None

    engine = Engine(
        inbox=inbox, leases=leases, database=database, clock=clock, counts=Metrics(), brain=lambda: brain,
        writer=writer(), stream_of=lambda event: "", after=after,
    )  # fmt: skip
    timers = Timers(database=database, inbox=inbox, leases=leases, clock=clock)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(leases.run(lambda: None, engine.is_idle))
        tasks.create_task(engine.run())
        tasks.create_task(timers.run())
