"""A process of the bot as far as a long connection needs one: leases, an inbox, and the channel that hears."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from aiohttp import ClientSession
from redis.asyncio import Redis

from bot.channels.aibot_socket import AibotSocketChannel
from bot.clock import SystemClock
from bot.hearing import Hearings
from bot.inbox import Inbox
from bot.leases import Leases, post_of
from bot.metrics import Metrics
from bot.simulator import AiBot, WeCom
from bot.store.attachments import Folder
from bot.store.database import Database
from bot.wecom.limits import Limits
from bot.wecom.media import Media
from bot.wecom.outside import Downloads
from bot.wecom.socket import Bot, Pace, Socket
from bot.wecom.socket_upload import SocketUploads
from bot.wecom.transport import Transport
from tests.waiting import until

DOOR = "aibot:小助手"
POST = post_of(DOOR)
PARTITIONS = 4
# Quick to come back, patient with a busy machine.
PACE = Pace(first=0.02, most=0.2, steady=0.2, refused=0.2, refused_most=1, wait=0.5)


@dataclass
class Stores:
    """What all processes share, and the WeCom that they talk to."""

    database: Database
    redis: Redis
    reader: Redis
    wecom: WeCom
    robot: AiBot
    folder: Folder


@dataclass
class Station:
    """One process; `told` holds what managers were told."""

    stores: Stores
    owner: str
    channel: AibotSocketChannel
    leases: Leases
    inbox: Inbox
    metrics: Metrics
    told: list[str] = field(default_factory=list)
    idle: bool = True

    @property
    def is_up(self) -> bool:
        return self.channel.socket.is_up

    @asynccontextmanager
    async def at_work(self, patience: float = 60) -> AsyncIterator["Station"]:
        """It hears as long as it holds the post; its leases turn when the test says so."""
        hearings = Hearings(
            channels=[self.channel], inbox=self.inbox, leases=self.leases, database=self.stores.database,
            clock=SystemClock(), tally=self.metrics, tell=self._tell, is_idle=lambda post: self.idle,
            patience=timedelta(seconds=patience),
        )  # fmt: skip
        self.hearings = hearings
        running = asyncio.create_task(hearings.run())
        try:
            yield self
        finally:
            running.cancel()
            await asyncio.wait([running])

    async def _tell(self, about: str, text: str) -> None:
        self.told.append(text)

    async def take(self) -> None:
        """Take the post and connect."""
        await self.leases.turn()
        await until(lambda: self.is_up)


@asynccontextmanager
async def station(stores: Stores, owner: str, pace: Pace = PACE) -> AsyncIterator[Station]:
    """A process that does nothing yet."""
    clock, limits = SystemClock(), Limits(stores.redis)
    async with ClientSession() as session:
        socket = Socket(session, Bot(stores.wecom.socket_url, stores.robot.bot_id, stores.robot.secret), pace)
        uploads = SocketUploads(socket, limits, clock, DOOR)
        channel = AibotSocketChannel(
            name="小助手", corp="ww1111222233334444", called="小助手", socket=socket,
            media=Media(uploads, stores.redis, clock, DOOR, stores.folder), limits=limits, clock=clock,
            downloads=Downloads(Transport(session), None, stores.wecom.url), chance=Random(owner),
        )  # fmt: skip
        leases = Leases(stores.redis, stores.database, owner, PARTITIONS, posts=[POST], seconds=30)
        inbox = Inbox(stores.redis, stores.reader, PARTITIONS)
        yield Station(stores, owner, channel, leases, inbox, Metrics())
