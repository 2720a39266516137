"""The life of a bot at work: listen, work, end."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import web
from redis.exceptions import RedisError

from bot.engine import Engine
from bot.hearing import Hearings
from bot.inbox import InboxUnavailable
from bot.lanes import Lanes
from bot.leases import Leases
from bot.server import addresses, listening
from bot.store.database import StoreDown
from bot.timers import Timers

log = logging.getLogger(__name__)

LAST_SECONDS = 8
LEAST_SECONDS = 2


class Planner(Protocol):
    """Puts what is due by the calendar."""

    async def turn(self) -> None: ...


@dataclass(slots=True)
class Life:
    """Starts the parts in the order in which they need each other, and ends them in the reverse one.

    `beside` is what else runs as long as callbacks are heard.
    """

    engine: Engine
    lanes: Lanes
    timers: Timers
    leases: Leases
    hearings: Hearings
    jobs: Planner
    serving: web.Server
    host: str
    port: int
    beside: Sequence[Callable[[], Coroutine[Any, Any, None]]] = ()
    _working: list["asyncio.Task[None]"] = field(default_factory=list)
    _watching: list["asyncio.Task[None]"] = field(default_factory=list)
    _hearing: "asyncio.Task[None] | None" = None
    _runner: web.ServerRunner | None = None

    async def listen(self, tasks: asyncio.TaskGroup) -> tuple[str, int]:
        """Hear callbacks: they are stored from now on. Where it listens."""
        self._watching += [tasks.create_task(work()) for work in self.beside]
        self._runner = await listening(self.serving, self.host, self.port)
        return addresses(self._runner)[0]

    async def work(self, tasks: asyncio.TaskGroup) -> None:
        """Take partitions, not sooner, for other processes may be at work on them; decide and send."""
        await self.leases.try_turn()
        self._watching.append(tasks.create_task(self.leases.run(self._changed, self._is_idle)))
        self._hearing = tasks.create_task(self.hearings.run())
        self._working += [tasks.create_task(self.engine.run()), tasks.create_task(self.lanes.run())]
        self._watching += [tasks.create_task(self.timers.run()), tasks.create_task(self._plan())]

    async def end(self) -> None:
        """Hear no more, hand over to other processes, finish what is in hand within seconds, give the rest back."""
        began = asyncio.get_running_loop().time()
        self.leases.leave()
        if self._runner is not None:
            await self._runner.cleanup()
        self.engine.stop()
        self.lanes.stop()
        if self._working:
            left = LAST_SECONDS - (asyncio.get_running_loop().time() - began)
            _, unfinished = await asyncio.wait(self._working, timeout=max(left, LEAST_SECONDS))
            for task in unfinished:
                task.cancel()
        for task in self._watching:
            task.cancel()
        if self._hearing is not None:
            # Before others may take the posts.
            self._hearing.cancel()
            await asyncio.wait([self._hearing])
        try:
            await self.leases.release()
        except (RedisError, OSError) as error:
            log.warning("leases not given back, they end by themselves: %s", error)

    def _is_idle(self, partition: int) -> bool:
        closed = self.hearings.is_closed(partition)
        return self.engine.is_idle(partition) and self.lanes.is_idle(partition) and closed

    def _changed(self) -> None:
        self.lanes.hint()
        self.hearings.look()

    async def _plan(self) -> None:
        while True:
            try:
                await self.jobs.turn()
            except (InboxUnavailable, StoreDown) as error:
                log.warning("jobs wait: %s", error)
            await asyncio.sleep(1)
