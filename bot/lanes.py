"""Lanes: what the outbox holds for one destination goes out in order, one at a time.

A row is marked `sending` before anything leaves, and `done` after the answer. A row that a dead process left
`sending` may have arrived: a keyed door tries again under its key, an unkeyed one leaves it `uncertain`.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

import sqlalchemy as sa

from bot.brain import Brain, Screened
from bot.budget import UNSCREENED
from bot.channels.door import Channel, Delivery, Fault, Promise, SendError
from bot.emitting import blocked, emit, withheld
from bot.inbox import Inbox, InboxUnavailable, Put
from bot.joining import Join, Joined, apart, join_waiting, was_put_off
from bot.leases import Fenced, Leases, check_fence
from bot.outbox import UNSETTLED
from bot.result import MINUTE, Result, as_told, failed
from bot.routing import route_of
from bot.store.connection import Connection
from bot.store.database import Database, StoreDown
from bot.store.tables import outbox
from bot.types.actions import Card, Content, load_content, words_of
from bot.types.events import Conversation, Route, load_event
from bot.types.ports import Clock

log = logging.getLogger(__name__)

AT_ONCE = 32
# One door that hangs must not take the places of the others.
PER_DOOR = 24
RESCREEN_AFTER = timedelta(minutes=10)
UNCONFIRMED_AFTER = timedelta(seconds=30)
# Rows that are let go of are no longer sent at once, whenever they are marked.
SWEEP_SECONDS = 0.5

_STORED = ("state", "error", "due_at", "unknown", "attempts", "changed_at")
_NOW = outbox.c.changed_at.type
_NATIVE = outbox.c.native.type
_TAKE = (
    outbox.update()
    .where(outbox.c.seq == sa.bindparam("row"), outbox.c.state == sa.bindparam("was"))
    .values(
        state="sending", passive="", sender=sa.bindparam("owner"), attempts=outbox.c.attempts + 1,
        changed_at=sa.bindparam("now", type_=_NOW),
        first_tried_at=sa.func.coalesce(outbox.c.first_tried_at, sa.bindparam("now", type_=_NOW)),
    )
    .returning(*outbox.c)
)  # fmt: skip
_STORE = (
    outbox.update()
    .where(outbox.c.seq == sa.bindparam("row"))
    .values({name: sa.bindparam(f"new_{name}") for name in _STORED})
    # What was told of the row while it was being sent stays, when the try gave no id.
    .values(native=sa.func.coalesce(sa.func.nullif(sa.bindparam("new_native", type_=_NATIVE), ""), outbox.c.native))
)


class Tally(Protocol):
    """Where lanes tell what became of a row."""

    def sent(self, door: str, state: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that is being sent, its route, and what leaves with it as one message."""

    row: sa.Row[Any]
    route: Route
    joined: Joined | None = None

    @property
    def beside(self) -> Sequence[sa.Row[Any]]:
        """The rows after the first."""
        return self.joined.beside if self.joined else ()


