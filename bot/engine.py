"""The engine: one event at a time per conversation, one transaction an event, in order.

Events of different conversations are decided side by side; the database batches their transactions. An entry
leaves the inbox only after its transaction is durable.
"""

import asyncio
import json
import logging
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Protocol

import sqlalchemy as sa
from redis.exceptions import RedisError
from sqlalchemy.dialects.postgresql import insert

from bot.brain import Brain, Decided
from bot.inbox import Entry, Inbox, Unreadable
from bot.leases import Fenced, Leases, check_fence
from bot.outbox import Writer, remember_route
from bot.store.connection import Connection
from bot.store.database import Database, StoreDown
from bot.store.tables import events, members, threads, versions
from bot.transaction import Duplicate, EventTransaction, Outdated
from bot.types.actions import Reply, Text
from bot.types.context import Context, Trace
from bot.types.events import Event, Message, Route, Tick, dump_event
from bot.types.outcome import Kind, Outcome, answered
from bot.types.ports import Clock, Thread

log = logging.getLogger(__name__)

IN_HAND = 512
# The last ones run no handler: they fail only when the database does not take the event.
TRIES = 7
APOLOGY = "抱歉，我这边出了点小问题，已经记下来了。请稍后再试，着急的话请回复「转人工」。"
LATE = "抱歉，刚才系统有点忙，您之前的消息我来晚了。如果还需要帮忙，请再说一次或回复「转人工」。"

_INSERT_EVENT = insert(events).on_conflict_do_nothing()
_RESULT = (
    events.update()
    .where(events.c.id == sa.bindparam("event"))
    .values({name: sa.bindparam(f"new_{name}") for name in ("outcome", "handler", "reason", "trace")})
)
_THREAD = sa.select(threads).where(threads.c.key == sa.bindparam("thread"))
_SEEN = insert(threads).on_conflict_do_update(
    index_elements=["key"], set_={"last_seen": sa.literal_column("excluded.last_seen")}
)
_MEMBER_KEY = sa.select(members.c.member_key).where(members.c.id == sa.bindparam("member"))
_NEW_MEMBER = (
    insert(members)
    .on_conflict_do_update(index_elements=["id"], set_={"id": sa.literal_column("excluded.id")})
    .returning(members.c.member_key)
)


@dataclass(frozen=True, slots=True)
class Committed:
    """One event that is durably decided. `ready`: its callback may take something."""

    event: Event
    kind: str
    ready: bool
    seconds: float


class Counts(Protocol):
    """Where the engine tells what it did."""

    def decided(self, kind: str, seconds: float) -> None: ...

    def refused(self, why: str) -> None: ...


@dataclass(frozen=True, slots=True)
class _Taken:
    """An entry in hand, and the epoch under which it was read: under another one it is read again, in its place."""

    entry: Entry
    epoch: int


@dataclass(slots=True)
class _Chain:
    """The events of one conversation that wait for their turn."""

    taken: deque[_Taken] = field(default_factory=deque)


