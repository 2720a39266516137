"""The servers that are measured side by side, each in a process of its own, all behind aiohttp.

bare: reads the body and answers. wechatpy: verifies, decrypts and parses with wechatpy, stores nothing. ours: verifies,
decrypts, parses and has the event synced to disk by the embedded server before it answers.
"""

import asyncio
import resource
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from aiohttp import web

from bot.channels.door import Channel
from bot.cli.bench.child import answer, questions
from bot.cli.bench.load import AES_KEY, CORP_ID, TOKEN

PATH = "/cb/app"
PARTITIONS = 16

Handle = Callable[[web.Request], Awaitable[web.Response]]


@asynccontextmanager
async def bare() -> AsyncIterator[Handle]:
    async def handle(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text="success")

    yield handle


@asynccontextmanager
async def wechatpy() -> AsyncIterator[Handle]:
    from wechatpy.enterprise import parse_message
    from wechatpy.enterprise.crypto import WeChatCrypto

    crypto = WeChatCrypto(TOKEN, AES_KEY, CORP_ID)

    async def handle(request: web.Request) -> web.Response:
        asked = request.query
        body = await request.read()
        parse_message(crypto.decrypt_message(body, asked["msg_signature"], asked["timestamp"], asked["nonce"]))
        return web.Response(text="success")

    yield handle


@asynccontextmanager
async def ours() -> AsyncIterator[Handle]:
    from bot.inbox import Inbox
    from bot.store.embedded import embedded
    from bot.store.redis import connect

    with tempfile.TemporaryDirectory(prefix="qunban-bench-") as data:
        async with embedded(Path(data)) as url:
            redis = connect(url)
            inbox = Inbox(redis, redis, PARTITIONS, capacity=1_000_000)
            channel = _channel()

            async def handle(request: web.Request) -> web.Response:
                received = channel.open(request.query, await request.read(), datetime.now(UTC))
                assert received.event is not None
                await inbox.put(received.event, received.nonce, received.fingerprint)
                return web.Response()

            yield handle
            await redis.aclose()


def _channel() -> Channel:
    from bot.channels.app import AppChannel

    raise NameError(AppChannel)


SUBJECTS: Mapping[str, Callable[[], AbstractAsyncContextManager[Handle]]] = MappingProxyType(
    {"bare": bare, "wechatpy": wechatpy, "ours": ours}
)


def cpu_seconds() -> float:
    """CPU this process has used; its children (the embedded server) are not in it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def serve(handle: Handle) -> None:
    """Listen, say where, and tell the CPU used whenever it is asked for."""
    application = web.Application()
    application.router.add_post(PATH, handle)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async for _ in questions():
        answer(port=runner.addresses[0][1], cpu=cpu_seconds())
    await runner.cleanup()


async def main(name: str) -> None:
    async with SUBJECTS[name]() as handle:
        await serve(handle)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
