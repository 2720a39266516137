"""The durable inbox: an event is in Redis, synced to disk, before WeCom gets its 200.

One stream a partition holds the events that are not decided yet, in order. A partition has one reader, the
holder of its lease, so there are no consumer groups: reading takes nothing away, and an event leaves its stream
(`ack`) only after the transaction that decided it is durable.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha1
from typing import Any, cast
from zlib import crc32

from redis.asyncio import Redis
from redis.exceptions import NoScriptError, RedisError

from bot.types.events import Event, dump_event, load_event

SEEN_SECONDS = 3600
NONCE_SECONDS = 7200
BATCH = 128
# Seconds in which callbacks that arrive together join one call.
GATHER = 0.001

# One call stores a whole batch: ARGV[1] is a JSON list of [partition, event id, event, door and nonce, fingerprint],
# ARGV[5] the prefix of all keys.
_APPEND = """
local answers = {}
for i, one in ipairs(cjson.decode(ARGV[1])) do
  local stream, seen = ARGV[5] .. ':inbox:' .. one[1], ARGV[5] .. ':seen:' .. one[2]
  local event, nonce, fingerprint = one[3], ARGV[5] .. ':nonce:' .. one[4], one[5]
  local known = fingerprint ~= '' and redis.call('GET', nonce)
  if known and known ~= fingerprint then
    answers[i] = 'replayed'
  else
    if fingerprint ~= '' and not known then redis.call('SET', nonce, fingerprint, 'EX', ARGV[4]) end
    if redis.call('EXISTS', seen) == 1 then
      answers[i] = 'seen'
    elseif redis.call('XLEN', stream) >= tonumber(ARGV[2]) then
      answers[i] = 'full'
    else
      redis.call('XADD', stream, '*', 'event', event)
      redis.call('SET', seen, '1', 'EX', ARGV[3])
      answers[i] = 'new'
    end
  end
end
return answers
"""

# One call stores a page that was pulled and moves the cursor behind it, or does nothing: ARGV[1] is a JSON list of
# [partition, event id, event], ARGV[4] the prefix of all keys, ARGV[5] whose cursor, ARGV[6] what it must be.
_TURN = """
local cursor = ARGV[4] .. ':cursor:' .. ARGV[5]
if (redis.call('GET', cursor) or '') ~= ARGV[6] then return 'moved' end
local page, more = cjson.decode(ARGV[1]), {}
for _, one in ipairs(page) do more[one[1]] = (more[one[1]] or 0) + 1 end
for partition, count in pairs(more) do
  local waiting = redis.call('XLEN', ARGV[4] .. ':inbox:' .. partition)
  if waiting > 0 and waiting + count > tonumber(ARGV[2]) then return 'full' end
end
for _, one in ipairs(page) do
  local seen = ARGV[4] .. ':seen:' .. one[2]
  if redis.call('EXISTS', seen) == 0 then
    redis.call('XADD', ARGV[4] .. ':inbox:' .. one[1], '*', 'event', one[3])
    redis.call('SET', seen, '1', 'EX', ARGV[3])
  end
