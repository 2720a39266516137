"""Many who ask one encoder from an event loop."""

import asyncio
import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from threading import Event

import numpy as np
import pytest
from numpy.typing import NDArray

from nlp.encode.queue import EncodeQueue, Overloaded, Unencodable
from tests.waiting import until


class Slow:
    """Encodes a text as its length, as soon as it may."""

    id = "slow"
    size = 1
    parts = None

    def __init__(self) -> None:
        self.may = Event()
        self.batches: list[list[str]] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.batches.append(list(texts))
        self.may.wait(20)
        if "broken" in texts:
            raise ZeroDivisionError
        return np.array([[len(text)] for text in texts], np.float32)


@asynccontextmanager
async def queued(room: int = 4, kept: int = 2) -> AsyncIterator[tuple[EncodeQueue, Slow]]:
    slow = Slow()
    queue = EncodeQueue(slow, room, kept)
    yield queue, slow
    slow.may.set()
    queue.close()


async def asked(queue: EncodeQueue, slow: Slow, *texts: str) -> list["asyncio.Task[NDArray[np.float32]]"]:
    """A first text that is being encoded, and others that wait behind it."""
    tasks = [asyncio.create_task(queue.vector("first"))]
    await until(lambda: slow.batches == [["first"]])
    tasks += [asyncio.create_task(queue.vector(text)) for text in texts]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_what_waits_is_encoded_in_its_turn() -> None:
    async with queued() as (queue, slow):
        tasks = await asked(queue, slow, "a", "bb", "ccc")
        slow.may.set()
        assert [int(vector[0]) for vector in await asyncio.gather(*tasks)] == [5, 1, 2, 3]
        assert slow.batches == [["first"], ["a"], ["bb"], ["ccc"]]


async def test_the_same_text_is_encoded_once() -> None:
    async with queued() as (queue, slow):
        tasks = await asked(queue, slow, "a", "a", "first")
        slow.may.set()
        await asyncio.gather(*tasks)
        await queue.vector("a")
        assert queue.recall("a")[0] == 1
        assert slow.batches == [["first"], ["a"]]


async def test_no_more_is_kept_than_there_is_room_for() -> None:
    async with queued(kept=2) as (queue, slow):
        slow.may.set()
        for text in ("a", "b", "a", "c", "a", "b"):
            await queue.vector(text)
        assert slow.batches == [["a"], ["b"], ["c"], ["b"]]


async def test_who_comes_when_the_room_is_full_is_turned_away_at_once() -> None:
    async with queued(room=2) as (queue, slow):
        tasks = await asked(queue, slow, "a", "b")
        with pytest.raises(Overloaded):
            await queue.vector("c")
        slow.may.set()
        await asyncio.gather(*tasks)
        assert (await queue.vector("c"))[0] == 1


async def test_one_who_goes_away_takes_nothing_from_the_others() -> None:
    async with queued() as (queue, slow):
        first, one, other = await asked(queue, slow, "a", "a")
        one.cancel()
        slow.may.set()
        await asyncio.gather(first, other)
        assert other.result()[0] == 1


async def test_a_text_that_cannot_be_encoded_is_refused_and_those_behind_it_are_served() -> None:
    async with queued() as (queue, slow):
        first, broken, behind = await asked(queue, slow, "broken", "behind")
        slow.may.set()
        await first
        with pytest.raises(Unencodable):
            await broken
        assert (await behind)[0] == 6
        assert (await queue.vector("after"))[0] == 5


async def test_what_waits_when_the_queue_is_closed_is_turned_away() -> None:
    async with queued() as (queue, slow):
        first, waits = await asked(queue, slow, "a")
        queue.close()
        with pytest.raises(Overloaded):
            await waits
        with pytest.raises(Overloaded):
            await queue.vector("later")
        slow.may.set()
        assert (await first)[0] == 5


async def test_of_a_fault_only_the_queue_tells_when_nobody_waits_for_its_text_any_more(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with queued() as (queue, slow):
        tasks = await asked(queue, slow, "broken")
        tasks[1].cancel()
        slow.may.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        with pytest.raises(Unencodable):
            await queue.vector("broken")
    del tasks
    gc.collect()
    assert {record.name for record in caplog.records} == {"nlp.encode.queue"}
