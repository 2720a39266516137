"""What stands before several processes: passes each request on to the next one in turn."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

# Who does not answer within so many seconds is left alone for so many seconds, as reverse proxies do.
PATIENCE = 6.0
PENANCE = 5.0


@dataclass
class Gateway:
    """`backends`: ports in turn. One that refuses the connection is passed over, one that is silent left alone."""

    http: aiohttp.ClientSession
    backends: Sequence[int]
    turns: int = 0
    passed: dict[int, int] = field(default_factory=dict)
    _alone_until: dict[int, float] = field(default_factory=dict)

    async def pass_on(self, request: web.Request) -> web.Response:
        """One request, to the first of the backends that hears it."""
        body = await request.read()
        for port in self._in_turn():
            try:
                response = await self._ask(port, request, body)
            except aiohttp.ClientConnectorError:
                continue
            except (aiohttp.ClientError, TimeoutError):
                self._alone_until[port] = _now() + PENANCE
                break
            self.passed[port] = self.passed.get(port, 0) + 1
            return response
        return web.Response(status=502)

    def _in_turn(self) -> Sequence[int]:
        self.turns += 1
        at = self.turns % len(self.backends)
        turned = [*self.backends[at:], *self.backends[:at]]
        return [port for port in turned if self._alone_until.get(port, 0) <= _now()] or turned

    async def _ask(self, port: int, request: web.Request, body: bytes) -> web.Response:
        url = f"http://127.0.0.1:{port}{request.raw_path}"
        headers = {"Content-Type": request.headers.get("Content-Type", "")}
        within = aiohttp.ClientTimeout(total=PATIENCE)
        async with self.http.request(request.method, url, data=body, headers=headers, timeout=within) as answer:
            return web.Response(status=answer.status, body=await answer.read())


@asynccontextmanager
async def gateway(port: int, backends: Sequence[int]) -> AsyncIterator[Gateway]:
    """A gateway that listens on `port`."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        made = Gateway(http, backends)
        application = web.Application(client_max_size=4 * 1024 * 1024)
        application.router.add_route("*", "/{path:.*}", made.pass_on)
        # A caller who leaves takes the connection to the backend with it, as at a reverse proxy.
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1, handler_cancellation=True)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield made
        finally:
            await runner.cleanup()


def _now() -> float:
    return asyncio.get_running_loop().time()
