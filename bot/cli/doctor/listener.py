"""Listening in the bot's place while no bot runs: what arrives, and the proof that it is ours."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from bot.channels.door import Refused
from bot.server import Proving, addresses, listening, path_of, proof

KEPT = 100


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request as it came: `target` is its path and query, undecoded."""

    method: str
    target: str
    status: int


@dataclass(slots=True)
class Listener:
    """Answers URL verifications as the bot does, and keeps what came. Messages are left for WeCom to send again."""

    surfaces: Mapping[str, Proving]
    arrivals: deque[Arrival] = field(default_factory=lambda: deque(maxlen=KEPT))
    address: tuple[str, int] = ("", 0)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """One request."""
        response = self._answer(request)
        self.arrivals.append(Arrival(request.method, request.raw_path, response.status))
        self._news.set()
        return response

    def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        surface = self.surfaces.get(path_of(request))
        if surface is None:
            return web.Response(status=404)
        if request.method != "GET":
            return web.Response(status=503)
        try:
            return proof(surface, request)
        except Refused as refused:
            return web.Response(status=refused.status)

    async def next(self) -> Arrival:
        """The next request that nobody has taken yet."""
        while not self.arrivals:
            self._news.clear()
            await self._news.wait()
        return self.arrivals.popleft()


@asynccontextmanager
async def listen(surfaces: Mapping[str, Proving], host: str, port: int) -> AsyncIterator[Listener]:
    """Listens inside the block; OSError when the port is not free."""
    listener = Listener(surfaces)
    runner = await listening(web.Server(listener.handle, access_log=None), host, port)
    listener.address = addresses(runner)[0]
    try:
        yield listener
    finally:
        await runner.cleanup()
