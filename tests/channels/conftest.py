"""A simulated company whose doors are really in use: callbacks come in over HTTP, sends go out over HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from redis.asyncio import Redis

from bot.channels import build, by_path
from bot.channels.door import Answer, Channel, Delivery, Received
from bot.channels.settings import CHANNELS, WECOM, AibotDoor, AppDoor, Wecom
from bot.simulator import AiBot, App, Limits, Timing, WeCom
from bot.store.attachments import Folder
from bot.types.events import Route
from bot.types.secret import Secret

FAST = Timing(answer_within=5.0, verify_within=5.0, retry_after=0.02, poll_every=0.02, stream_lives=1.0, gap=0.02)


class Stated(dict[Any, Any]):
    """Settings that a test states itself."""

    hash = "stated"


@dataclass
class MovedClock:
    """A clock that a test moves; WeCom and the doors look at the same one."""

    moment: datetime = datetime(2026, 11, 21, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass
class SimulatorClock:
    """The same time, as the simulator counts it."""

    clock: MovedClock

    def now(self) -> float:
        return self.clock.now().timestamp()


@dataclass
class House:
    """The doors `app:助手` and `aibot:小助手`, and what came in; `answers` is what callbacks get."""

    wecom: WeCom
    app: App
    bot: AiBot
    clock: MovedClock
    channels: dict[str, Channel] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    folder: Folder = field(default_factory=lambda: Folder(Path("nowhere")))

    async def verify(self, request: web.Request) -> web.Response:
        return web.Response(text=self.channels[request.path].echo(request.query))

    async def receive(self, request: web.Request) -> web.Response:
        channel, now = self.channels[request.path], self.clock.now()
        received = channel.open(request.query, await request.read(), now)
        self.received.append(received)
        answer = self.answers.pop(0) if self.answers else Answer()
        return web.Response(body=channel.seal(received, answer, now))

    def door(self, kind: str) -> Channel:
        return self.channels[f"/cb/{kind}"]

    async def route(self, person: str = "li.na") -> Route:
        """The route of a message that this person has just sent to the AI bot."""
        await self.wecom.direct(self.bot, person, "在吗")
        await self.wecom.settle()
        event = self.received[-1].event
        assert event is not None
        return event.route

    async def send(self, delivery: Delivery) -> str:
        return await self.door(delivery.to.channel).send(delivery)


def secret(value: str) -> Secret:
    return Secret("X", value)


def settings(wecom: WeCom, app: App, bot: AiBot) -> Stated:
    common = {"token": secret(app.token), "aes_key": secret(app.aes_key)}
    return Stated(
        {
            WECOM: Wecom(corp_id=wecom.corp_id, api=wecom.url),
            CHANNELS: (
                AppDoor(kind="app", name="助手", agent_id=app.agent_id, secret=secret(app.secret), **common),
                AibotDoor(kind="aibot", name="小助手", token=secret(bot.token), aes_key=secret(bot.aes_key)),
            ),
        }
    )


@pytest.fixture
async def house(redis: Redis, tmp_path: Path) -> AsyncIterator[House]:
    clock = MovedClock()
    async with WeCom(clock=SimulatorClock(clock), timing=FAST, limits=Limits(interactions=None)) as wecom:
        app, bot = wecom.add_app("助手"), wecom.add_bot("小助手")
        wecom.add_member("Li.Na", "李娜")
        wecom.add_member("wang.wu", "王五")
        wecom.add_member("away", visible=False)
        wecom.add_group("wrG1", members=["li.na", "wang.wu"], bots=[bot])
        house = House(wecom, app, bot, clock, folder=Folder(tmp_path / "kept"))
        application = web.Application()
        async with ClientSession() as session:
            house.channels = by_path(build(settings(wecom, app, bot), session, redis, clock, house.folder))
            for path in house.channels:
                application.router.add_get(path, house.verify)
                application.router.add_post(path, house.receive)
            async with TestServer(application) as server:
                wecom.connect(app, str(server.make_url("/cb/app/助手")))
                wecom.connect(bot, str(server.make_url("/cb/aibot/小助手")))
                yield house
