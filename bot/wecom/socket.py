"""The long connection of an AI bot (WeCom doc 101463): subscribe, ping, callbacks in, frames out with their answers.

A frame with a `cmd` asks, one without answers; both carry a `req_id`. Replies go under the req_id of their callback,
everything else under one of its own; under one req_id only one frame at a time waits for its answer.
"""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Never
from weakref import WeakValueDictionary

from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, ClientWSTimeout, WSMsgType

from bot.wecom.envelope import dump_json, word
from bot.wecom.errors import NotSent, Unanswered, WeComError

Body = Mapping[str, Any]

SUBSCRIBE = "aibot_subscribe"
PING = "ping"
MESSAGE = "aibot_msg_callback"
EVENT = "aibot_event_callback"
DISCONNECTED = "disconnected_event"
NOT_SUBSCRIBED = 846609

FRAME_BYTES = 4 << 20
CUT = "企业微信断开了连接"
# Pings without an answer after which the connection counts as dead.
MISSED = 2


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: to connect, between pings, for an answer, between tries to connect again.

    `first` doubles up to `most`, half of each wait is chance; a connection that lasted `steady` starts anew. A refused
    bot or secret is tried again from `refused` on, up to `refused_most`.
    """

    connect: float = 10.0
    ping: float = 30.0
    answer: float = 15.0
    first: float = 1.0
    most: float = 30.0
    steady: float = 10.0
    refused: float = 30.0
    refused_most: float = 600.0
    wait: float = 3.0

    def scaled(self, factor: float) -> "Pace":
        """The same proportions, faster or slower."""
        return Pace(**{one.name: getattr(self, one.name) * factor for one in fields(self)})


@dataclass(frozen=True, slots=True)
class Bot:
    """Who subscribes, and where."""

    url: str
    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Frame:
    """A callback: its kind, the req_id under which it is answered, what it says."""

    cmd: str
    req_id: str
    body: dict[str, Any]


class End(StrEnum):
    """How a connection ended."""

    LOST = "lost"
    KICKED = "kicked"  # somebody else has subscribed since
    REFUSED = "refused"  # WeCom did not take the subscription


@dataclass(frozen=True, slots=True)
class Ended:
    """`why` is for managers; `code` is WeCom's of a refusal; `silent`: seconds since anything was heard."""

    how: End
    why: str
    code: int = 0
    silent: float = 0.0


class Line:
    """One connection, from its handshake to its end. `call` works while `listen` runs."""

    def __init__(self, socket: ClientWebSocketResponse, pace: Pace) -> None:
        self._socket = socket
        self._pace = pace
        self._pending: dict[str, asyncio.Future[dict[str, Any]]] = {}
        # Each lives as long as somebody is in it or waits for it.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._kicked = False
        self._heard_at = asyncio.get_running_loop().time()
        self._over: asyncio.Future[Ended] = asyncio.get_running_loop().create_future()

    @property
    def is_open(self) -> bool:
        """Whether something may still be said here."""
        return not (self._socket.closed or self._kicked or self._over.done())

    async def call(self, cmd: str, body: Body, req_id: str = "") -> dict[str, Any]:
        """Send a frame and wait for its answer: its body. WeComError, NotSent, Unanswered."""
        name = req_id or f"{cmd}_{secrets.token_hex(8)}"
        async with self._turns.setdefault(name, asyncio.Lock()):
            answer = await self._exchange(cmd, name, body)
        self._check(cmd, answer)
        found = answer.get("body")
        return found if isinstance(found, dict) else {}

    async def _exchange(self, cmd: str, req_id: str, body: Body) -> dict[str, Any]:
        if self._socket.closed:
            raise NotSent(cmd, "长连接已经断开")
        try:
            return await self._asked(cmd, req_id, body, self._pace.answer)
        except TimeoutError:
            # Its answer may still come, and would be taken for the answer to the next frame under this req_id.
            self.end("企业微信没有回执")
            raise Unanswered(cmd, "没有回执") from None

    def _check(self, cmd: str, answer: Body) -> None:
        code = answer.get("errcode", 0)
        if code == NOT_SUBSCRIBED:
            self.end("企业微信说连接没有订阅")
        if code != 0:
            raise WeComError(code if isinstance(code, int) else -1, str(answer.get("errmsg", "")), cmd)

    async def _asked(self, cmd: str, req_id: str, body: Body, within: float) -> dict[str, Any]:
        done: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._pending[req_id] = done
        try:
            async with asyncio.timeout(within):
                await self._write(cmd, req_id, body)
                return await done
        finally:
            del self._pending[req_id]

    async def _write(self, cmd: str, req_id: str, body: Body) -> None:
        frame = {"cmd": cmd, "headers": {"req_id": req_id}, **({"body": body} if body else {})}
        try:
            await self._socket.send_str(dump_json(frame).decode())
        except (ClientError, ConnectionError, RuntimeError) as error:
            self.end("写不出去")
            # Part of it may have left.
            raise Unanswered(cmd, type(error).__name__) from None

    async def listen(self, heard: Callable[[Frame], None]) -> Ended:
        """Take frames until the connection ends; how it did."""
        try:
            async for message in self._socket:
                self._heard_at = asyncio.get_running_loop().time()
                if message.type is WSMsgType.TEXT:
                    self._take(message.data, heard)
                if self._kicked:
                    break
        finally:
            for done in self._pending.values():
                if not done.done():
                    done.set_exception(Unanswered("aibot", "长连接断开，没有回执"))
        return Ended(End.KICKED, "别处用同一个机器人建立了长连接") if self._kicked else Ended(End.LOST, CUT)

    def _take(self, data: str, heard: Callable[[Frame], None]) -> None:
        try:
            frame = json.loads(data)
        except (ValueError, RecursionError):
            frame = None
        req_id, cmd = word(frame, "headers", "req_id"), word(frame, "cmd")
        if not isinstance(frame, dict) or not req_id:
            return
        body = frame.get("body")
        if not cmd:
            self._answered(req_id, frame)
        elif word(body, "event", "eventtype") == DISCONNECTED:
            self._kicked = True
        else:
            heard(Frame(cmd, req_id, body if isinstance(body, dict) else {}))

    def _answered(self, req_id: str, frame: dict[str, Any]) -> None:
        done = self._pending.get(req_id)
        if done is not None and not done.done():
            done.set_result(frame)

    async def ping(self, alive: Callable[[], Awaitable[None]]) -> Never:
        """Ping until cancelled; `alive` after each answer, the end after too many without one."""
        missed = 0
        while True:
            await asyncio.sleep(self._pace.ping)
            try:
                self._check(PING, await self._asked(PING, f"{PING}_{secrets.token_hex(8)}", {}, self._pace.ping))
            except (TimeoutError, Unanswered, WeComError):
                missed += 1
                if missed >= MISSED:
                    self.end(f"连续 {missed} 次心跳没有回音")
                continue
            missed = 0
            await alive()

    def end(self, why: str) -> None:
        """Give the connection up."""
        if not self._over.done():
            silent = asyncio.get_running_loop().time() - self._heard_at
            self._over.set_result(Ended(End.LOST, why, silent=silent))

    async def over(self) -> Ended:
        """Wait until somebody gives the connection up."""
        return await self._over


