"""redis-py as it comes repeats writes, gives up blocking reads and changes its replies' shape; our clients do not."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, TimeoutError

from bot.store.embedded import embedded
from bot.store.redis import connect, connect_reader
from tests.store.proxy import proxied

Keep = Callable[[Redis], Redis]


@pytest.fixture
async def keep() -> AsyncIterator[Keep]:
    """Closes every client that it is given."""
    clients: list[Redis] = []

    def note(client: Redis) -> Redis:
        clients.append(client)
        return client

    yield note
    for client in clients:
        await client.aclose()


class TestALostReply:
    """The first trap: a write whose answer was lost."""

    async def test_is_written_twice_by_redis_py_itself(self, redis_url: str, keep: Keep) -> None:
        async with proxied(redis_url, b"XADD") as (proxy, url):
            client = keep(Redis(host="127.0.0.1", port=int(url.rpartition(":")[2])))
            proxy.lose = 1
            await client.xadd("inbox", {"id": "1"})
            assert await client.xlen("inbox") == 2

    async def test_is_an_error_and_written_once_by_ours(self, redis_url: str, keep: Keep) -> None:
        async with proxied(redis_url, b"XADD") as (proxy, url):
            client = keep(connect(url))
            proxy.lose = 1
            with pytest.raises(ConnectionError):
                await client.xadd("inbox", {"id": "1"})
            assert await client.xlen("inbox") == 1

    async def test_of_a_pipeline_is_an_error_and_written_once(self, redis_url: str, keep: Keep) -> None:
        async with proxied(redis_url, b"XADD") as (proxy, url):
            client = keep(connect(url))
            proxy.lose = 1
            with pytest.raises(ConnectionError):
                await client.pipeline(transaction=False).xadd("inbox", {"id": "1"}).execute()
            assert await client.xlen("inbox") == 1

    async def test_is_written_once_whatever_the_url_says(self, redis_url: str, keep: Keep) -> None:
        async with proxied(redis_url, b"XADD") as (proxy, url):
            client = keep(connect(f"{url}?retry_on_timeout=true&socket_timeout=0.001&protocol=3"))
            proxy.lose = 1
            with pytest.raises(ConnectionError):
                await client.xadd("inbox", {"id": "1"})
            assert await client.xlen("inbox") == 1


class TestABlockingRead:
    """The second trap: a read that blocks for longer than the client waits for any answer."""

    async def test_that_outlasts_the_clients_patience_fails_with_redis_py(self, redis_url: str, keep: Keep) -> None:
        assert Redis().get_connection_kwargs()["socket_timeout"] == 5
        client = keep(Redis.from_url(redis_url, socket_timeout=0.1, retry=Retry(NoBackoff(), 0)))
        with pytest.raises(TimeoutError):
            await client.xread({"inbox": "$"}, block=200)

    async def test_ends_empty_with_ours(self, redis_url: str, keep: Keep) -> None:
        client = keep(connect_reader(redis_url, block=0.2))
        assert await client.xread({"inbox": "$"}, block=200) == {}
        assert client.get_connection_kwargs()["socket_timeout"] > 0.2

    async def test_does_not_hold_up_a_client_that_is_for_commands(self, redis_url: str, keep: Keep) -> None:
        reader, client = keep(connect_reader(redis_url, block=5)), keep(connect(redis_url))
        reading = asyncio.create_task(reader.xread({"inbox": "$"}, block=5000))
        await asyncio.sleep(0.05)
        await client.xadd("inbox", {"id": "1"})
        assert list(await asyncio.wait_for(reading, 1)) == [b"inbox"]


class TestTheShapeOfAStream:
    """The third trap: the same read gives three shapes, by protocol and by options that may come with the URL."""

    @staticmethod
    async def read(client: Redis) -> Any:
        await client.delete("inbox")
        id = await client.xadd("inbox", {"id": "1"}, id="7-0")
        assert id == b"7-0"
        return await client.xread({"inbox": "0"})

    async def test_changes_with_redis_py(self, redis_url: str, keep: Keep) -> None:
        assert await self.read(keep(Redis.from_url(redis_url))) == [[b"inbox", [(b"7-0", {b"id": b"1"})]]]
        assert await self.read(keep(Redis.from_url(redis_url, protocol=3))) == {b"inbox": [[(b"7-0", {b"id": b"1"})]]}

    @pytest.mark.parametrize("query", ["", "?protocol=3", "?legacy_responses=true", "?decode_responses=true"])
    async def test_is_one_with_ours(self, redis_url: str, query: str, keep: Keep) -> None:
        for client in (connect(redis_url + query), connect_reader(redis_url + query, block=1)):
            assert await self.read(keep(client)) == {b"inbox": [(b"7-0", {b"id": b"1"})]}


class TestACancellation:
    """The fourth trap: a caller that is cancelled just when its command has been sent."""

    @staticmethod
    async def ends(client: Redis, turns: int) -> bool:
        """Whether somebody who asks again and again ends when cancelled after so many turns of the loop."""
        asking = asyncio.create_task(ask(client))
        await asyncio.sleep(0.02)
        for _ in range(turns):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.wait([asking], timeout=0.2)
        ended = asking.cancelled()
        while not asking.done():
            asking.cancel()
            await asyncio.sleep(0.001)
        return ended

    @pytest.mark.skipif(sys.version_info >= (3, 12), reason="asyncio.wait_for is mended there")
    async def test_is_forgotten_by_redis_py_itself(self, redis_url: str, keep: Keep) -> None:
        client = keep(Redis.from_url(redis_url))
        ends = True
        for turns in range(12):
            ends = ends and await self.ends(client, turns)
        assert not ends

    async def test_is_heard_with_ours(self, redis_url: str, keep: Keep) -> None:
        client = keep(connect(redis_url))
        assert all([await self.ends(client, turns) for turns in range(12)])
        assert await client.ping()


async def ask(client: Redis) -> None:
    while True:
        await client.echo("anybody?")


async def test_a_command_waits_for_a_server_that_is_about_to_start(data: Path, keep: Keep) -> None:
    async with embedded(data) as url:
        pass
    client = keep(connect(url, patience=5))
    early = asyncio.create_task(client.xadd("inbox", {"id": "1"}))
    await asyncio.sleep(0.1)
    assert not early.done()
    async with embedded(data):
        await early
        assert await client.xlen("inbox") == 1


async def test_a_server_that_does_not_come_is_an_error_after_the_patience(tmp_path: Path, keep: Keep) -> None:
    client = keep(connect(f"unix://{tmp_path / 'nobody'}", patience=0.1))
    with pytest.raises(ConnectionError):
        await asyncio.wait_for(client.ping(), 2)


async def test_a_server_that_is_still_loading_is_asked_again(redis_url: str, keep: Keep) -> None:
    async with proxied(redis_url, b"XADD") as (proxy, url):
        client = keep(connect(url))
        proxy.loading = 3
        await client.xadd("inbox", {"id": "1"})
        assert await client.xlen("inbox") == 1


async def test_callers_beyond_the_bound_wait_for_a_connection(redis_url: str, keep: Keep) -> None:
    client = keep(connect(redis_url, connections=2))
    await asyncio.gather(*(client.xadd("inbox", {"id": n}) for n in range(50)))
    assert await client.xlen("inbox") == 50
    assert (await client.info("clients"))["connected_clients"] <= 4
