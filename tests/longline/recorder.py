"""A line between a bot and WeCom that writes down every frame."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web
from aiohttp.test_utils import TestServer

Frame = Mapping[str, Any]


class Recorder:
    """`frames` holds (`"bot"` or `"wecom"`, frame) in the order in which they passed; `url` is where the bot goes."""

    def __init__(self, wecom: str) -> None:
        self.frames: list[tuple[str, dict[str, Any]]] = []
        self.url = ""
        self._wecom = wecom

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """One connection of a bot."""
        bot = web.WebSocketResponse(timeout=0.5)
        await bot.prepare(request)
        async with ClientSession() as session, session.ws_connect(self._wecom) as wecom:
            passing = asyncio.create_task(self._pass("wecom", wecom, bot))
            await self._pass("bot", bot, wecom)
            passing.cancel()
        return bot

    async def _pass(self, who: str, source: Any, sink: "web.WebSocketResponse | ClientWebSocketResponse") -> None:
        async for message in source:
            if message.type is WSMsgType.TEXT:
                self.frames.append((who, json.loads(message.data)))
                await sink.send_str(message.data)
        await sink.close()


@asynccontextmanager
async def recorded(wecom: str) -> AsyncIterator[Recorder]:
    """A recorder in front of a WeCom."""
    recorder = Recorder(wecom)
    application = web.Application()
    application.router.add_get("/", recorder.handle)
    async with TestServer(application) as server:
        recorder.url = str(server.make_url("/")).replace("http", "ws", 1)
        yield recorder


def written(frames: list[tuple[str, dict[str, Any]]]) -> str:
    """Frames as a file of vectors: one JSON object a line, without secrets and bulk."""
    return "".join(json.dumps({"from": who, "frame": frame}, ensure_ascii=False) + "\n" for who, frame in frames)