class Lanes:
    """Sends what is due in the partitions that this process holds."""

    def __init__(
        self, *, database: Database, leases: Leases, inbox: Inbox, channels: Mapping[str, Channel], clock: Clock,
        tally: Tally, brain: Callable[[], Brain], pause: float = 0.2, join: Join = apart,
    ) -> None:  # fmt: skip
        self._database = database
        self._leases = leases
        self._inbox = inbox
        self._channels = channels
        self._clock = clock
        self._tally = tally
        self._brain = brain
        self._pause = pause
        self._join = join
        self._busy: dict[str, int] = {}
        self._recovered: dict[int, int] = {}
        self._hint = asyncio.Event()
        self._swept = -SWEEP_SECONDS
        self._stopping = False

    async def run(self) -> None:
        """Send until `stop`, then finish what is under way."""
        async with asyncio.TaskGroup() as tasks:
            while not self._stopping:
                self._hint.clear()
                started = await self._turn(tasks)
                if started == 0:
                    await self._rest()

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopping = True
        self._hint.set()

    def hint(self) -> None:
        """Something may be due."""
        self._hint.set()

    def is_idle(self, partition: int) -> bool:
        """Whether nothing of a partition is on its way."""
        return partition not in self._busy.values()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._pause):
                await self._hint.wait()
        except TimeoutError:
            return

    async def _turn(self, tasks: asyncio.TaskGroup) -> int:
        try:
            await self._recover()
            await self._sweep_now_and_then()
            rows = await self._due()
        except StoreDown as error:
            log.warning("outbox not readable: %s", error)
            return 0
        started = 0
        for row in rows:
            if _door_of(row.lane) in self._full_doors():
                continue
            self._busy[row.lane] = row.partition
            tasks.create_task(self._send(row))
            started += 1
        return started

    async def _due(self) -> list[sa.Row[Any]]:
        """The heads of lanes that are due, as many as may go at once."""
        room = AT_ONCE - len(self._busy)
        active = self._leases.active
        if room <= 0 or not active:
            return []
        now = self._clock.now()
        earlier = outbox.alias()
        behind = sa.exists().where(
            earlier.c.lane == outbox.c.lane,
            earlier.c.seq < outbox.c.seq,
            earlier.c.state.in_(UNSETTLED),
        )
        query = (
            sa.select(outbox)
            .where(
                outbox.c.state.in_(("waiting", "ready")),
                outbox.c.due_at <= now,
                sa.or_(outbox.c.expires_at.is_(None), outbox.c.expires_at > now),
                outbox.c.partition.in_(sorted(active)),
                outbox.c.lane.not_in(sorted(self._busy)),
                ~behind,
                *(~outbox.c.lane.startswith(f"{door}|", autoescape=True) for door in self._full_doors()),
            )
            .order_by(outbox.c.priority.desc(), outbox.c.seq)
            .limit(room)
        )
        return await self._database.read(query)

    def _full_doors(self) -> list[str]:
        """The doors that have as many lanes at work as one door may."""
        at_work = Counter(map(_door_of, self._busy))
        return [door for door, lanes in at_work.items() if lanes >= PER_DOOR]

    async def _recover(self) -> None:
        """What another owner left `sending` in a partition that is ours now may have arrived."""
        fresh = {p: e for p, e in self._leases.held.items() if self._recovered.get(p) != e}
        if fresh:
            # Before the write: what comes into doubt while it runs is looked for again.
            before, self._recovered = self._recovered, self._recovered | fresh
            try:
                await self._database.write(partial(self._take_over, sorted(fresh)), urgent=True)
            except StoreDown:
                self._recovered = before
                raise

    async def _take_over(self, partitions: list[int], connection: Connection) -> None:
        now = self._clock.now()
        left = outbox.c.state == "sending", outbox.c.partition.in_(partitions), outbox.c.lane.not_in(sorted(self._busy))
        for row in (await connection.execute(sa.select(outbox).where(*left))).all():
            keyed = row.kind == "emit" or self._promise(row.lane) == Promise.KEYED
            values = {"state": "waiting", "unknown": True} if keyed else {"state": "uncertain"}
            await connection.execute(
                outbox.update().where(outbox.c.seq == row.seq).values(**values, due_at=now, changed_at=now)
            )

    async def _sweep_now_and_then(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._swept >= SWEEP_SECONDS:
            await self._sweep()
            self._swept = now

    async def _sweep(self) -> None:
        """Let go of what has expired, admit what nobody confirmed, screen again what could not be screened."""
        now = self._clock.now()
        held = outbox.c.state == "held", outbox.c.error == UNSCREENED, outbox.c.changed_at <= now - MINUTE
        old = outbox.c.state.in_(("ready", "waiting", "held")), outbox.c.expires_at <= now
        unconfirmed = outbox.c.state == "handed", outbox.c.changed_at <= now - UNCONFIRMED_AFTER
        ends: dict[sa.ColumnElement[bool], dict[str, Any]] = {
            sa.and_(*held): {"state": "waiting", "due_at": now},
            sa.and_(*old): {"state": "dead", "error": "过期未发"},
            sa.and_(*unconfirmed): {"state": "uncertain"},
        }
        if await self._database.read(sa.select(outbox.c.seq).where(sa.or_(*ends)).limit(1)):
            await self._database.write(partial(self._let_go, ends, now), urgent=True)

    async def _let_go(
        self, ends: Mapping[sa.ColumnElement[bool], dict[str, Any]], now: datetime, connection: Connection
    ) -> None:
        for which, values in ends.items():
            await connection.execute(outbox.update().where(which).values(**values, changed_at=now))

    async def _send(self, row: sa.Row[Any]) -> None:
        epoch, in_doubt = self._leases.held.get(row.partition, 0), False
        try:
            claimed = await self._database.write(partial(self._claim_to_send, row, epoch), urgent=True)
            if claimed is not None:
                result = await self._try(claimed, epoch)
                await self._store((row, *claimed.beside), epoch, result)
        except Fenced:
            log.warning("partition %d is somebody else's: write of row %s refused", row.partition, row.id)
            self._leases.forget(row.partition, epoch)
            in_doubt = True
        except StoreDown as error:
            in_doubt = True
            log.warning("outbox row %s waits: %s", row.id, error)
            await asyncio.sleep(self._pause)
        finally:
            del self._busy[row.lane]
            if in_doubt:
                # The row may be marked as being sent while nobody sends it.
                self._recovered.pop(row.partition, None)
            self._hint.set()

    async def _claim_to_send(self, row: sa.Row[Any], epoch: int, connection: Connection) -> Claimed | None:
        """Mark the row as being sent and take its route; None when somebody else was quicker."""
        await check_fence(connection, row.partition, epoch)
        now = self._clock.now()
        mark = {"row": row.seq, "was": row.state, "owner": self._leases.owner, "now": now}
        taken = await connection.execute(_TAKE, mark)
        current = taken.first()
        if current is None:
            return None
        channel = self._channels.get(_door_of(row.lane)) if row.kind != "emit" else None
        if channel is None:
            return Claimed(current, Route())
        door = channel.capabilities
        route = await route_of(connection, current, door, now)
        if not (door.joins and was_put_off(row)):
            return Claimed(current, route)
        return Claimed(current, route, await join_waiting(connection, current, door, self._join, self._rescreened, now))

    async def _try(self, claimed: Claimed, epoch: int) -> Result:
        row = claimed.row
        if not self._leases.is_sure(row.partition, epoch):
            # This process slept, or cannot reach Redis: somebody else may be sending the row by now.
            return Result("waiting", free=True)
        try:
            return await self._hand_over(claimed, epoch)
        except Exception:  # the one place that keeps the other lanes going when a row or its door is broken
            log.exception("outbox row %s broke its door", row.id)
            return Result("uncertain", error="程序出错，不知道是否送达")

    async def _hand_over(self, claimed: Claimed, epoch: int) -> Result:
        row = claimed.row
        if row.kind == "emit":
            return await self._emit(row)
        content = claimed.joined.content if claimed.joined else self._rescreened(row)
        if content is None:
            return Result("held", error=UNSCREENED, free=True)
        conversation = Conversation.parse(row.lane)
        channel = self._channels.get(conversation.door)
        if channel is None:
            return Result("dead", error=f"配置里没有 {conversation.door} 这个入口")
        delivery = Delivery(
            id=row.id, to=conversation, member=row.member, content=content, route=claimed.route, unknown=row.unknown,
            first_tried_at=row.first_tried_at, undelivered=row.native, update=row.kind == "update",
            beside=tuple(one.member for one in claimed.beside),
            may_send=partial(self._leases.is_sure, row.partition, epoch),
        )  # fmt: skip
        try:
            return Result("done", native=await channel.send(delivery))
        except SendError as error:
            if error.fault == Fault.REFUSED and claimed.beside:
                return Result("waiting", error=error.why, due_at=self._clock.now())
            log.warning("outbox row %s: %s (%s, %d)", row.id, error.fault, error.why, error.code)
            return failed(row, error, channel.capabilities.promise, self._clock.now())

    async def _emit(self, row: sa.Row[Any]) -> Result:
        try:
            put = await self._inbox.put(load_event(row.content))
        except InboxUnavailable as error:
            return Result("waiting", error=str(error), due_at=self._clock.now() + timedelta(seconds=1))
        if put == Put.FULL:
            return Result("waiting", error="收件箱已满", due_at=self._clock.now() + timedelta(seconds=1))
        return Result("done")

    def _rescreened(self, row: sa.Row[Any]) -> Content | None:
        return self._screened(row).content

    def _screened(self, row: sa.Row[Any]) -> Screened:
        content = load_content(row.content)
        is_fresh = row.fixed and self._clock.now() - row.created_at < RESCREEN_AFTER
        if isinstance(content, Card) or is_fresh:
            return Screened(content)
        return self._brain().screened(content, Conversation.parse(row.lane))

    async def _store(self, rows: Sequence[sa.Row[Any]], epoch: int, result: Result) -> None:
        """Keep the result, however long the database takes to come back."""
        while True:
            try:
                await self._database.write(partial(self._store_result, rows, epoch, result), urgent=True)
                break
            except StoreDown:
                await asyncio.sleep(self._pause)
        for row in rows:
            self._tally.sent(_door_of(row.lane) if row.kind != "emit" else "emit", result.state)

    async def _store_result(
        self, rows: Sequence[sa.Row[Any]], epoch: int, result: Result, connection: Connection
    ) -> None:
        await check_fence(connection, rows[0].partition, epoch)
        now = await as_told(connection, rows[0], result)
        await connection.execute(_STORE, [self._stored(row, now) for row in rows])
        if result.state == "held" and result.error != UNSCREENED:
            await self._tell_withheld(rows, result.error, connection)
        if result.state == "done":
            await self._tell_blocked(rows, connection)

    async def _tell_withheld(self, rows: Sequence[sa.Row[Any]], why: str, connection: Connection) -> None:
        now = self._clock.now()
        for row in rows:
            told = withheld(f"{row.id}:{row.attempts}", row.lane, row.member, row.content, why, now)
            await emit(connection, told, self._inbox.partitions, now)

    async def _tell_blocked(self, rows: Sequence[sa.Row[Any]], connection: Connection) -> None:
        """What could be said when it was written, and no more when it was sent."""
        now = self._clock.now()
        for row in (one for one in rows if one.kind != "emit"):
            if word := self._screened(row).word:
                told = blocked(row.id, row.lane, row.member, words_of(load_content(row.content)), word, now)
                await emit(connection, told, self._inbox.partitions, now)

    def _stored(self, row: sa.Row[Any], result: Result) -> dict[str, Any]:
        return {
            "row": row.seq,
            "new_state": result.state,
            "new_error": _storable(result.error),
            "new_native": _storable(result.native),
            "new_due_at": result.due_at or row.due_at,
            "new_unknown": row.unknown if result.unknown is None else result.unknown,
            "new_attempts": row.attempts + (not result.free),
            "new_changed_at": self._clock.now(),
        }

    def _promise(self, lane: str) -> Promise:
        channel = self._channels.get(lane.partition("|")[0])
        return channel.capabilities.promise if channel else Promise.UNKEYED


def _door_of(lane: str) -> str:
    return lane.partition("|")[0]


def _storable(told: str) -> str:
    """What a door told, without what no database takes: a row whose result cannot be kept would be sent again."""
    return told.encode(errors="replace").decode().replace("\0", "")
