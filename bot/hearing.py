"""The channels that hear by themselves, at work: what they hear is stored, and how their connections are is kept.

WeCom keeps nothing for a long connection that is down, so the time without one is counted, shown and told.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

import sqlalchemy as sa

from bot.channels.door import Capabilities, Hearing, Unstored
from bot.inbox import Inbox, InboxUnavailable, Put
from bot.leases import Fenced, Leases, check_fence, post_of
from bot.store.connection import Connection
from bot.store.database import Database, StoreDown
from bot.store.tables import connections, partitions
from bot.types.events import Event
from bot.types.ports import Clock

log = logging.getLogger(__name__)

LOOK = 0.1
LEAST = timedelta(milliseconds=2)
# Shorter gaps are counted and shown; managers are not woken for them.
WORTH_TELLING = timedelta(seconds=10)
PATIENCE = timedelta(minutes=1)
LONGEST_PAUSE = 30.0

# Tells managers: which door, what about it.
Tell = Callable[[str, str], Awaitable[None]]


class Tally(Protocol):
    """Where it is counted."""

    def callback(self, door: str, answer: str) -> None: ...

    def connected(self, door: str, is_up: bool) -> None: ...

    def gap(self, door: str, seconds: float) -> None: ...

    def missed(self, door: str, events: int) -> None: ...


class HearingChannel(Hearing, Protocol):
    """A channel that hears by itself."""

    @property
    def door(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities: ...


class Hearings:
    """Lets each channel hear: at a posted door only while this process holds the post."""

    def __init__(
        self, *, channels: Sequence[HearingChannel], inbox: Inbox, leases: Leases, database: Database, clock: Clock,
        tally: Tally, tell: Tell, is_idle: Callable[[int], bool], patience: timedelta = PATIENCE,
    ) -> None:  # fmt: skip
        self._channels = channels
        self._inbox = inbox
        self._leases = leases
        self._database = database
        self._clock = clock
        self._tally = tally
        self._tell = tell
        self._is_idle = is_idle
        self._patience = patience
        self._inlets: dict[str, DoorInlet] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Begin and end as posts come and go, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._changed.clear()
                for channel in self._channels:
                    self._follow(channel, tasks)
                for inlet in tuple(self._inlets.values()):
                    await inlet.complain(self._patience)
                await self._rest()

    def look(self) -> None:
        """Posts may have changed."""
        self._changed.set()

    def is_closed(self, post: int) -> bool:
        """Whether nobody hears at the door of this post any more."""
        return all(post_of(door) != post for door in self._tasks)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(LOOK):
                await self._changed.wait()
        except TimeoutError:
            return

    def _follow(self, channel: HearingChannel, tasks: asyncio.TaskGroup) -> None:
        epoch = self._epoch(channel)
        inlet = self._inlets.get(channel.door)
        if inlet is None and epoch is not None:
            self._begin(channel, epoch, tasks)
        elif inlet is not None and epoch != inlet.epoch and not inlet.is_ending:
            inlet.is_ending = True
            self._tasks[channel.door].cancel()

    def _epoch(self, channel: HearingChannel) -> int | None:
        """Under which epoch the channel may hear, 0 without a post; None when it may not."""
        if not channel.capabilities.posted:
            return 0
        post = post_of(channel.door)
        is_leaving = post not in self._leases.active and self._is_idle(post)
        return None if is_leaving else self._leases.held.get(post)

    def _begin(self, channel: HearingChannel, epoch: int, tasks: asyncio.TaskGroup) -> None:
        door = channel.door
        inlet = self._inlets[door] = DoorInlet(
            door, epoch, self._inbox, self._database, self._clock, self._tally, self._tell, self._leases.forget
        )

        def ended(task: "asyncio.Task[None]") -> None:
            del self._tasks[door], self._inlets[door]
            self._tally.connected(door, False)
            self._leases.look()

        self._tasks[door] = tasks.create_task(_hear(channel, inlet))
        self._tasks[door].add_done_callback(ended)


async def _hear(channel: HearingChannel, inlet: "DoorInlet") -> None:
    pause = 1.0
    while True:
        try:
            await channel.hear(inlet)
        except Exception:  # the one place that keeps the other doors going when one breaks
            log.exception("door %s broke while it heard", channel.door)
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


class DoorInlet:
    """What one channel tells. `epoch`: that of the door's post, 0 at a door without one."""

    def __init__(
        self, door: str, epoch: int, inbox: Inbox, database: Database, clock: Clock, tally: Tally, tell: Tell,
        forget: Callable[[int, int], None],
    ) -> None:  # fmt: skip
        self.door = door
        self.epoch = epoch
        self.is_ending = False
        self._inbox = inbox
        self._database = database
        self._clock = clock
        self._tally = tally
        self._tell = tell
        self._forget = forget
        self._up_since: datetime | None = None
        self._is_noted = True
        self._down_since: datetime | None = clock.now()
        self._why = "还没有连上"
        self._complained = False

    async def put(self, events: Sequence[Event]) -> None:
        """Store events in their order; Unstored when it did not work."""
        puts = await asyncio.gather(*map(self._inbox.put, events), return_exceptions=True)
        for put in puts:
            if put == Put.NEW:
                self._tally.callback(self.door, "stored")
            elif isinstance(put, InboxUnavailable):
                raise Unstored(str(put)) from None
            elif isinstance(put, BaseException):
                raise put
            elif put == Put.FULL:
                raise Unstored("inbox full")

    async def cursor(self, whose: str) -> str:
        """How far something was pulled."""
        try:
            return await self._inbox.cursor(f"{self.door}:{whose}")
        except InboxUnavailable as error:
            raise Unstored(str(error)) from None

    async def turn(self, whose: str, old: str, new: str, events: Sequence[Event]) -> bool:
        """Store a page and move its cursor; Unstored when it did not work."""
        try:
            put = await self._inbox.turn(f"{self.door}:{whose}", old, new, events)
        except InboxUnavailable as error:
            raise Unstored(str(error)) from None
        if put == Put.FULL:
            raise Unstored("inbox full")
        if put == Put.NEW and events:
            self._tally.callback(self.door, "stored")
        return put is not None

    async def connected(self) -> None:
        """Count the gap that ends now."""
        now = self._clock.now()
        self._up_since, self._down_since, self._is_noted = now, None, False
        self._tally.connected(self.door, True)
        await self._note_gap()

    async def alive(self) -> None:
        """Remember until when the connection was whole."""
        await self._note_gap()
        if self._is_noted:
            await self._write({"whole_until": self._clock.now()})

    async def lost(self, why: str, at: datetime) -> None:
        """Remember since when and why there is no connection."""
        log.warning("%s: %s", self.door, why)
        self._why = why
        if self._up_since is None:
            return
        await self._note_gap()
        self._up_since, self._down_since, self._complained = None, at, False
        self._tally.connected(self.door, False)
        await self._write({"state": "down", "why": why, "changed_at": self._clock.now(), "whole_until": at})

    async def stopped(self, why: str) -> None:
        """Remember it and tell managers."""
        log.error("%s: %s", self.door, why)
        now = self._clock.now()
        self._up_since, self._down_since = None, None
        self._tally.connected(self.door, False)
        await self._write({"state": "stopped", "why": why, "changed_at": now})
        await self._tell(self.door, f"{self.door} {why}")

    async def missed(self, events: int) -> None:
        """Count what was heard in vain."""
        log.error("%s: %d events heard and not stored", self.door, events)
        self._tally.missed(self.door, events)
        await self._write({"missed": connections.c.missed + events})

    async def is_ours(self) -> bool:
        """Whether the epoch of the post is still that of this inlet."""
        query = sa.select(partitions.c.epoch).where(partitions.c.id == post_of(self.door))
        try:
            rows = await self._database.read(query)
        except StoreDown as error:
            raise Unstored(str(error)) from None
        is_ours = bool(rows) and rows[0].epoch == self.epoch
        if not is_ours:
            self._forget(post_of(self.door), self.epoch)
        return is_ours

    async def complain(self, patience: timedelta) -> None:
        """Tell managers once when there is no connection for too long."""
        now = self._clock.now()
        if self._complained or self._down_since is None or now - self._down_since < patience:
            return
        self._complained = True
        await self._tell(self.door, f"{self.door} {self._complaint()}")

    def _complaint(self) -> str:
        if self.epoch:
            return f"的长连接连不上（{self._why}），还在重试；这期间别人说的话收不到。"
        return f"取不到新消息（{self._why}），还在重试；消息都在企业微信那里，通了会补上。"

    async def _note_gap(self) -> None:
        """Write that the connection is up, and what was missed before; again later when the database is away."""
        if self._is_noted or self._up_since is None:
            return
        if not self.epoch:
            # What is pulled is never missed.
            self._is_noted = True
            return
        gap = await self._write_gap(self._up_since)
        if gap is None:
            return
        self._is_noted = True
        if gap > timedelta():
            self._tally.gap(self.door, gap.total_seconds())
        if gap >= WORTH_TELLING:
            said = f"{self.door} 的长连接断了 {spoken(gap)}，现在通了；这期间别人说的话收不到，也补不回来。"
            await self._tell(self.door, said)

    async def _write_gap(self, until: datetime) -> timedelta | None:
        """The gap before a moment, now written; None when it could not be."""

        async def write(connection: Connection) -> timedelta:
            await self._fence(connection)
            row = (await connection.execute(sa.select(connections).where(connections.c.door == self.door))).first()
            gap = until - row.whole_until if row else timedelta()
            # What was written before is read in milliseconds: written again it must not look like a gap.
            gap = gap if gap >= LEAST else timedelta()
            values = {"state": "up", "why": "", "changed_at": until, "whole_until": until}
            await _put(connection, self.door, {**values, **_with_gap(row, gap)}, row is None)
            return gap

        try:
            return await self._database.write(write)
        except Fenced:
            return timedelta()
        except StoreDown as error:
            log.warning("%s: gap not noted yet: %s", self.door, error)
            return None

    async def _write(self, values: Mapping[str, Any]) -> None:
        if not self.epoch:
            return
        try:
            await self._database.write(partial(self._update, values))
        except (Fenced, StoreDown) as error:
            log.warning("%s: state not noted: %s", self.door, error)

    async def _update(self, values: Mapping[str, Any], connection: Connection) -> None:
        await self._fence(connection)
        changed = await connection.execute(connections.update().where(connections.c.door == self.door).values(**values))
        if not changed.rowcount:
            plain = {name: value for name, value in values.items() if name != "missed"}
            now = self._clock.now()
            first = {"state": "down", "why": "", "changed_at": now, "whole_until": now, **plain}
            await _put(connection, self.door, first, True)

    async def _fence(self, connection: Connection) -> None:
        if self.epoch:
            await check_fence(connection, post_of(self.door), self.epoch)


def _with_gap(row: sa.Row[Any] | None, gap: timedelta) -> Mapping[str, int]:
    if row is None or not gap:
        return {}
    return {"gaps": row.gaps + 1, "gap_seconds": row.gap_seconds + round(gap.total_seconds())}


async def _put(connection: Connection, door: str, values: Mapping[str, Any], is_new: bool) -> None:
    if is_new:
        await connection.execute(connections.insert().values(door=door, **values))
    else:
        await connection.execute(connections.update().where(connections.c.door == door).values(**values))


def spoken(gap: timedelta) -> str:
    """A length of time in words."""
    seconds = round(gap.total_seconds())
    parts = (seconds // 3600, "小时"), (seconds % 3600 // 60, "分"), (seconds % 60, "秒")
    return " ".join(f"{count} {name}" for count, name in parts if count) or "不到 1 秒"
