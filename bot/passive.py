"""Answers that travel in the HTTP answer of their own callback.

The callback waits a short while for its event to be decided, then claims what the event says. A retry of the same
callback gets the same words again, and nothing else.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from bot.outbox import claim_for_answer, confirm, hand_back, is_ready, release, repeat_answer
from bot.store.connection import Connection
from bot.store.database import Database, StoreDown
from bot.store.tables import events
from bot.types.actions import Content, load_content
from bot.types.events import Event
from bot.types.ports import Clock

# Seconds between two looks at what keeps an answer back.
GLANCE = 0.05
# Seconds between two looks for a decision whose hint was missed.
LOOK = 0.5
# Answers that left while the database was away; more than these stay uncertain.
MOST_UNNOTED = 10_000

_STREAM = sa.select(events.c.id).where(events.c.stream == sa.bindparam("stream"), events.c.stream != "")
_EVENT = sa.select(events.c.id).where(events.c.id == sa.bindparam("event"))


@dataclass(frozen=True, slots=True)
class Claimed:
    """What an HTTP answer may carry; `decided` is false while the event is still being worked on."""

    contents: Sequence[Content] = ()
    decided: bool = True
    event: str = ""


class Passive:
    """Brings decided events and waiting callbacks together. `patience`: seconds a callback waits, ≤ 3."""

    def __init__(self, database: Database, clock: Clock, patience: float = 3.0) -> None:
        self._database = database
        self._clock = clock
        self._patience = patience
        self._waiting: dict[str, list[asyncio.Future[bool]]] = {}
        self._given_up: set[str] = set()
        self._unnoted: set[str] = set()

    def expect(self, event: Event) -> "asyncio.Future[bool]":
        """Begin to wait for an event, before it is put into the inbox."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(event.id, []).append(future)
        return future

    def forget(self, event: Event, future: "asyncio.Future[bool]") -> None:
        """Stop waiting."""
        waiting = self._waiting.get(event.id, [])
        with suppress(ValueError):
            waiting.remove(future)
        if not waiting:
            self._waiting.pop(event.id, None)

    async def decided(self, event: str, ready: bool) -> None:
        """An event is committed; `ready` tells whether its callback may take anything."""
        for future in self._waiting.get(event, ()):
            if not future.done():
                future.set_result(ready)
        if event in self._given_up:
            self._given_up.discard(event)
            if ready:
                # Without it the lane sends when the time to claim is over.
                with suppress(StoreDown):
                    await self.release(event)

    async def claim(
        self, event: Event, future: "asyncio.Future[bool]", seen: bool, is_waiting: Callable[[], bool] = lambda: True
    ) -> Claimed:
        """What the answer to this callback carries. `seen`: the event came before, it may be decided already.

        `is_waiting` tells whether the caller can still get an answer; who cannot takes nothing from its repeat.
        """
        ends = asyncio.get_running_loop().time() + self._patience
        if seen and await self._is_decided(event.id):
            return await self._take_in_turn(event.id, ends, is_waiting)
        ready = await self._wait(event.id, future, ends)
        if ready is None:
            return Claimed(decided=False)
        return await self._take_in_turn(event.id, ends, is_waiting) if ready else Claimed(event=event.id)

    async def _wait(self, event: str, future: "asyncio.Future[bool]", ends: float) -> bool | None:
        """Whether there is something to take; None when the event is not decided in time.

        Another process may decide it, and its hint may be missed: the database is asked now and then.
        """
        loop = asyncio.get_running_loop()
        while True:
            left = ends - loop.time()
            done, _ = await asyncio.wait([future], timeout=max(0.0, min(LOOK, left)))
            if done:
                return future.result()
            if await self._is_decided(event):
                return True
            if left <= LOOK:
                return None

    async def poll(self, stream: str, is_waiting: Callable[[], bool] = lambda: True) -> Claimed:
        """What the stream with this id shows by now."""
        found = await self._database.read(_STREAM, {"stream": stream})
        if not found:
            return Claimed(decided=False)
        return await self._take(found[0].id, is_waiting)

    async def confirm(self, event: str) -> None:
        """The answer was written whole. StoreDown: it is noted together with the next one."""
        events, self._unnoted = {event, *self._unnoted}, set()
        try:
            await self._database.write(partial(_confirm_all, events=events, now=self._clock.now()), urgent=True)
        except StoreDown:
            self._unnoted |= events if len(self._unnoted) < MOST_UNNOTED else set()
            raise

    async def give_up(self, event: Event) -> None:
        """The callback went without an answer and will not come again: what is said takes its lane at once."""
        if len(self._given_up) < 10_000:
            self._given_up.add(event.id)
        await self.release(event.id)

    async def release(self, event: str) -> None:
        """Let the lane send what the callback did not take."""
        await self._database.write(partial(release, event=event, now=self._clock.now()), urgent=True)

    async def _take_in_turn(self, event: str, ends: float, is_waiting: Callable[[], bool]) -> Claimed:
        """What the event says, when all that was said before it has left; nothing when that takes too long."""
        taken = await self._take(event, is_waiting)
        while taken.decided and not taken.contents and await is_ready(self._database, event):
            if asyncio.get_running_loop().time() >= ends:
                await self.release(event)
                break
            await asyncio.sleep(GLANCE)
            taken = await self._take(event, is_waiting)
        return taken

    async def _is_decided(self, event: str) -> bool:
        return bool(await self._database.read(_EVENT, {"event": event}))

    async def _take(self, event: str, is_waiting: Callable[[], bool]) -> Claimed:
        if not is_waiting():
            return Claimed(decided=False)
        now = self._clock.now()
        rows = await self._database.write(partial(claim_for_answer, event=event, now=now), urgent=True)
        if rows and not is_waiting():
            # Not a byte was written: the repeat of the callback, or the lane, takes it.
            await self._database.write(partial(hand_back, rows=rows, now=now), urgent=True)
            return Claimed(decided=False)
        if not rows:
            rows = await self._database.write(partial(repeat_answer, event=event), urgent=True)
        return Claimed(tuple(load_content(row.content) for row in rows), event=event)


async def _confirm_all(connection: Connection, events: Collection[str], now: datetime) -> None:
    for event in sorted(events):
        await confirm(connection, event, now)
