"""The door `aibot` on its long connection: no public address needed (WeCom doc 101463).

Words answer a message as a finished stream: its id comes from the row that says them, so that saying them again after
an unknown outcome shows nothing twice. What cannot go that way any more is pushed, which has no key.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from random import Random

from redis.exceptions import RedisError

from bot.channels import aibot_socket_events
from bot.channels.aibot import GROUP, MEMBER, TEXT_BYTES
from bot.channels.aibot_socket_events import RESPOND
from bot.channels.aibot_socket_frames import DOUBTFUL, PUSH, Said, pushed, said
from bot.channels.door import (
    Answer,
    Capabilities,
    Delivery,
    Fault,
    Incoming,
    Inlet,
    Promise,
    Received,
    Refused,
    SendError,
    Service,
    Unstored,
)
from bot.channels.faults import send_error
from bot.channels.incoming import by_url
from bot.types.actions import File, Image
from bot.types.events import Event, Media
from bot.types.ports import Clock
from bot.wecom.errors import STALE_MEDIA, CallbackError, CallError, NotSent, WeComError
from bot.wecom.limits import Limits
from bot.wecom.media import Media as Uploads
from bot.wecom.outside import Downloads
from bot.wecom.sealed import file_key
from bot.wecom.socket import EVENT, MESSAGE, End, Ended, Frame, Socket

log = logging.getLogger(__name__)

BAD_REQ_ID, STREAM_OVER, BAD_CHAT, BAD_BOT = 846605, 846608, 93006, 853000
RATES = ((60, 30), (3600, 1000))
# Heard and not stored yet; what comes beyond is lost, and counted.
WAITING = 1000
BATCH = 64
STORE_PAUSE = 0.5
LAST_SECONDS = 3.0
CLOSED = "停止收听"
# Without a connection nothing is in the way but the connection: no need for a lane to wait longer each time.
SOON = timedelta(seconds=2)

CAPABILITIES = Capabilities(
    text_bytes=TEXT_BYTES,
    rates=RATES,
    promise=Promise.KEYED,
    carries=frozenset(("text", "markdown", "image", "file", "card")),
    keeps_route=True,
    posted=True,
    answers={},
    serves={
        "内部群": Service(GROUP.hears, addressed=True, starts=True),
        "成员": Service(MEMBER.hears, starts=True),
    },
)


class AibotSocketChannel:
    """One AI bot. `called` is its name as groups see it; `media` uploads over the same `socket`."""

    def __init__(
        self, *, name: str, corp: str, called: str, socket: Socket, media: Uploads, limits: Limits, clock: Clock,
        downloads: Downloads, chance: Random,
    ) -> None:  # fmt: skip
        self.door = f"aibot:{name}"
        self.path = ""
        self.capabilities = CAPABILITIES
        self._corp = corp
        self._called = called
        self.socket = socket
        self._media = media
        self._limits = limits
        self._clock = clock
        self._downloads = downloads
        self._chance = chance
        self._stopped = ""

    def echo(self, query: Mapping[str, str]) -> str:
        """Always Refused: there are no callbacks in this mode."""
        raise Refused(404, "long connection: no callbacks")

    def open(self, query: Mapping[str, str], body: bytes, now: datetime) -> Received:
        """Always Refused: there are no callbacks in this mode."""
        raise Refused(404, "long connection: no callbacks")

    def seal(self, received: Received, answer: Answer, now: datetime) -> bytes:
        """Nothing: what is said goes by `send`."""
        return b""

    # Hearing.

    async def hear(self, inlet: Inlet) -> None:
        """Hear over one connection after the other, until cancelled."""
        self._stopped = ""
        ears = _Ears(self._event, inlet)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(ears.store())
                await self._connect(ears, inlet)
        finally:
            closed_at = self._clock.now()
            await ears.empty()
            await inlet.lost(CLOSED, closed_at)

    def _event(self, frame: Frame) -> Event:
        return aibot_socket_events.parse(frame, self.door, self._corp, self._called, self._clock.now())

    async def _connect(self, ears: "_Ears", inlet: Inlet) -> None:
        """Connect again whenever a connection ends, except when somebody else has the bot now."""
        pause = _Pause(self.socket, self._chance)
        while True:
            began = asyncio.get_running_loop().time()
            ended = await self.socket.run(ears.hear, inlet.connected, inlet.alive)
            if ended.how == End.KICKED:
                await self._give_way(inlet)
            await inlet.lost(_told(ended), self._clock.now() - timedelta(seconds=ended.silent))
            await asyncio.sleep(pause.after(ended, asyncio.get_running_loop().time() - began))

    async def _give_way(self, inlet: Inlet) -> None:
        """Stand by for our own newer owner; stop for a stranger, who would be kicked for ever otherwise."""
        await inlet.lost("别处用同一个机器人建立了长连接", self._clock.now())
        if await _is_ours(inlet):
            self._stopped = "别处用同一个机器人的 Secret 建立了长连接，这里已停止重连：停掉另一个程序，再重启 qunban"
            await inlet.stopped(self._stopped)
        await asyncio.get_running_loop().create_future()

    # Speaking.

    async def send(self, delivery: Delivery) -> str:
        """Say it on the connection; returns "". SendError when it did not work."""
        if self._stopped:
            raise SendError(Fault.CONFIGURATION, self._stopped)
        try:
            await self._send(delivery)
        except NotSent as error:
            raise SendError(Fault.BUSY, str(error), after=SOON) from None
        except CallError as error:
            raise send_error(error) from None
        except RedisError as error:
            raise SendError(Fault.BUSY, f"Redis: {type(error).__name__}") from None
        return ""

    async def _send(self, delivery: Delivery) -> None:
        media_id = await self._media_id(delivery)
        frame = said(delivery, media_id, self._clock.now())
        if delivery.unknown and not frame.keyed:
            raise SendError(Fault.REFUSED, DOUBTFUL)
        # What cannot leave costs nothing of the budget.
        await self.socket.reach(frame.command)
        if wait := await self._limits.take(delivery.to.key, CAPABILITIES.rates, self._clock.now()):
            raise SendError(Fault.LIMITED, "这个会话的发送额度已用完", after=wait)
        try:
            await self.socket.call(frame.command, frame.body, frame.req_id)
        except WeComError as error:
            await self._otherwise(delivery, frame, media_id, error)

    async def _otherwise(self, delivery: Delivery, frame: Said, media_id: str, error: WeComError) -> None:
        """What remains after a refusal; raises it when nothing does."""
        if frame.command == PUSH and error.code == BAD_CHAT:
            raise SendError(Fault.UNROUTED, "还没有人在这里和智能机器人说过话，等对方先说", error.code)
        if error.code == STALE_MEDIA and media_id:
            renewed = said(delivery, await self._media_id(delivery, refused=media_id), self._clock.now())
            await self.socket.call(renewed.command, renewed.body, renewed.req_id)
        elif frame.command == RESPOND and error.code in (BAD_REQ_ID, STREAM_OVER):
            await self._push_instead(delivery, media_id, error)
        else:
            raise error

    async def _push_instead(self, delivery: Delivery, media_id: str, error: WeComError) -> None:
        if delivery.unknown and error.code == STREAM_OVER:
            # There is a stream to be too old: the first try arrived.
            return
        if delivery.unknown:
            raise SendError(Fault.REFUSED, DOUBTFUL, error.code)
        frame = pushed(delivery, media_id)
        await self.socket.call(frame.command, frame.body)

    async def _media_id(self, delivery: Delivery, refused: str = "") -> str:
        """The media id of a picture or file; "" for all that has none."""
        content = delivery.content
        if not isinstance(content, Image | File):
            return ""
        return await self._media.id_of(content.type, content.file, refused)

    def fetch(self, media: Media) -> AbstractAsyncContextManager[Incoming]:
        """What somebody sent, deciphered with the key that came with it."""
        return by_url(self._downloads, media, lambda: file_key(media.key))

    async def close(self) -> None:
        """Nothing to let go of: `hear` closes its connection."""


class _Ears:
    """Takes callbacks at once and stores them in their order."""

    def __init__(self, event: Callable[[Frame], Event], inlet: Inlet) -> None:
        self._event = event
        self._inlet = inlet
        self._waiting: list[Event] = []
        self._overflown = 0
        self._filled = asyncio.Event()

    def hear(self, frame: Frame) -> None:
        """Keep a callback until it is stored."""
        if frame.cmd not in (MESSAGE, EVENT):
            return
        try:
            event = self._event(frame)
        except CallbackError as error:
            log.warning("callback not understood: %s", error)
            return
        if len(self._waiting) < WAITING:
            self._waiting.append(event)
        else:
            self._overflown += 1
        self._filled.set()

    async def store(self) -> None:
        """Store what is heard, until cancelled."""
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._waiting or self._overflown:
                if not await self._store_some():
                    await asyncio.sleep(STORE_PAUSE)

    async def empty(self) -> None:
        """Store what is left, if that can be done soon; what cannot is missed."""
        try:
            async with asyncio.timeout(LAST_SECONDS):
                while self._waiting:
                    if not await self._store_some():
                        await asyncio.sleep(STORE_PAUSE)
        except TimeoutError:
            await self._inlet.missed(len(self._waiting))

    async def _store_some(self) -> bool:
        """Whether the oldest are stored."""
        if self._overflown:
            missed, self._overflown = self._overflown, 0
            await self._inlet.missed(missed)
        batch = self._waiting[:BATCH]
        try:
            await self._inlet.put(batch)
        except Unstored as error:
            log.warning("%d callbacks wait for the inbox: %s", len(self._waiting), error)
            return False
        del self._waiting[: len(batch)]
        return True


class _Pause:
    """How long to wait before the next try to connect; half of it is chance, so that not all come back at once."""

    def __init__(self, socket: Socket, chance: Random) -> None:
        self._socket = socket
        self._chance = chance
        self._tries = 0

    def after(self, ended: Ended, lasted: float) -> float:
        """Seconds, after a connection that lasted so long."""
        pace = self._socket.pace
        self._tries = 0 if lasted >= pace.steady else self._tries
        first, most = (pace.refused, pace.refused_most) if ended.how == End.REFUSED else (pace.first, pace.most)
        longest = min(first * 2.0**self._tries, most)
        self._tries = min(self._tries + 1, 16)
        half = longest / 2
        return half + half * self._chance.random()


async def _is_ours(inlet: Inlet) -> bool:
    while True:
        try:
            return await inlet.is_ours()
        except Unstored:
            await asyncio.sleep(STORE_PAUSE)


def _told(ended: Ended) -> str:
    if ended.code == BAD_BOT:
        return "Bot ID 或 Secret 不对：核对 [[channels]] 的 bot_id 和 secret 与智能机器人页面上的"
    return ended.why
