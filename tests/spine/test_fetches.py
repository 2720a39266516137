"""What people send is fetched once, within its life, whoever dies."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.channels.door import Fault, FetchError, Incoming
from bot.fetches import AT_ONCE, PER_DOOR, Fetches
from bot.store.received import Received
from bot.store.settings import MediaSection
from bot.store.tables import received
from bot.types.context import Context
from bot.types.events import Event, Fetched, Media
from bot.types.outcome import Outcome, silent
from tests.spine.conftest import MakeHouse
from tests.spine.house import PARTITIONS, START, House, Memo, message
from tests.waiting import until

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100


@dataclass
class Sending(Memo):
    """A door whose messages carry files: what is left of its failures comes first."""

    content: bytes = PNG
    name: str = "照片.png"
    broken: list[Exception] = field(default_factory=list)
    asked: list[Media] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.open.set()

    def fetch(self, media: Media) -> AbstractAsyncContextManager[Incoming]:
        return self._fetch(media)

    @asynccontextmanager
    async def _fetch(self, media: Media) -> AsyncIterator[Incoming]:
        self.asked.append(media)
        await self.open.wait()
        if self.broken:
            raise self.broken.pop(0)
        yield Incoming(self._pieces(), self.name)

    async def _pieces(self) -> AsyncIterator[bytes]:
        yield self.content


@dataclass
class Collecting:
    """A house, its door, and a fetcher on its partitions."""

    house: House
    door: Sending
    folder: Received
    limits: MediaSection = field(default_factory=MediaSection)

    def __post_init__(self) -> None:
        async def note(event: Event, context: Context) -> Outcome | None:
            return silent(reason=event.topic)

        self.house.handler.hears = ("message", "fetched")
        self.house.handler.script = note

    def fetches(self, house: House | None = None) -> Fetches:
        house = house or self.house
        return Fetches(
            database=house.database, leases=house.leases, channels={door.door: door for door in (self.door,)},
            folder=self.folder, clock=house.clock, partitions=PARTITIONS, tally=house.metrics,
            limits=lambda: self.limits, fetched=house.lanes.hint, pause=0.02,
        )  # fmt: skip

    async def send(self, id: str = "m1", count: int = 1, life: float = 300, form: str = "image", **more: Any) -> None:
        """A message that carries files is decided."""
        until_then = START + timedelta(seconds=life)
        media = tuple(Media(form, url=f"https://w/{n}", key="K", expires_at=until_then) for n in range(count))
        await self.house.inbox.put(replace(message(id, "", door=self.door.door, **more), media=media, form=form))
        await until(lambda: id in [committed.event.id for committed in self.house.committed])

    async def rows(self) -> list[sa.Row[Any]]:
        return await self.house.database.read(sa.select(received).order_by(received.c.event, received.c.number))

    async def states(self) -> list[str]:
        return [row.state for row in await self.rows()]

    @property
    def told(self) -> list[Fetched]:
        return [event for event in self.house.handler.decided if isinstance(event, Fetched)]

    async def settled(self) -> None:
        async def is_settled() -> bool:
            states = await self.states()
            return "waiting" not in states and len(self.told) == len(states)

        await until(is_settled)

    @asynccontextmanager
    async def at_work(self, fetching: bool = True) -> AsyncIterator[Fetches]:
        fetches = self.fetches()
        async with self.house.at_work():
            task = asyncio.create_task(fetches.run()) if fetching else None
            try:
                yield fetches
            finally:
                if task:
                    await end(task)


async def end(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.wait([task])


@pytest.fixture
def collecting(make_house: MakeHouse, tmp_path: Path) -> Collecting:
    door = Sending()
    return Collecting(make_house(doors=(door,)), door, Received(tmp_path / "received", floor=0))


async def test_what_a_message_carries_is_kept_and_told_once_and_its_secrets_forgotten(collecting: Collecting) -> None:
    async with collecting.at_work():
        await collecting.send(count=2)
        await collecting.settled()
        assert [(told.message, told.number, told.passes_as, told.why) for told in collecting.told] == [
            ("m1", 0, "image", ""),
            ("m1", 1, "image", ""),
        ]
        file = collecting.told[0].file
        assert file is not None and (file.name, file.size) == ("照片.png", len(PNG))
        assert collecting.folder.read(file) == PNG
        assert collecting.told[0].member == "li.na" and collecting.told[0].conversation.native == "li.na"
    for row in await collecting.rows():
        assert (row.state, row.media_id, row.url, row.key, row.kind) == ("done", "", "", "", "png")
    assert [media.url for media in collecting.door.asked] == ["https://w/0", "https://w/1"]
    assert collecting.door.asked[0].key == "K"


async def test_the_decision_does_not_wait_for_a_file_that_hangs(collecting: Collecting) -> None:
    collecting.door.open.clear()
    async with collecting.at_work():
        await collecting.send("m1")
        await collecting.send("m2")
        assert [committed.event.id for committed in collecting.house.committed] == ["m1", "m2"]
        collecting.door.open.set()
        await collecting.settled()


async def test_a_fault_that_passes_is_tried_again_until_it_has_passed(collecting: Collecting) -> None:
    collecting.door.broken = [FetchError(Fault.BUSY, "网络不通"), RuntimeError("bug")]
    async with collecting.at_work():
        await collecting.send()
        for asked in (1, 2):
            await until(lambda: len(collecting.door.asked) == asked)  # noqa: B023 - awaited here
            await until(lambda: _attempts(collecting, asked))  # noqa: B023
            assert await collecting.states() == ["waiting"]
            collecting.house.clock.forward(seconds=4)
        await collecting.settled()
        assert collecting.told[0].why == ""


async def _attempts(collecting: Collecting, count: int) -> bool:
    return [row.attempts for row in await collecting.rows()] == [count]


async def test_what_is_gone_is_told_at_once_and_not_asked_for_again(collecting: Collecting) -> None:
    collecting.door.broken = [FetchError(Fault.REFUSED, "没有了")]
    async with collecting.at_work():
        await collecting.send()
        await collecting.settled()
        assert [(told.file, told.passes_as, told.why) for told in collecting.told] == [(None, "words", "没有了")]
    assert len(collecting.door.asked) == 1
    (row,) = await collecting.rows()
    assert (row.state, row.url) == ("failed", "")


async def test_nothing_is_tried_beyond_the_end_of_its_life(collecting: Collecting) -> None:
    collecting.door.broken = [FetchError(Fault.BUSY, "网络不通") for _ in range(9)]
    async with collecting.at_work():
        await collecting.send(life=2)
        await until(lambda: _attempts(collecting, 1))
        collecting.house.clock.forward(seconds=1.5)
        await collecting.settled()
        assert [told.why for told in collecting.told] == ["网络不通"]
        await collecting.send("m2", life=-1)
        await collecting.settled()
        assert "过了" in collecting.told[1].why
    assert len(collecting.door.asked) == 2


async def test_too_large_a_file_is_cut_off_and_told(collecting: Collecting) -> None:
    collecting.door.content = b"x" * ((1 << 20) + 1)
    collecting.limits = MediaSection(largest="1MB")  # type: ignore[arg-type]
    async with collecting.at_work():
        await collecting.send(form="file")
        await collecting.settled()
        assert [told.why for told in collecting.told] == ["超过 1 MB，没有收"]
    assert [path for path in collecting.folder.path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("content", "form", "passes_as", "name"),
    [
        (b"MZ\x90\0" + b"x" * 100, "image", "words", "照片.png.bin"),
        (b"<html>" + b"x" * 100, "file", "words", "照片.png.bin"),
        (b"%PDF-1.7" + b"x" * 100, "image", "file", "照片.png.pdf"),
        (PNG, "file", "file", "照片.png"),
        (b"GIF89a" + b"x" * 100, "image", "file", "照片.png.gif"),
        (b"tiny", "file", "words", "照片.png.txt"),
    ],
)
async def test_a_file_is_passed_on_as_what_it_is(
    collecting: Collecting, content: bytes, form: str, passes_as: str, name: str
) -> None:
    collecting.door.content = content
    async with collecting.at_work():
        await collecting.send(form=form)
        await collecting.settled()
        (told,) = collecting.told
        assert told.file is not None
        assert (told.passes_as, told.file.name, bool(told.why)) == (passes_as, name, passes_as == "words")
        assert collecting.folder.read(told.file) == content


async def test_what_a_dead_process_left_half_done_its_successor_fetches(collecting: Collecting) -> None:
    collecting.door.open.clear()
    async with collecting.at_work(fetching=False):
        await collecting.send()
        first = asyncio.create_task(collecting.fetches().run())
        await until(lambda: len(collecting.door.asked) == 1)
        await end(first)
        collecting.door.open.set()
        second = asyncio.create_task(collecting.fetches().run())
        await collecting.settled()
        await end(second)
    assert len(collecting.told) == 1


async def test_a_file_that_was_kept_before_its_process_died_is_told_by_the_next(collecting: Collecting) -> None:
    fetches = collecting.fetches()
    async with collecting.at_work(fetching=False):
        await collecting.send()
        (row,) = await collecting.rows()
        assert (await fetches._try(row)).state == "done"  # and dies before it can say so
        task = asyncio.create_task(collecting.fetches().run())
        await collecting.settled()
        await end(task)
    assert len(list(collecting.folder.path.rglob("*.png"))) == 1


async def test_a_process_that_slept_tells_nothing_any_more(collecting: Collecting, make_house: MakeHouse) -> None:
    """Its partition was taken meanwhile: the fence refuses it, and the new owner tells."""
    collecting.door.open.clear()
    async with collecting.at_work(fetching=False):
        await collecting.send()
        sleeper = asyncio.create_task(collecting.fetches().run())
        await until(lambda: len(collecting.door.asked) == 1)
        (row,) = await collecting.rows()
        await collecting.house.database.write(partial(collecting.house.leases._raise_epoch, row.partition))
        collecting.door.open.set()
        await until(lambda: len(collecting.house.leases.held) < PARTITIONS)
        assert await collecting.states() == ["waiting"]
        await collecting.house.leases.take()
        await collecting.settled()
        await end(sleeper)
    assert len(collecting.told) == 1


async def test_a_callback_that_comes_twice_is_fetched_once(collecting: Collecting) -> None:
    async with collecting.at_work():
        await collecting.send()
        await collecting.settled()
        await collecting.house.redis.flushdb()
        await collecting.house.inbox.put(collecting.house.committed[0].event)
        await until(lambda: collecting.house.metrics.text().count(b'qunban_refused_total{why="duplicate"} 1.0'))
    assert (len(await collecting.rows()), len(collecting.door.asked), len(collecting.told)) == (1, 1, 1)


async def test_only_so_many_at_once_and_the_soonest_gone_first(collecting: Collecting) -> None:
    collecting.door.open.clear()
    async with collecting.at_work(fetching=False):
        for number in range(PER_DOOR + 2):
            await collecting.send(f"late{number}", life=600)
        await collecting.send("soon", life=60, form="file")
        task = asyncio.create_task(collecting.fetches().run())
        await until(lambda: len(collecting.door.asked) >= PER_DOOR)
        await asyncio.sleep(0.1)
        assert len(collecting.door.asked) == PER_DOOR < AT_ONCE
        assert collecting.door.asked[0].form == "file"
        collecting.door.open.set()
        await collecting.settled()
        await end(task)


async def test_at_a_door_that_fetches_nothing_staff_are_told(make_house: MakeHouse, tmp_path: Path) -> None:
    door = Sending(door="aibot:别的")
    collecting = Collecting(make_house(doors=(door,)), door, Received(tmp_path / "received", floor=0))
    fetches = collecting.fetches()
    fetches._channels = {}
    async with collecting.at_work(fetching=False):
        await collecting.send()
        task = asyncio.create_task(fetches.run())
        await collecting.settled()
        await end(task)
    assert "取不到" in collecting.told[0].why


async def test_the_disk_never_holds_more_than_was_granted(collecting: Collecting) -> None:
    collecting.limits = MediaSection.model_construct(keep=timedelta(days=1), space=2500, largest=1 << 20)
    async with collecting.at_work():
        for number in range(4):
            collecting.door.content = bytes([65 + number]) * 1000
            await collecting.send(f"m{number}")
            await collecting.settled()
            for path in collecting.folder.path.rglob("*.txt"):
                os.utime(path, (path.stat().st_mtime - 10,) * 2)
    left = sorted(path.read_bytes()[:1] for path in collecting.folder.path.rglob("*.txt"))
    assert left == [b"C", b"D"]


async def test_files_go_with_their_records_and_when_they_are_old(collecting: Collecting) -> None:
    fetches = collecting.fetches()
    async with collecting.at_work():
        for number in range(3):
            collecting.door.content = bytes([65 + number]) * 1000
            await collecting.send(f"m{number}")
            await collecting.settled()
    rows = await collecting.rows()
    stray, old, kept = [next(collecting.folder.path.rglob(f"{row.digest}.*")) for row in rows]
    await collecting.house.database.write(
        lambda connection: connection.execute(received.delete().where(received.c.event == "m0"))
    )
    os.utime(stray, (time.time() - 3601,) * 2)
    os.utime(kept, (time.time() - 3601,) * 2)
    os.utime(old, (time.time() - 31 * 86400,) * 2)
    assert await fetches.tidy() == 2
    assert [path.exists() for path in (stray, old, kept)] == [False, False, True]
