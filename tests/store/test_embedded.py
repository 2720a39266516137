"""One private server for all users of a data folder, from the first to the last, whatever is killed."""

import asyncio
import os
import shutil
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError

from bot.store.embedded import LONGEST_SOCKET_PATH, NoServer, binary, embedded
from bot.store.redis import connect

USING = """
import asyncio, sys
from pathlib import Path
from bot.store.embedded import embedded
async def main():
    async with embedded(Path(sys.argv[1])) as url:
        print(url, flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


async def process_of(url: str) -> int:
    async with connect(url) as client:
        return int((await client.info("server"))["process_id"])


async def is_alive(url: str) -> bool:
    """Whether a server still listens there."""
    try:
        _, writer = await asyncio.open_unix_connection(url.removeprefix("unix://"))
    except OSError:
        return False
    writer.close()
    return True


async def kill(url: str) -> None:
    """Kill the server and wait until another one answers."""
    process = await process_of(url)
    os.kill(process, signal.SIGKILL)
    while True:
        if await process_of(url) != process:
            return


async def test_users_share_one_server_and_the_last_ends_it(data: Path) -> None:
    async with embedded(data) as first:
        process = await process_of(first)
        async with embedded(data) as second:
            assert second == first
            assert await process_of(second) == process
        assert await process_of(first) == process
    assert not await is_alive(first)


async def test_the_first_user_may_leave_before_the_others(data: Path) -> None:
    async with AsyncExitStack() as other:
        async with embedded(data) as url:
            await other.enter_async_context(embedded(data))
            process = await process_of(url)
        assert await process_of(url) == process
    assert not await is_alive(url)


async def test_users_that_come_together_start_one_server(data: Path) -> None:
    async with AsyncExitStack() as users:
        urls = await asyncio.gather(*(users.enter_async_context(embedded(data)) for _ in range(4)))
        assert len({await process_of(url) for url in urls}) == 1


async def test_it_listens_on_no_port_and_only_to_its_owner(data: Path) -> None:
    async with embedded(data) as url, connect(url) as client:
        assert (await client.config_get("port"))["port"] == "0"
        assert (await client.config_get("appendfsync"))["appendfsync"] == "always"
        assert (await client.config_get("maxmemory-policy"))["maxmemory-policy"] == "noeviction"
    assert (data / "redis").stat().st_mode & 0o077 == 0


async def test_what_was_acknowledged_outlives_five_kills_under_load(data: Path) -> None:
    async with embedded(data) as url, connect(url) as client:
        acknowledged: set[bytes] = set()
        stop = asyncio.Event()
        load = [asyncio.create_task(write(client, worker, acknowledged, stop)) for worker in range(8)]
        for _ in range(5):
            before = len(acknowledged)
            await kill(url)
            while True:
                await asyncio.sleep(0.005)
                if len(acknowledged) >= before + 40:
                    break
        stop.set()
        await asyncio.gather(*load)
        kept = {fields[b"id"] for _, fields in await client.xrange("inbox")}
        assert acknowledged <= kept


async def write(client: Redis, worker: int, acknowledged: set[bytes], stop: asyncio.Event) -> None:
    number = 0
    while not stop.is_set():
        number += 1
        id = f"{worker}-{number}".encode()
        try:
            await client.xadd("inbox", {"id": id})
        except ConnectionError:
            continue
        acknowledged.add(id)


async def test_the_pending_list_outlives_a_kill(data: Path) -> None:
    async with embedded(data) as url, connect(url) as client:
        await client.xgroup_create("inbox", "engine", mkstream=True)
        await client.xadd("inbox", {"id": "1"})
        await client.xreadgroup("engine", "one", {"inbox": ">"})
        await kill(url)
        assert (await client.xpending("inbox", "engine"))["pending"] == 1


async def test_a_server_whose_user_was_killed_is_adopted_and_then_ended(data: Path) -> None:
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", USING, str(data), stdout=asyncio.subprocess.PIPE)
    assert child.stdout is not None
    url = (await child.stdout.readline()).decode().strip()
    process = await process_of(url)
    child.kill()
    assert await child.wait() == -9
    async with embedded(data) as adopted:
        assert adopted == url
        assert await process_of(adopted) == process
    assert not await is_alive(url)


async def test_a_folder_with_a_long_path_has_its_socket_elsewhere(tmp_path: Path) -> None:
    data = tmp_path / ("长" * 40)
    async with embedded(data) as url, embedded(data) as same:
        assert url == same
        assert len(os.fsencode(url.removeprefix("unix://"))) <= LONGEST_SOCKET_PATH
        assert not url.startswith(f"unix://{tmp_path}")
        await process_of(url)
    async with embedded(data) as again:
        assert again == url


async def test_a_copied_folder_has_a_server_of_its_own(tmp_path: Path) -> None:
    data, copied = tmp_path / ("长" * 40), tmp_path / ("复" * 40)
    async with embedded(data) as url, connect(url) as client:
        await client.set("whose", "the original's")
    shutil.copytree(data, copied)
    async with embedded(data) as url, embedded(copied) as other, connect(other) as client:
        assert other != url
        assert await process_of(other) != await process_of(url)
        assert await client.get("whose") == b"the original's"


async def test_a_server_that_cannot_start_is_an_error_that_names_its_log(data: Path) -> None:
    broken = data / "redis" / "appendonlydir" / "appendonly.aof.manifest"
    broken.parent.mkdir(parents=True)
    broken.write_text("what is this?\n")
    with pytest.raises(NoServer, match=r"server\.log"):
        async with embedded(data):
            pass
    assert "manifest" in (data / "redis" / "server.log").read_text()


def test_a_platform_without_a_server_is_told_what_to_configure() -> None:
    assert os.access(binary(), os.X_OK)
    with pytest.raises(NoServer, match="redis://"):
        binary("no-such-package")