end
redis.call('SET', cursor, ARGV[7])
return 'new'
"""

_APPEND_SHA = sha1(_APPEND.encode(), usedforsecurity=False).hexdigest()


class InboxUnavailable(Exception):
    """The event could not be stored, or nobody can tell; WeCom has to send it again."""


class Put(StrEnum):
    """What became of an event that was put into the inbox."""

    NEW = "new"
    SEEN = "seen"
    REPLAYED = "replayed"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in its partition; `position` orders it there."""

    partition: int
    position: str
    event: Event


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An entry that holds no event we know."""

    partition: int
    position: str
    data: bytes
    why: str


def partition_of(key: str, partitions: int) -> int:
    """The partition of a conversation key; the count is fixed for the life of the data."""
    return crc32(key.encode()) % partitions


class Inbox:
    """Puts, reads and acknowledges events.

    `capacity` bounds the events that wait in one partition. `prefix` keeps several bots on one Redis apart.
    """

    def __init__(
        self, redis: Redis, reader: Redis, partitions: int, capacity: int = 20_000, prefix: str = "qb"
    ) -> None:
        self.partitions = partitions
        self._redis = redis
        self._reader = reader
        self._turn = redis.register_script(_TURN)
        self._capacity = capacity
        self._prefix = prefix
        self._waiting: list[tuple[tuple[str, ...], asyncio.Future[Put]]] = []
        self._flusher: asyncio.Task[None] | None = None

    async def put(self, event: Event, nonce: str = "", fingerprint: str = "") -> Put:
        """Store an event once. Concurrent calls share one round trip and one sync to disk.

        A `nonce` that was used with another `fingerprint` within two hours is `REPLAYED`. Raises InboxUnavailable.
        """
        done: asyncio.Future[Put] = asyncio.get_running_loop().create_future()
        partition = partition_of(event.conversation.key, self.partitions)
        used = f"{event.conversation.door}:{nonce}"
        self._waiting.append(((str(partition), event.id, dump_event(event).decode(), used, fingerprint), done))
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush())
        return await done

    async def cursor(self, whose: str) -> str:
        """How far something was pulled; "" when it never was. Raises InboxUnavailable."""
        try:
            found: Any = await self._redis.get(f"{self._prefix}:cursor:{whose}")
        except (RedisError, OSError) as error:
            raise InboxUnavailable(str(error)) from None
        return found.decode() if found else ""

    async def turn(self, whose: str, old: str, new: str, events: Sequence[Event]) -> Put | None:
        """Store a page of events in their order and move the cursor behind it, all or nothing.

        None when the cursor is not `old` any more: somebody else has turned this page. Raises InboxUnavailable.
        """
        page = [
            (str(partition_of(event.conversation.key, self.partitions)), event.id, dump_event(event).decode())
            for event in events
        ]
        dumped = json.dumps(page, ensure_ascii=False)
        try:
            done = await self._turn(args=(dumped, self._capacity, SEEN_SECONDS, self._prefix, whose, old, new))
        except (RedisError, OSError) as error:
            raise InboxUnavailable(str(error)) from None
        return None if done == b"moved" else Put(done.decode())

    async def read(self, positions: Mapping[int, str], block: float, count: int) -> list[Entry | Unreadable]:
        """Up to `count` entries a partition after each position, waiting at most `block` seconds for the first."""
        if not positions:
            await asyncio.sleep(block)
            return []
        streams = {self._stream(partition): position for partition, position in positions.items()}
        partitions = {self._stream(partition).encode(): partition for partition in positions}
        found: Any = await self._reader.xread(cast(Any, streams), count=count, block=max(1, int(block * 1000)))
        return [
            _entry(partitions[stream], position.decode(), fields[b"event"])
            for stream, entries in (found or {}).items()
            for position, fields in entries
        ]

    async def ack(self, entries: Sequence[Entry | Unreadable]) -> None:
        """Forget entries whose events are durably decided."""
        by_partition: dict[int, list[str]] = {}
        for entry in entries:
            by_partition.setdefault(entry.partition, []).append(entry.position)
        pipeline = self._redis.pipeline(transaction=False)
        for partition, positions in by_partition.items():
            pipeline.xdel(self._stream(partition), *positions)
        await pipeline.execute()

    async def depth(self) -> int:
        """How many events wait."""
        pipeline = self._redis.pipeline(transaction=False)
        for partition in range(self.partitions):
            pipeline.xlen(self._stream(partition))
        return sum(await pipeline.execute())

    async def oldest(self) -> float | None:
        """When the oldest waiting event was stored, in Unix seconds; None when none waits."""
        pipeline = self._redis.pipeline(transaction=False)
        for partition in range(self.partitions):
            pipeline.xrange(self._stream(partition), count=1)
        first = [entries[0][0] for entries in await pipeline.execute() if entries]
        return min((int(position.split(b"-")[0]) / 1000 for position in first), default=None)

    async def ping(self) -> bool:
        """Whether Redis answers."""
        try:
            return bool(await self._redis.ping())
        except RedisError:
            return False

    def _stream(self, partition: int) -> str:
        return f"{self._prefix}:inbox:{partition}"

    async def _flush(self) -> None:
        while self._waiting:
            await asyncio.sleep(GATHER)
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            try:
                answers: Sequence[bytes | Exception] = await self._append([one for one, _ in batch])
            except (RedisError, OSError) as error:
                answers = [error] * len(batch)
            for (_, done), answer in zip(batch, answers, strict=True):
                _settle(done, answer)

    async def _append(self, batch: Sequence[tuple[str, ...]]) -> Sequence[bytes]:
        arguments = (json.dumps(batch, ensure_ascii=False), self._capacity, SEEN_SECONDS, NONCE_SECONDS, self._prefix)
        try:
            return await self._run(arguments)
        except NoScriptError:
            await self._redis.script_load(_APPEND)
            return await self._run(arguments)

    async def _run(self, arguments: Sequence[str | int]) -> Sequence[bytes]:
        answers: Sequence[bytes] = await self._redis.evalsha(_APPEND_SHA, 0, *arguments)
        return answers


def _settle(done: "asyncio.Future[Put]", answer: bytes | Exception) -> None:
    if done.done():
        return
    if isinstance(answer, Exception):
        done.set_exception(InboxUnavailable(str(answer)))
    else:
        done.set_result(Put(answer.decode()))


def _entry(partition: int, position: str, data: bytes) -> Entry | Unreadable:
    try:
        return Entry(partition, position, load_event(data))
    except ValueError as error:
        # Not its text: that quotes the entry, with its one-use addresses.
        return Unreadable(partition, position, data, type(error).__name__)
