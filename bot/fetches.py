"""What people send is fetched before WeCom forgets it: rows written with the message's own decision.

A fetch changes nothing at WeCom, so whoever holds the partition repeats what a dead process left unfinished. The
file is on the disk, under its content's name, before the transaction that says so; the same transaction puts a
Fetched event on its way to the message's conversation, once.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from bot.channels.door import Fault, FetchError, Fetching
from bot.emitting import emit
from bot.inbox import partition_of
from bot.leases import Fenced, Leases, check_fence
from bot.store.connection import Connection
from bot.store.database import Database, StoreDown
from bot.store.received import Kept, NoRoom, Received, TooLarge
from bot.store.settings import MediaSection
from bot.store.tables import received
from bot.types.attachments import Attachment
from bot.types.events import Conversation, Event, Fetched, Media, Message
from bot.types.filenames import safe_name
from bot.types.formats import JPG, PNG, Format
from bot.types.ports import Clock

log = logging.getLogger(__name__)

AT_ONCE = 8
# One door that hangs must not take the places of the others.
PER_DOOR = 6
MOST_PER_MESSAGE = 20
SLOWEST = timedelta(minutes=5)
TIDY_SECONDS = 6 * 3600
LIFE = timedelta(days=3)
MEGABYTE = 1 << 20
# What an own limit says beside the manager's.
MOST: Mapping[str, int] = {"voice": 4 * MEGABYTE}
# What WeCom takes back from us, at every door (WeCom doc 90253).
SMALLEST = 6
LARGEST_PICTURE = 10 * MEGABYTE
LARGEST_FILE = 20 * MEGABYTE

_SECRETS: Mapping[str, str] = {"media_id": "", "url": "", "key": ""}


async def remember_media(connection: Connection, event: Event, partitions: int, now: datetime) -> None:
    """Let what a message carries be fetched, in the transaction that decides it."""
    if not isinstance(event, Message):
        return
    reachable = [media for media in event.media if media.media_id or media.url]
    rows = [_row(event, n, media, partitions, now) for n, media in enumerate(reachable[:MOST_PER_MESSAGE])]
    if rows:
        await connection.execute(insert(received), rows)


def _row(event: Message, number: int, media: Media, partitions: int, now: datetime) -> dict[str, Any]:
    return {
        "event": event.id,
        "number": number,
        "partition": partition_of(event.conversation.key, partitions),
        "conversation": event.conversation.key,
        "thread": event.thread,
        "member": event.member,
        "form": media.form,
        "name": media.name,
        "media_id": media.media_id,
        "url": media.url,
        "key": media.key,
        "state": "waiting",
        "due_at": now,
        "expires_at": media.expires_at or event.received_at + LIFE,
        "received_at": event.received_at,
        "changed_at": now,
    }


class Tally(Protocol):
    """Where it is told what became of a fetch."""

    def fetched(self, door: str, result: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Result:
    """What a try made of a row: `waiting` for another one, `done` or `failed`."""

    state: Literal["waiting", "done", "failed"]
    why: str = ""
    after: timedelta | None = None
    kept: Kept | None = None
    name: str = ""


class Fetches:
    """Fetches what is due in the partitions that this process holds. `limits`: those of the present configuration."""

    def __init__(
        self, *, database: Database, leases: Leases, channels: Mapping[str, Fetching], folder: Received, clock: Clock,
        partitions: int, tally: Tally, limits: Callable[[], MediaSection], fetched: Callable[[], None],
        pause: float = 1.0,
    ) -> None:  # fmt: skip
        self._database = database
        self._leases = leases
        self._channels = channels
        self._folder = folder
        self._clock = clock
        self._partitions = partitions
        self._tally = tally
        self._limits = limits
        self._fetched = fetched
        self._pause = pause
        self._busy: dict[str, str] = {}
        self._hint = asyncio.Event()

    def hint(self) -> None:
        """Something may be due."""
        self._hint.set()

    async def run(self) -> None:
        """Fetch until cancelled; what is under way then is fetched again by the next holder."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tidy())
            while True:
                self._hint.clear()
                try:
                    rows = await self._due()
                except StoreDown as error:
                    log.warning("fetches not readable: %s", error)
                    rows = []
                for row in rows:
                    self._begin(row, tasks)
                await self._rest()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._pause):
                await self._hint.wait()
        except TimeoutError:
            return

    async def _due(self) -> Sequence[sa.Row[Any]]:
        """What is due, that which is soonest gone first."""
        room, active = AT_ONCE - len(self._busy), self._leases.active
        if room <= 0 or not active:
            return []
        mine = (
            received.c.state == "waiting",
            received.c.due_at <= self._clock.now(),
            received.c.partition.in_(sorted(active)),
            received.c.event.not_in(sorted(self._busy)),
        )
        full = [door for door, at_work in Counter(self._busy.values()).items() if at_work >= PER_DOOR]
        others = (~received.c.conversation.startswith(f"{door}|", autoescape=True) for door in full)
        soonest = (
            sa.select(received)
            .where(*mine, *others)
            .order_by(received.c.expires_at, received.c.event, received.c.number)
        )
        return await self._database.read(soonest.limit(AT_ONCE * 2))

    def _begin(self, row: sa.Row[Any], tasks: asyncio.TaskGroup) -> None:
        """Take it in hand; what a message carries is fetched one after the other, so that it is passed on in order."""
        door, at_work = _door_of(row), Counter(self._busy.values())
        if row.event in self._busy or len(self._busy) >= AT_ONCE or at_work[door] >= PER_DOOR:
            return
        self._busy[row.event] = door
        tasks.create_task(self._handle(row))

    async def _handle(self, row: sa.Row[Any]) -> None:
        epoch = self._leases.held.get(row.partition, 0)
        try:
            result = await self._try(row)
            await self._database.write(partial(self._settle, row, epoch, result))
            self._tally.fetched(_door_of(row), result.state)
            if result.state != "waiting":
                self._fetched()
        except Fenced:
            log.warning("partition %d is somebody else's: fetch for %s refused", row.partition, row.event)
            self._leases.forget(row.partition, epoch)
        except StoreDown as error:
            log.warning("what %s carried waits: %s", row.event, error)
            await asyncio.sleep(self._pause)
        finally:
            del self._busy[row.event]
            self._hint.set()

    async def _try(self, row: sa.Row[Any]) -> Result:
        channel = self._channels.get(_door_of(row))
        if channel is None:
            return Result("failed", "这个入口取不到原件")
        if self._clock.now() >= row.expires_at:
            return Result("failed", "过了企业微信保留的时间，没取到")
        most = min(self._limits().largest, MOST.get(row.form, self._limits().largest))
        try:
            return await self._take(channel, row, most)
        except FetchError as error:
            log.warning("what %s carried did not come: %s (%s)", row.event, error.fault, error.why)
            return Result("failed" if error.fault == Fault.REFUSED else "waiting", error.why, error.after)
        except TooLarge:
            return Result("failed", f"超过 {most // MEGABYTE} MB，没有收")
        except (NoRoom, OSError) as error:
            log.error("what %s carried cannot be kept: %s", row.event, type(error).__name__)
            return Result("waiting", "硬盘快满了，没有收", SLOWEST / 5)
        except Exception:  # the one place that keeps the other fetches going when a door breaks
            log.exception("what %s carried broke its door", row.event)
            return Result("waiting", "程序出错，没取到")

    async def _take(self, channel: Fetching, row: sa.Row[Any], most: int) -> Result:
        media = Media(row.form, media_id=row.media_id, url=row.url, key=row.key, name=row.name)
        async with channel.fetch(media) as incoming:
            kept = await self._folder.take(incoming.pieces, most)
            name = row.name or incoming.name
        await asyncio.to_thread(self._folder.make_room, self._limits().space)
        return Result("done", kept=kept, name=safe_name(name, row.form, kept.format))

    async def _settle(self, row: sa.Row[Any], epoch: int, result: Result, connection: Connection) -> None:
        """Keep the result, and tell the conversation when there will be no other."""
        await check_fence(connection, row.partition, epoch)
        now = self._clock.now()
        result = _final(row, result, now)
        mine = received.c.event == row.event, received.c.number == row.number, received.c.state == "waiting"
        changed = await connection.execute(received.update().where(*mine).values(_values(row, result, now)))
        if changed.rowcount and result.state != "waiting":
            await emit(connection, _event(row, result, now), self._partitions, now)

    async def _tidy(self) -> None:
        """Now and some times a day: files without a record go, and those that have been kept long enough."""
        while True:
            try:
                await self.tidy()
            except (StoreDown, OSError) as error:
                log.warning("received files not swept: %s", type(error).__name__)
            await asyncio.sleep(TIDY_SECONDS)

    async def tidy(self, spared: float = 3600) -> int:
        """Let go of what is not to be kept; how many files. Files younger than `spared` seconds may still get a row."""
        limits = self._limits()
        await asyncio.to_thread(self._folder.clear_unfinished)
        gone = await asyncio.to_thread(self._folder.make_room, limits.space)
        expired = await asyncio.to_thread(self._folder.older, limits.keep.total_seconds())
        gone += await asyncio.to_thread(self._folder.forget, expired)
        for digests in _chunks(await asyncio.to_thread(self._folder.older, spared)):
            known = await self._database.read(sa.select(received.c.digest).where(received.c.digest.in_(digests)))
            orphans = set(digests) - {row.digest for row in known}
            gone += await asyncio.to_thread(self._folder.forget, orphans)
        return gone


