"""The servers that are measured side by side, each in a process of its own, all behind aiohttp.

bare: reads the body and answers. wechatpy: verifies, decrypts and parses with wechatpy, stores nothing. ours: verifies,
decrypts, parses and has the event synced to disk by the embedded server before it answers.
"""

import asyncio
import resource
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import ClientSession, web
from wechatpy.enterprise import parse_message
from wechatpy.enterprise.crypto import WeChatCrypto

from bot.channels import build, by_path
from bot.channels.settings import AppDoor, Wecom
from bot.cli.bench.child import answer, questions
from bot.cli.bench.load import AES_KEY, AGENT_ID, CORP_ID, TOKEN
from bot.clock import SystemClock
from bot.inbox import Inbox
from bot.leases import Leases
from bot.metrics import Metrics
from bot.passive import Passive
from bot.server import Server
from bot.store.database import Database
from bot.store.embedded import embedded
from bot.store.redis import connect
from bot.types.attachments import Unkept
from bot.types.declarations import Section
from bot.types.secret import Secret

PATH = "/cb/app"
PARTITIONS = 8
SECRETS: Mapping[str, str] = {"SECRET": "BenchSecret", "TOKEN": TOKEN, "AES_KEY": AES_KEY}

T = TypeVar("T")

Handle = Callable[[web.Request], Awaitable[web.Response]]


@asynccontextmanager
async def bare() -> AsyncIterator[web.Application]:
    async def handle(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text="success")

    yield simple(handle)


@asynccontextmanager
async def wechatpy() -> AsyncIterator[web.Application]:
    crypto = WeChatCrypto(TOKEN, AES_KEY, CORP_ID)

    async def handle(request: web.Request) -> web.Response:
        asked = request.query
        body = await request.read()
        parse_message(crypto.decrypt_message(body, asked["msg_signature"], asked["timestamp"], asked["nonce"]))
        return web.Response(text="success")

    yield simple(handle)


@asynccontextmanager
async def ours() -> AsyncIterator[web.Server]:
    """The bot's own server; nothing decides here, and no callback waits for a decision."""
    async with AsyncExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qunban-bench-")))
        redis = connect(await stack.enter_async_context(embedded(data)))
        stack.push_async_callback(redis.aclose)
        database = await Database.memory()
        stack.push_async_callback(database.close)
        clock = SystemClock()
        server = Server(
            inbox=Inbox(redis, redis, PARTITIONS, capacity=1_000_000), passive=Passive(database, clock),
            database=database, leases=Leases(redis, database, "bench", PARTITIONS), clock=clock, metrics=Metrics(),
        )  # fmt: skip
        session = await stack.enter_async_context(ClientSession())
        yield server.serving(by_path(build(doors(), session, redis, clock, Unkept())))


def simple(handle: Handle) -> web.Application:
    """An application with nothing but this handler."""
    application = web.Application()
    application.router.add_post(PATH, handle)
    return application


@dataclass(frozen=True, slots=True)
class Doors:
    """Settings that hold one app and nothing else."""

    values: Mapping[str, Any]
    hash: str = ""

    def __getitem__(self, section: Section[T]) -> T:
        found: T = self.values[section.key]
        return found


def doors() -> Doors:
    """The app that the load is for."""
    secret, token, aes_key = (Secret(name, value) for name, value in SECRETS.items())
    app = AppDoor.model_construct(
        kind="app", name="助手", agent_id=AGENT_ID, secret=secret, token=token, aes_key=aes_key, path="", passive=False
    )
    return Doors({"wecom": Wecom(corp_id=CORP_ID), "channels": (app,)})


SUBJECTS: Mapping[str, Callable[[], AbstractAsyncContextManager[web.Application | web.Server]]] = {
    "bare": bare,
    "wechatpy": wechatpy,
    "ours": ours,
}


def cpu_seconds() -> float:
    """CPU this process has used; its children (the embedded server) are not in it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def serve(application: web.Application | web.Server) -> None:
    """Listen, say where, and tell the CPU used whenever it is asked for."""
    runner: web.BaseRunner
    if isinstance(application, web.Application):
        runner = web.AppRunner(application, access_log=None)
    else:
        runner = web.ServerRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async for _ in questions():
        answer(port=runner.addresses[0][1], cpu=cpu_seconds())
    await runner.cleanup()


async def main(name: str) -> None:
    async with SUBJECTS[name]() as application:
        await serve(application)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