class Engine:
    """Reads the partitions this process holds and decides their events. `stream_of` names an event's stream."""

    def __init__(
        self, *, inbox: Inbox, leases: Leases, database: Database, writer: Writer, clock: Clock, counts: Counts,
        brain: Callable[[], Brain], stream_of: Callable[[Event], str],
        after: Callable[[Committed], Awaitable[None]], seed: str = "",
    ) -> None:  # fmt: skip
        self._inbox = inbox
        self._leases = leases
        self._database = database
        self._writer = writer
        self._clock = clock
        self._counts = counts
        self._brain = brain
        self._stream_of = stream_of
        self._after = after
        self._seed = seed
        self._chains: dict[str, _Chain] = {}
        self._positions: dict[int, str] = {}
        self._epochs: dict[int, int] = {}
        self._in_hand = 0
        self._done: list[Entry | Unreadable] = []
        self._stopping = asyncio.Event()
        self._room = asyncio.Event()
        self._acker: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Work until `stop`, then finish what is in hand."""
        async with asyncio.TaskGroup() as tasks:
            while not self._stopping.is_set():
                await self._turn(tasks)
        await self._flush()

    def is_idle(self, partition: int) -> bool:
        """Whether nothing of a partition is in hand."""
        return all(taken.entry.partition != partition for chain in self._chains.values() for taken in chain.taken)

    def stop(self) -> None:
        """Read no more; `run` ends when what is in hand is decided."""
        self._stopping.set()
        self._room.set()

    async def _turn(self, tasks: asyncio.TaskGroup) -> None:
        if self._in_hand >= IN_HAND:
            self._room.clear()
            await self._room.wait()
            return
        self._follow_leases()
        try:
            entries = await self._inbox.read(self._positions, block=0.25, count=64)
        except (RedisError, OSError) as error:
            log.warning("inbox not readable: %s", error)
            await asyncio.sleep(0.2)
            return
        for entry in entries:
            self._positions[entry.partition] = entry.position
            self._accept(entry, tasks)

    def _follow_leases(self) -> None:
        """Read from the beginning what was taken (again) since the last turn."""
        active = self._leases.active
        kept = {p: at for p, at in self._positions.items() if self._epochs[p] == active.get(p)}
        self._positions = {partition: kept.get(partition, "0-0") for partition in active}
        self._epochs = active

    def _accept(self, entry: Entry | Unreadable, tasks: asyncio.TaskGroup) -> None:
        if isinstance(entry, Unreadable):
            log.error("unreadable entry %s in partition %d: %s", entry.position, entry.partition, entry.why)
            self._counts.refused("unreadable")
            tasks.create_task(self._put_aside(entry))
            return
        key = entry.event.conversation.key
        self._in_hand += 1
        taken = _Taken(entry, self._epochs[entry.partition])
        if key in self._chains:
            self._chains[key].taken.append(taken)
            return
        self._chains[key] = _Chain(deque([taken]))
        tasks.create_task(self._follow(key))

    async def _put_aside(self, entry: Unreadable) -> None:
        """Keep the bytes of an entry that nobody can read, then let it go."""
        row = {
            "id": f"unreadable:{entry.partition}:{entry.position}",
            "conversation": "", "thread": "", "member_key": "", "topic": "unreadable",
            "text": entry.data.decode(errors="backslashreplace").replace("\0", "\\0"),
            "at": self._clock.now(), "received_at": self._clock.now(), "decided_at": self._clock.now(),
            "outcome": Kind.SILENT, "reason": "读不懂的事件",
        }  # fmt: skip
        while entry.partition in self._leases.held:
            try:
                await self._database.write(lambda connection: _insert_once(connection, row))
            except StoreDown as error:
                log.warning("store down, entry %s waits: %s", entry.position, error)
                await asyncio.sleep(0.2)
                continue
            await self._acknowledge(entry)
            return

    async def _follow(self, key: str) -> None:
        chain = self._chains[key]
        while chain.taken:
            taken = chain.taken[0]
            if self._epochs.get(taken.entry.partition) == taken.epoch:
                await self._settle(taken.entry, taken.epoch)
            chain.taken.popleft()
            self._in_hand -= 1
            self._room.set()
        del self._chains[key]

    async def _settle(self, entry: Entry, epoch: int) -> None:
        """Decide one event, however often that takes."""
        began = asyncio.get_running_loop().time()
        tries = 0
        while self._leases.held.get(entry.partition) == epoch:
            try:
                kind, ready = await self._decide(entry, epoch, tries)
            except Fenced:
                log.warning("partition %d is somebody else's: write of %s refused", entry.partition, entry.event.id)
                self._counts.refused("fenced")
                self._leases.forget(entry.partition, epoch)
                return
            except StoreDown as error:
                log.warning("store down, event %s waits: %s", entry.event.id, error)
                await asyncio.sleep(0.2)
                continue
            except Duplicate:
                self._counts.refused("duplicate")
                await self._acknowledge(entry)
                return
            except Outdated:
                self._counts.refused("conflict")
                continue
            except Exception as error:  # the one place that keeps the bot alive when a handler breaks
                log.exception("event %s broke its handler", entry.event.id)
                tries += 1
                if tries == TRIES:
                    await self._put_aside(_undecidable(entry, error))
                    return
                await asyncio.sleep(0.02 * (2**tries - 2))
                continue
            self._counts.decided(kind, asyncio.get_running_loop().time() - began)
            await self._acknowledge(entry)
            await self._after(Committed(entry.event, kind, ready, asyncio.get_running_loop().time() - began))
            return

    async def _decide(self, entry: Entry, epoch: int, tries: int) -> tuple[str, bool]:
        brain = self._brain()
        broken = tries >= 2
        prepared = {} if broken else brain.prepare(entry.event)
        decision = Decision(self, entry, brain, prepared, epoch, broken)
        return await self._database.write(decision.commit_event, alone=tries > 0, order=entry.event.conversation.key)

    async def _acknowledge(self, entry: Entry | Unreadable) -> None:
        self._done.append(entry)
        if self._acker is None or self._acker.done():
            self._acker = asyncio.create_task(self._flush())

    async def _flush(self) -> None:
        while self._done:
            batch, self._done = self._done[:256], self._done[256:]
            try:
                await self._inbox.ack(batch)
            except (RedisError, OSError) as error:
                self._done = batch + self._done
                log.warning("inbox does not take acknowledgements: %s", error)
                if self._stopping.is_set():
                    return
                await asyncio.sleep(0.2)


class Decision:
    """The transaction of one event: what it reads, decides and leaves behind."""

    def __init__(
        self, engine: Engine, entry: Entry, brain: Brain, prepared: Mapping[str, object], epoch: int, broken: bool
    ) -> None:
        self._engine = engine
        self._entry = entry
        self._event = entry.event
        self._brain = brain
        self._prepared = prepared
        self._epoch = epoch
        self._broken = broken
        self._now = engine._clock.now()

    async def commit_event(self, connection: Connection) -> tuple[str, bool]:
        """Decide and write everything, or nothing. Raises Duplicate, Fenced, Outdated."""
        await check_fence(connection, self._entry.partition, self._epoch)
        member_key = await member_key_of(connection, self._event, self._now)
        if not await _insert_once(connection, self._row(member_key)):
            raise Duplicate(self._event.id)
        await remember_route(connection, self._event, self._now)
        transaction = EventTransaction(connection, self._event.id, self._now, self._engine._inbox.partitions)
        trace = Trace()
        decided = await self._decided(transaction, trace, member_key)
        ready = await self._engine._writer.write(
            connection, self._event, decided.outcome.actions, self._brain, self._now
        )
        await transaction.settle()
        await connection.execute(_RESULT, self._result(decided, trace))
        return decided.outcome.kind, ready

    async def _decided(self, transaction: EventTransaction, trace: Trace, member_key: str) -> Decided:
        thread, told = await self._thread(transaction, member_key)
        if self._broken:
            return Decided("fault", answered(*_say(self._event, APOLOGY), reason="功能出错，已道歉"))
        if isinstance(self._event, Tick) and not await _still_holds(transaction, self._event):
            return Decided("timers", Outcome(kind=Kind.SILENT, reason="定时器等的事已经变了"))
        if isinstance(self._event, Message) and self._now - self._event.at > self._brain.stale_after:
            return await self._stale(transaction, told)
        context = Context(
            now=self._now,
            chance=Random(f"{self._engine._seed}:{self._event.id}"),
            transaction=transaction,
            conversation=self._event.conversation,
            thread=thread,
            member=self._brain.directory.member(self._event.conversation.door, self._event.member),
            group=self._brain.directory.group(self._event.conversation),
            trace=trace,
        )
        decided = await self._brain.decide(self._event, self._prepared, context)
        _check_parked(self._event, decided, transaction)
        return decided

    async def _thread(self, transaction: EventTransaction, member_key: str) -> tuple[Thread, datetime | None]:
        key = self._event.thread
        await transaction.guard(f"thread:{key}")
        found = (await transaction.execute(_THREAD, {"thread": key})).first()
        row = {
            "key": key, "conversation": self._event.conversation.key, "member_key": member_key, "last_seen": self._now,
        }  # fmt: skip
        await transaction.execute(_SEEN, row)
        if found is None:
            return Thread(key), None
        return Thread(key, found.last_seen), found.stale_told_at

    async def _stale(self, transaction: EventTransaction, told: datetime | None) -> Decided:
        if told is not None and self._now - told < timedelta(hours=1):
            return Decided("stale", Outcome(kind=Kind.STALE, reason="来得太晚，已经道过歉"))
        key = threads.c.key == self._event.thread
        await transaction.execute(threads.update().where(key).values(stale_told_at=self._now))
        return Decided("stale", Outcome(kind=Kind.STALE, actions=_say(self._event, LATE), reason="来得太晚，只道歉"))

    def _row(self, member_key: str) -> dict[str, Any]:
        return {
            "id": self._event.id,
            "conversation": self._event.conversation.key,
            "thread": self._event.thread,
            "member_key": member_key,
            "topic": self._event.topic,
            "text": self._event.text if isinstance(self._event, Message) else "",
            "at": self._event.at,
            "received_at": self._event.received_at,
            "decided_at": self._now,
            "outcome": "",
            "stream": self._engine._stream_of(self._event),
        }

    def _result(self, decided: Decided, trace: Trace) -> dict[str, Any]:
        outcome = decided.outcome
        detail = {
            "config": self._brain.hash,
            "rule": outcome.rule,
            "score": outcome.score,
            "into": outcome.into,
            "tried": [asdict(tried) for tried in trace.tried],
        }
        return {
            "event": self._event.id,
            "new_outcome": outcome.kind,
            "new_handler": decided.handler,
            "new_reason": outcome.reason,
            "new_trace": json.dumps(detail, ensure_ascii=False),
        }


def _undecidable(entry: Entry, error: Exception) -> Unreadable:
    """The entry without its one-use addresses, which are nothing to keep."""
    event = replace(entry.event, route=Route())
    return Unreadable(entry.partition, entry.position, dump_event(event), type(error).__name__)


def _say(event: Event, text: str) -> tuple[Reply, ...]:
    return (Reply(content=Text(body=text)),) if isinstance(event, Message) else ()


def _check_parked(event: Event, decided: Decided, transaction: EventTransaction) -> None:
    if decided.outcome.kind != Kind.PARKED:
        return
    if event.route.passive or not transaction.timers_set:
        raise ValueError(f"{decided.handler} parked an event that cannot be parked")


async def _still_holds(transaction: EventTransaction, tick: Tick) -> bool:
    if not tick.guard:
        return True
    found = await transaction.execute(sa.select(versions.c.version).where(versions.c.key == tick.guard))
    return (found.scalar() or 0) == tick.version


async def _insert_once(connection: Connection, row: dict[str, Any]) -> bool:
    return bool((await connection.execute(_INSERT_EVENT, row)).rowcount)


async def member_key_of(connection: Connection, event: Event, now: datetime) -> str:
    """The random key that stands for the event's member in records; made on first sight."""
    if not event.member:
        return ""
    found = (await connection.execute(_MEMBER_KEY, {"member": event.member})).scalar()
    if found:
        return str(found)
    row = {"id": event.member, "member_key": secrets.token_hex(8), "first_seen": now}
    return str((await connection.execute(_NEW_MEMBER, row)).scalar_one())