class Socket:
    """The long connection of one bot in this process: none or one at a time."""

    def __init__(self, session: ClientSession, bot: Bot, pace: Pace | None = None) -> None:
        self.pace = pace or Pace()
        self._session = session
        self._bot = bot
        self._line: Line | None = None
        self._up = asyncio.Event()

    @property
    def is_up(self) -> bool:
        """Whether the bot is subscribed here."""
        return self._line is not None and self._line.is_open

    async def run(
        self, heard: Callable[[Frame], None], up: Callable[[], Awaitable[None]], alive: Callable[[], Awaitable[None]]
    ) -> Ended:
        """Connect, subscribe (`up`), hear until it ends; how it did. Closed when cancelled."""
        try:
            async with self._connected() as line:
                return await self._serve(line, heard, up, alive)
        except (ClientError, TimeoutError, OSError) as error:
            return Ended(End.LOST, f"连不上企业微信（{type(error).__name__}）")
        finally:
            self._leave()

    def _leave(self) -> None:
        self._line = None
        self._up.clear()

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Line]:
        async with asyncio.timeout(self.pace.connect):
            socket = await self._session.ws_connect(
                self._bot.url, timeout=ClientWSTimeout(ws_close=1.0), max_msg_size=FRAME_BYTES, autoping=True
            )
        try:
            yield Line(socket, self.pace)
        finally:
            with suppress(ClientError, OSError):
                await socket.close()

    async def _serve(
        self, line: Line, heard: Callable[[Frame], None], up: Callable[[], Awaitable[None]],
        alive: Callable[[], Awaitable[None]],
    ) -> Ended:  # fmt: skip
        async with asyncio.TaskGroup() as tasks:
            work = self._talk(line, up, alive), line.listen(heard), line.over()
            running = [tasks.create_task(one) for one in work]
            await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            ended = next(task.result() for task in running if task.done())
            for task in running:
                task.cancel()
        return ended

    async def _talk(self, line: Line, up: Callable[[], Awaitable[None]], alive: Callable[[], Awaitable[None]]) -> Ended:
        """Subscribe, then keep the connection alive; returns only when the subscription fails."""
        try:
            await line.call(SUBSCRIBE, {"bot_id": self._bot.id, "secret": self._bot.secret})
        except WeComError as error:
            return Ended(End.REFUSED, str(error), error.code)
        except (NotSent, Unanswered) as error:
            return Ended(End.LOST, f"订阅没有回音（{error.why}）")
        self._line = line
        self._up.set()
        await up()
        return await line.ping(alive)

    async def call(self, cmd: str, body: Body, req_id: str = "") -> dict[str, Any]:
        """As `Line.call`; waits a moment for a connection that is not there. NotSent when none comes."""
        return await (await self.reach(cmd)).call(cmd, body, req_id)

    async def reach(self, cmd: str) -> Line:
        """The connection, perhaps after a moment; NotSent, for what was to go out, when none comes."""
        if not self.is_up:
            # Its end may not have been noticed yet.
            self._leave()
            with suppress(TimeoutError):
                async with asyncio.timeout(self.pace.wait):
                    await self._up.wait()
        if self._line is None:
            raise NotSent(cmd, "长连接没有连上")
        return self._line
