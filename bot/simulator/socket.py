"""The AI bots' long connection (doc/101463): who is subscribed, what is delivered, what is asked and answered."""

import asyncio
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from bot.simulator.answers import Situation
from bot.simulator.clock import Clock
from bot.simulator.doors import AiBot
from bot.simulator.errors import Errcode, Refused
from bot.simulator.faults import Fault, Faults
from bot.simulator.journal import Call, Journal
from bot.simulator.limits import Budget, Limits
from bot.simulator.screen import Callback
from bot.simulator.socket_replies import Heard, Replies
from bot.simulator.socket_uploads import Uploads
from bot.simulator.tasks import Tasks
from bot.simulator.timing import Timing

Body = Mapping[str, Any]
SECRETS = frozenset(("secret", "base64_data"))
FRAME_BYTES = 2 << 20
ENDS = frozenset((WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR))


@dataclass(eq=False, slots=True)
class Line:
    """One WebSocket; `bot` is whose it is once it has subscribed."""

    socket: web.WebSocketResponse
    request: web.Request
    bot: AiBot | None = None
    order: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def write(self, frame: Mapping[str, Any]) -> bool:
        """Whether the frame left."""
        try:
            async with self.order:
                await self.socket.send_str(json.dumps(frame, ensure_ascii=False))
        except (ConnectionError, RuntimeError):
            return False
        return True

    def cut(self) -> None:
        """End it as a broken network does."""
        if self.request.transport is not None:
            self.request.transport.abort()


