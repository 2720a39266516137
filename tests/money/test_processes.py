"""The same by three processes on a Redis and a PostgreSQL, some of which are killed all the time."""

import multiprocessing
import os
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.inbox import Inbox, InboxUnavailable, partition_of
from bot.store.database import Database
from bot.store.redis import connect_reader
from bot.store.tables import events
from bot.types.events import Event, Message, dump_event
from tests.money.actor import PARTITIONS
from tests.money.acts import Acts, night
from tests.money.reckoning import reckon
from tests.money.test_money import codes
from tests.money.worker import Orders, live
from tests.tide import Tide
from tests.waiting import until

MEMBERS = 50
CHUNK = 25


def nursery() -> ForkServerContext:
    """Where processes come from that have read the program before they are born."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["tests.money.worker"])
    return made


@dataclass
class Crew:
    """Some processes, each started again when it was killed."""

    orders: Orders
    kills: int = 0
    _nursery: ForkServerContext = field(default_factory=nursery)
    _living: list[ForkServerProcess] = field(default_factory=list)

    def start(self) -> None:
        """One more."""
        process = self._nursery.Process(target=live, args=(self.orders,))
        process.start()
        self._living.append(process)

    def kill(self, chance: Random) -> None:
        """Signal 9 to one of them; another one takes its place."""
        victim = self._living.pop(chance.randrange(len(self._living)))
        assert victim.pid is not None and victim.is_alive(), (self.orders.home / "worker.log").read_text()[-3000:]
        os.kill(victim.pid, signal.SIGKILL)
        victim.join(10)
        self.kills += 1
        self.start()

    def end(self) -> None:
        """All of them."""
        for process in self._living:
            process.kill()
            process.join(10)


@dataclass
class Street:
    """What people say goes into the inbox, some of it several times and some past what the inbox remembers."""

    inbox: Inbox
    redis: Redis
    database: Database
    chance: Random
    said: dict[str, Message] = field(default_factory=dict)
    repeats: int = 0

    async def say(self, heard: Sequence[Event]) -> None:
        self.said |= {event.id: event for event in heard if isinstance(event, Message)}
        often = [event for event in heard for _ in range(self.chance.choice((1, 1, 2)))]
        self.repeats += len(often) - len(heard)
        for event in often:
            await self._put(event)
        for event in self.chance.sample(heard, len(heard) // 4):
            stream = f"qb:inbox:{partition_of(event.conversation.key, PARTITIONS)}"
            with suppress(RedisError):
                await self.redis.xadd(stream, {"event": dump_event(event)})
                self.repeats += 1

    async def _put(self, event: Event) -> None:
        """As WeCom does: again, where nobody says that it was stored."""
        while True:
            try:
                await self.inbox.put(event)
                return
            except InboxUnavailable:
                self.repeats += 1

    async def is_quiet(self) -> bool:
        """Whether all is decided."""
        try:
            return not await self.inbox.depth()
        except RedisError:
            return False


@asynccontextmanager
async def crew(orders: Orders, many: int) -> AsyncIterator[Crew]:
    """So many processes, at work."""
    made = Crew(orders)
    for _ in range(many):
        made.start()
    try:
        yield made
    finally:
        made.end()


@pytest.mark.soak
@pytest.mark.parametrize("pair", ["urls"], indirect=True)
# So many acts of each on so many days: two thousand in all, and two thousand of each of them.
@pytest.mark.parametrize(("days", "acts"), [(10, 4), (25, 80)])
async def test_money_adds_up_over_three_processes_that_are_killed(
    tmp_path: Path, redis: Redis, redis_url: str, database: Database, migrated_url: str, days: int, acts: int
) -> None:
    tide = Tide(tmp_path / "tide")
    reader = connect_reader(redis_url, block=1)
    street = Street(Inbox(redis, reader, PARTITIONS), redis, database, Random(1))
    began, chance = time.monotonic(), Random(2)
    async with crew(Orders(redis_url, migrated_url, tmp_path, tide.file), 3) as bots:
        for day in range(days):
            await street.say([night(day, tide.now())])
            heard = Acts(1, MEMBERS).of_day(day, acts * MEMBERS, tide.now(), await codes(database, 100))
            chunks = [heard[at : at + CHUNK] for at in range(0, len(heard), CHUNK)]
            mortal = {chance.randrange(len(chunks)) for _ in range(1 + acts // 20)}
            for number, chunk in enumerate(chunks):
                await street.say(chunk)
                if number in mortal:
                    bots.kill(chance)
            await until(street.is_quiet, 1800)
            print(
                f"day {day}: {len(street.said)} said, {bots.kills} killed, {time.monotonic() - began:.0f} s", flush=True
            )
            tide.advance(timedelta(days=1).total_seconds())
        await street.say([night(days, tide.now())])
        await until(street.is_quiet, 60)
    await reader.aclose()
    made, faults = await reckon(database, street.said)
    seals = await database.read(sa.text("SELECT count(*) AS count FROM points_seals"))
    print(
        f"{len(street.said)} said, {street.repeats} of them again, {bots.kills} processes killed, "
        f"{len(made.entries)} entries, {len(made.redemptions)} redemptions, {len(made.chances)} chances, "
        f"{seals[0].count} seals, {len(faults)} faults"
    )
    assert not faults, "\n".join(faults[:50])
    assert len(made.events) >= len(street.said) == await _decided(database)


async def _decided(database: Database) -> int:
    """How many messages have an outcome."""
    rows = await database.read(
        sa.select(sa.func.count().label("count")).where(events.c.topic == "message", events.c.outcome != "")
    )
    return int(rows[0].count)