def _chunks(digests: list[str], size: int = 500) -> list[list[str]]:
    return [digests[at : at + size] for at in range(0, len(digests), size)]


def _door_of(row: sa.Row[Any]) -> str:
    return str(row.conversation).partition("|")[0]


def _final(row: sa.Row[Any], result: Result, now: datetime) -> Result:
    """The result; another try after the end of the media's life is none."""
    if result.state == "waiting" and now + _wait(row, result) >= row.expires_at:
        return replace(result, state="failed")
    return result


def _wait(row: sa.Row[Any], result: Result) -> timedelta:
    return result.after or min(timedelta(seconds=2 ** min(row.attempts, 10)), SLOWEST)


def _values(row: sa.Row[Any], result: Result, now: datetime) -> dict[str, Any]:
    common = {"state": result.state, "error": result.why, "attempts": row.attempts + 1, "changed_at": now}
    if result.state == "waiting":
        return {**common, "due_at": now + _wait(row, result)}
    if result.kept is None:
        return {**common, **_SECRETS}
    kept = result.kept
    return {
        **common, **_SECRETS, "digest": kept.digest, "size": kept.size, "kind": kept.format.suffix, "name": result.name
    }  # fmt: skip


def _event(row: sa.Row[Any], result: Result, now: datetime) -> Fetched:
    kept = result.kept
    passes_as, why = passing(row.form, kept.format, kept.size) if kept else ("words", result.why)
    return Fetched(
        id=f"{row.event}:fetched:{row.number}",
        conversation=Conversation.parse(row.conversation),
        member=row.member,
        at=now,
        received_at=now,
        message=row.event,
        number=row.number,
        form=row.form,
        file=Attachment(result.name, kept.digest, kept.size) if kept else None,
        passes_as=passes_as,
        why=why,
    )


def passing(form: str, format: Format, size: int) -> tuple[Literal["image", "file", "words"], str]:
    """How a file may be passed on, and, when only in words, why."""
    if format.what == "program":
        return "words", "是程序或网页文件，为了安全没有转发"
    if size < SMALLEST:
        return "words", "是空的"
    if size > LARGEST_FILE:
        return "words", f"有 {size // MEGABYTE} MB，企业微信转不了"
    is_shown = form == "image" and format in (JPG, PNG) and size <= LARGEST_PICTURE
    return ("image", "") if is_shown else ("file", "")