class Switchboard:
    """Connects bots with WeCom: one live line a bot, the newest.

    `kicked` counts lines that a newer one replaced, `lost` the callbacks of bots without a line.
    """

    def __init__(
        self, clock: Clock, chance: random.Random, journal: Journal, faults: Faults, tasks: Tasks, timing: Timing,
        limits: Limits, replies: Replies, uploads: Uploads,
    ) -> None:  # fmt: skip
        self.accepting = True
        self.kicked = 0
        self.lost = 0
        self._clock = clock
        self._chance = chance
        self._journal = journal
        self._faults = faults
        self._tasks = tasks
        self._timing = timing
        self._replies = replies
        self._uploads = uploads
        self._subscriptions = Budget(limits.subscriptions_per_minute, limits.subscriptions_per_minute * 60)
        self._bots: dict[str, AiBot] = {}
        self._lines: dict[str, Line] = {}
        self._open: set[Line] = set()
        self._commands: dict[str, Callable[[AiBot, str, Body], Body]] = {
            "ping": lambda bot, req_id, body: {},
            "aibot_respond_msg": replies.respond,
            "aibot_respond_welcome_msg": replies.welcome,
            "aibot_respond_update_msg": replies.update,
            "aibot_send_msg": replies.push,
            "aibot_upload_media_init": uploads.begin,
            "aibot_upload_media_chunk": uploads.add,
            "aibot_upload_media_finish": uploads.finish,
        }

    def add(self, bot: AiBot) -> None:
        """A bot that may subscribe."""
        self._bots[bot.bot_id] = bot

    def is_connected(self, bot: AiBot) -> bool:
        """Whether somebody is subscribed for it."""
        return bot.id in self._lines

    async def kick(self, bot: AiBot) -> None:
        """Somebody else subscribes with the bot's secret."""
        line = self._lines.pop(bot.id, None)
        if line is not None:
            await self._dismiss(line, bot)

    def drop(self, bot: AiBot) -> None:
        """The network breaks between the bot and WeCom."""
        line = self._lines.pop(bot.id, None)
        if line is not None:
            line.cut()

    def drop_all(self) -> None:
        """The network breaks for everybody."""
        for line in tuple(self._open):
            line.cut()

    # Towards the bot.

    def send(self, callback: Callback, copies: int = 0) -> asyncio.Task[None]:
        """Deliver a callback, once and in `copies`; WeCom does not try again."""
        return self._tasks.own(self._deliver(callback, copies))

    async def _deliver(self, callback: Callback, copies: int) -> None:
        for copy in range(copies + 1):
            entry = self._journal.attempt(
                callback.conversation, msgid=callback.msgid, situation=str(callback.situation), delivery=1, copy=copy
            )
            arrived = await self._hand_over(callback)
            self._journal.end(entry.number, outcome="ok" if arrived else "unreachable")

    async def _hand_over(self, callback: Callback) -> bool:
        line = self._lines.get(callback.door.id)
        req_id = f"{self._chance.getrandbits(64):016x}"
        is_message = callback.situation is Situation.MESSAGE
        self._replies.heard(req_id, Heard(callback, self._clock.now()))
        cmd = "aibot_msg_callback" if is_message else "aibot_event_callback"
        frame = {"cmd": cmd, "headers": {"req_id": req_id}, "body": json.loads(callback.plain)}
        arrived = line is not None and await line.write(frame)
        self.lost += not arrived
        return arrived

    # From the bot.

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One connection, from its handshake to its end."""
        socket = web.WebSocketResponse(timeout=0.5, max_msg_size=FRAME_BYTES)
        if not self.accepting or not socket.can_prepare(request):
            return web.Response(status=503 if not self.accepting else 426)
        await socket.prepare(request)
        line = Line(socket, request)
        self._open.add(line)
        try:
            await self._listen(line)
        finally:
            self._open.discard(line)
            self._forget(line)
        return socket

    async def _listen(self, line: Line) -> None:
        """Until it is closed; who says nothing for long is cut off."""
        while not line.socket.closed:
            try:
                message = await line.socket.receive(timeout=self._timing.silence)
            except TimeoutError:
                break
            if message.type not in ENDS:
                self._take(line, message)

    def _forget(self, line: Line) -> None:
        if line.bot is not None and self._lines.get(line.bot.id) is line:
            del self._lines[line.bot.id]

    def _take(self, line: Line, message: WSMessage) -> None:
        frame = _parse(message)
        if frame is None:
            self._tasks.own(_answer(line, "", Errcode.BAD_PARAMETER, "not a frame", {}))
            return
        self._tasks.own(self._obey(line, str(frame["cmd"]), str(frame["headers"]["req_id"]), frame.get("body") or {}))

    async def _obey(self, line: Line, cmd: str, req_id: str, body: Body) -> None:
        call = self._journal.call(f"/socket/{cmd}", {k: v for k, v in body.items() if k not in SECRETS})
        troubles = self._faults.draw(call.path)
        for fault in troubles:
            if await self._trouble(line, req_id, fault, call):
                return
        try:
            found = await self._subscribe(line, body) if cmd == "aibot_subscribe" else self._do(line, cmd, req_id, body)
            code, detail = Errcode.OK, "ok"
        except Refused as refused:
            found, code, detail = {}, Errcode(refused.errcode), refused.detail
        self._journal.end(call.number, errcode=int(code), fault=", ".join(map(str, troubles)))
        if any(fault.trouble == "half" for fault in troubles):
            line.cut()
        else:
            await _answer(line, req_id, code, detail, found)

    async def _trouble(self, line: Line, req_id: str, fault: Fault, call: Call) -> bool:
        """Whether the frame is not obeyed at all."""
        if fault.trouble == "slow":
            await asyncio.sleep(fault.seconds)
        elif fault.trouble == "fail":
            self._journal.end(call.number, errcode=fault.errcode, fault=str(fault))
            await _answer(line, req_id, fault.errcode, "as ordered", {})
            return True
        elif fault.trouble in ("hang", "reset"):
            self._journal.end(call.number, fault=str(fault))
            if fault.trouble == "reset":
                line.cut()
            return True
        return False

    def _do(self, line: Line, cmd: str, req_id: str, body: Body) -> Body:
        if line.bot is None or self._lines.get(line.bot.id) is not line:
            raise Refused(Errcode.NOT_SUBSCRIBED, "the connection is not subscribed")
        command = self._commands.get(cmd)
        if command is None:
            raise Refused(Errcode.BAD_FIELD, f"unknown cmd {cmd}")
        return command(line.bot, req_id, body)

    async def _subscribe(self, line: Line, body: Body) -> Body:
        bot = self._bots.get(str(body.get("bot_id")))
        if not self._subscriptions.take(str(body.get("bot_id")), self._clock.now()):
            raise Refused(Errcode.TOO_OFTEN, "subscribed too often")
        if bot is None or body.get("secret") != bot.secret:
            raise Refused(Errcode.BAD_BOT, "invalid bot_id or secret")
        older = self._lines.get(bot.id)
        self._lines[bot.id], line.bot = line, bot
        if older is not None and older is not line:
            await self._dismiss(older, bot)
        return {}

    async def _dismiss(self, line: Line, bot: AiBot) -> None:
        """Tell a line that a newer one took over, and close it."""
        self.kicked += 1
        body = {
            "msgid": f"CAIQ{self._chance.getrandbits(96):024x}",
            "create_time": int(self._clock.now()),
            "aibotid": bot.bot_id,
            "msgtype": "event",
            "event": {"eventtype": "disconnected_event"},
        }
        req_id = f"{self._chance.getrandbits(64):016x}"
        await line.write({"cmd": "aibot_event_callback", "headers": {"req_id": req_id}, "body": body})
        self._tasks.own(_close(line))


async def _close(line: Line) -> None:
    await line.socket.close()


async def _answer(line: Line, req_id: str, code: int, detail: str, body: Body) -> None:
    answer: dict[str, Any] = {"headers": {"req_id": req_id}, "errcode": int(code), "errmsg": detail}
    await line.write({**answer, "body": body} if body else answer)


def _parse(message: WSMessage) -> Mapping[str, Any] | None:
    """A frame with a cmd and a req_id; None for anything else."""
    if message.type is not WSMsgType.TEXT:
        return None
    try:
        frame = json.loads(message.data)
    except ValueError:
        return None
    headers = frame.get("headers") if isinstance(frame, dict) else None
    whole = isinstance(headers, dict) and isinstance(headers.get("req_id"), str) and bool(headers["req_id"])
    has_body = whole and isinstance(frame.get("body", {}) or {}, dict)
    return frame if has_body and isinstance(frame.get("cmd"), str) else None
