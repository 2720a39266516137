"""The engine: one event at a time per conversation, one transaction an event, in order.

Events of different conversations are decided side by side; the database batches their transactions. An entry
leaves the inbox only after its transaction is durable. Lines that one person sends in a row are decided as one
message; the inbox keeps them meanwhile, so whoever reads them after a crash joins them again.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from redis.exceptions import RedisError

from bot.brain import Brain, joined
from bot.decision import Decision, Means, insert_event
from bot.inbox import Entry, Inbox, Unreadable
from bot.leases import Fenced, Leases
from bot.outbox import Writer
from bot.store.database import Database, StoreDown
from bot.transaction import Duplicate, Outdated
from bot.types.events import Event, Message, Route, dump_event
from bot.types.outcome import Kind
from bot.types.ports import Clock

log = logging.getLogger(__name__)

IN_HAND = 512
# From the third on no handler runs: these fail only when the database does not take the event.
BROKEN = 2
TRIES = 7
# Somebody else cannot be quicker so often: from then on no handler runs either.
MOST_CONFLICTS = 50
MOST_LINES = 8


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
    more: asyncio.Event = field(default_factory=asyncio.Event)


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
        self._clock = clock
        self._counts = counts
        self._brain = brain
        self._after = after
        self._means = Means(writer, clock, inbox.partitions, stream_of, seed)
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
        for chain in self._chains.values():
            chain.more.set()

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
        active = self._leases.partitions
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
            self._chains[key].more.set()
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
                await self._database.write(lambda connection: insert_event(connection, row))
            except StoreDown as error:
                log.warning("store down, entry %s waits: %s", entry.position, error)
                await asyncio.sleep(0.2)
                continue
            await self._acknowledge(entry)
            return

    async def _follow(self, key: str) -> None:
        chain = self._chains[key]
        while chain.taken:
            lines = await self._lines(chain)
            first = lines[0]
            if self._epochs.get(first.entry.partition) == first.epoch:
                await self._settle([taken.entry for taken in lines], first.epoch)
            for _ in lines:
                chain.taken.popleft()
            self._in_hand -= len(lines)
            self._room.set()
        del self._chains[key]

    async def _lines(self, chain: _Chain) -> Sequence[_Taken]:
        """The next event of a conversation, with the lines that its sender adds to it in time."""
        brain, lines = self._brain(), [chain.taken[0]]
        first = event = lines[0].entry.event
        until = (
            asyncio.get_running_loop().time() + (first.received_at + brain.together - self._clock.now()).total_seconds()
        )
        while brain.is_open(event) and len(lines) < MOST_LINES and not self._stopping.is_set():
            if len(chain.taken) > len(lines):
                more = chain.taken[len(lines)]
                if more.epoch != lines[0].epoch or not brain.joins(first, event, more.entry.event):
                    break
                lines.append(more)
                event = joined([taken.entry.event for taken in lines])
            elif not await _more(chain, until):
                break
        return lines

    async def _settle(self, lines: Sequence[Entry], epoch: int) -> None:
        """Decide one event, however often that takes; the lines before the last end as merged into it."""
        began = asyncio.get_running_loop().time()
        tries = conflicts = 0
        entries = list(lines)
        entry = _as_one(entries)
        while self._leases.held.get(entry.partition) == epoch:
            try:
                kind, ready = await self._decide(entry, entries[:-1], epoch, tries)
            except Fenced:
                log.warning("partition %d is somebody else's: write of %s refused", entry.partition, entry.event.id)
                self._counts.refused("fenced")
                self._leases.forget(entry.partition, epoch)
                return
            except StoreDown as error:
                log.warning("store down, event %s waits: %s", entry.event.id, error)
                await asyncio.sleep(0.2)
                continue
            except Duplicate as error:
                self._counts.refused("duplicate")
                known = next(one for one in entries if one.event.id == error.id)
                await self._acknowledge(known)
                entries.remove(known)
                if not entries:
                    return
                entry = _as_one(entries)
                continue
            except Outdated:
                self._counts.refused("conflict")
                conflicts += 1
                tries = max(tries, BROKEN if conflicts == MOST_CONFLICTS else 0)
                await asyncio.sleep(min(0.001 * conflicts, 0.05))
                continue
            except Exception as error:  # the one place that keeps the bot alive when a handler breaks
                log.exception("event %s broke its handler", entry.event.id)
                tries += 1
                if tries == TRIES:
                    for one in entries:
                        await self._put_aside(_undecidable(one, error))
                    return
                await asyncio.sleep(0.02 * (2**tries - 2))
                continue
            for one in entries:
                taken = asyncio.get_running_loop().time() - began
                self._counts.decided(kind if one is entries[-1] else Kind.MERGED, taken)
                await self._acknowledge(one)
            committed = Committed(entry.event, kind, ready, asyncio.get_running_loop().time() - began)
            _tell(committed, entry.partition)
            await self._after(committed)
            return

    async def _decide(self, entry: Entry, merged: Sequence[Entry], epoch: int, tries: int) -> tuple[str, bool]:
        brain = self._brain()
        broken = tries >= BROKEN
        prepared = {} if broken else await brain.prepare(entry.event)
        decision = Decision(self._means, entry, brain, prepared, epoch, broken, merged)
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


async def _more(chain: _Chain, until: float) -> bool:
    """Whether the conversation goes on before a moment."""
    chain.more.clear()
    try:
        async with asyncio.timeout_at(until):
            return await chain.more.wait()
    except TimeoutError:
        return False


def _tell(committed: Committed, partition: int) -> None:
    event = committed.event
    about = {"event": event.id, "door": event.conversation.door, "partition": partition}
    words = {"text": event.text} if isinstance(event, Message) else {"text": ""}
    log.info("%s, %.0f ms", committed.kind, committed.seconds * 1000, extra={**about, **words})


def _as_one(entries: Sequence[Entry]) -> Entry:
    """The last of some lines, saying them all."""
    return replace(entries[-1], event=joined([entry.event for entry in entries]))


def _undecidable(entry: Entry, error: Exception) -> Unreadable:
    """The entry without its one-use addresses, which are nothing to keep."""
    event = replace(entry.event, route=Route())
    return Unreadable(entry.partition, entry.position, dump_event(event), type(error).__name__)
