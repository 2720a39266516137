"""The page's own server: files, what happens as a stream, orders."""

import json
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.simulator.clock import ShiftedClock
from bot.simulator.errors import Refused, SimulatorError
from bot.simulator.page import files
from bot.simulator.page.cast import Cast, Reasons
from bot.simulator.page.counter import Counter
from bot.simulator.page.feed import Feed
from bot.simulator.page.guard import guard, refusal
from bot.simulator.page.orders import Order, OrderError, Orders
from bot.simulator.page.places import Places
from bot.simulator.page.stream import Stream
from bot.simulator.page.switches import Switchboard
from bot.simulator.page.view import View
from bot.simulator.server import WeCom

HOST, PORT = "127.0.0.1", 8866
LARGEST = 64 * 1024
PICTURES: Mapping[bytes, str] = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}


class Page:
    """The chat page of a simulated company. `async with Page(…) as page:` serves it at `page.url`.

    It listens on loopback at `port`, or at a free one when that is taken (0: always a free one).
    """

    def __init__(
        self, wecom: WeCom, cast: Cast, reasons: Reasons, clock: ShiftedClock | None = None, port: int = PORT
    ) -> None:
        self._wecom = wecom
        self._cast = cast
        self._reasons = reasons
        self._clock = clock
        self._port = port
        self._feed = Feed()
        counter = Counter(wecom)
        self._places = Places(wecom, cast, counter)
        self._view = View(wecom, counter)
        self._switches = Switchboard(wecom)
        self._orders = Orders(wecom, self._places, counter, self._switches, clock, self._feed)
        self._stream = Stream(secrets.token_hex(4), self._feed, self._state, self._changed)
        self._files = files.load()
        wecom.journal.watch(lambda number: self._feed.touch(str(number)))

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=0.2)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            stack.callback(self._stream.end)
            await self._listen(runner)
            self._port = runner.addresses[0][1]
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def _listen(self, runner: web.AppRunner) -> None:
        try:
            await web.TCPSite(runner, HOST, self._port).start()
        except OSError:
            await web.TCPSite(runner, HOST, 0).start()

    @property
    def url(self) -> str:
        """What to open in a browser on this machine."""
        return f"http://{HOST}:{self._port}/"

    def _application(self) -> web.Application:
        made = web.Application(middlewares=[guard], client_max_size=LARGEST)
        made.router.add_get("/", self._file)
        made.router.add_get("/static/{name}", self._file)
        made.router.add_get("/events", self._stream.serve)
        made.router.add_get("/why/{number:\\d{1,9}}", self._why)
        made.router.add_get("/pictures/{id}", self._picture)
        orders: Mapping[str, Callable[[Order], Awaitable[None]]] = {
            "say": self._orders.say, "enter": self._orders.enter, "press": self._orders.press,
            "rate": self._orders.rate, "switch": self._orders.turn, "expire": self._orders.expire,
            "advance": self._orders.advance, "end": self._orders.end,
        }  # fmt: skip
        for name, order in orders.items():
            made.router.add_post(f"/{name}", _ordered(order))
        return made

    async def _file(self, request: web.Request) -> web.Response:
        found = self._files.get(request.match_info.get("name", "index.html"))
        return found.response() if found else refusal(404, "没有这个文件")

    async def _why(self, request: web.Request) -> web.Response:
        """Why the bot said something, or why it said nothing to what a person did."""
        asked = self._orders.record(int(request.match_info["number"]))
        if asked is None:
            return refusal(404, "没有这条消息")
        said = asked if asked.kind == "said" else self._view.said(asked.answers)
        found = await self._reasons(asked, said)
        return web.json_response(found) if found else refusal(404, "机器人那边没有这条的记录")

    async def _picture(self, request: web.Request) -> web.Response:
        """A picture that the bot sent."""
        try:
            media = self._wecom.media.find(request.match_info["id"])
        except Refused:
            return refusal(404, "图片已经过期")
        kind = next((kind for start, kind in PICTURES.items() if media.content.startswith(start)), None)
        return web.Response(body=media.content, content_type=kind) if kind else refusal(404, "不是图片")

    # What the page is told.

    def _state(self) -> Mapping[str, Any]:
        records, traffic = self._view.all()
        return {
            "run": self._stream.run,
            "zone": self._cast.zone,
            "guest": self._cast.guest.lower(),
            "staff": [userid.lower() for userid in self._cast.staff],
            "desk": self._cast.desk.id,
            "suggestions": list(self._cast.suggestions),
            "words": list(self._cast.words),
            "people": self._places.people(),
            "records": records,
            "traffic": traffic,
            "switches": self._switches.shown(),
            "clock": self._time(),
        }

    def _changed(self, topic: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        if topic.isdecimal():
            for name, data in self._view.changed(int(topic)):
                yield name, data if name != "people" else {"people": self._places.people()}
        elif topic == "switches":
            yield "switches", {"switches": self._switches.shown()}
        elif topic == "clock":
            yield "clock", self._time()

    def _time(self) -> Mapping[str, Any]:
        return {"now": self._wecom.clock.now(), "ahead": self._clock.ahead if self._clock else None}


def _ordered(order: Callable[[Order], Awaitable[None]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    """An order over HTTP: `{}` when it is on its way, `{"error": …}` when it cannot be."""

    async def handle(request: web.Request) -> web.Response:
        try:
            body = json.loads(await request.read())
        except (ValueError, RecursionError):
            return refusal(400, "这不是 JSON")
        if not isinstance(body, dict):
            return refusal(400, "这不是一个 JSON 对象")
        try:
            await order(body)
        except OrderError as error:
            return refusal(409, str(error))
        except SimulatorError as error:
            return refusal(409, f"企业微信里做不到：{error}")
        return web.json_response({})

    return handle
