"""What stands between WeCom and a bot: a reverse proxy that can be told to do what badly set up ones do."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientConnectorError, ClientSession, web
from yarl import URL


def same(value: Any) -> Any:
    """Nothing is changed."""
    return value


@dataclass
class Gateway:
    """Forwards to `upstream`.

    `target` changes the path and query, `body` the answer; `statuses` answers a method by itself; `silent` cuts every
    connection; `wait` seconds before it forwards. `seen` are the targets that it forwarded.
    """

    upstream: str
    target: Callable[[str], str] = same
    body: Callable[[bytes], bytes] = same
    statuses: Mapping[str, int] = field(default_factory=dict)
    location: str = ""
    silent: bool = False
    wait: float = 0.0
    tls: ssl.SSLContext | None = None
    url: str = ""
    seen: list[str] = field(default_factory=list)
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> Self:
        self._session = await self._stack.enter_async_context(ClientSession())
        runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=0.2)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self.tls).start()
        self.url = f"{'https' if self.tls else 'http'}://127.0.0.1:{runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        await asyncio.sleep(self.wait)
        if self.silent:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if status := self.statuses.get(request.method):
            return web.Response(status=status, headers={"Location": self.location} if self.location else {})
        return await self._forward(request)

    async def _forward(self, request: web.BaseRequest) -> web.StreamResponse:
        target = self.target(request.raw_path)
        self.seen.append(target)
        url = URL(self.upstream + target, encoded=True)
        sent = await request.read()
        try:
            async with self._session.request(request.method, url, data=sent, allow_redirects=False) as response:
                return web.Response(status=response.status, body=self.body(await response.read()))
        except ClientConnectorError:
            return web.Response(status=502)
