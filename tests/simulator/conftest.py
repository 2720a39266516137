"""A running WeCom with an app, a bot, three members and a group, and listeners that stand for the bot's program."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import aiohttp
import pytest

from bot.simulator import AiBot, App, Door, Limits, Timing, WeCom

from .listener import Brain, Listener

# Patient where patience costs nothing: a busy machine answers late, and answers all the same.
FAST = Timing(
    answer_within=5.0, verify_within=5.0, retry_after=0.02, poll_every=0.02, stream_lives=10.0, gap=0.2, patience=0.1
)


@dataclass
class MovedClock:
    """A clock that a test moves."""

    moment: float = 1_763_700_000.0

    def now(self) -> float:
        return self.moment


@dataclass
class Company:
    """What most tests need, by name."""

    wecom: WeCom
    app: App
    bot: AiBot
    http: aiohttp.ClientSession
    listen: Callable[[Door, Brain], Awaitable[Listener]]
    token: str = ""
    clock: MovedClock = field(default_factory=MovedClock)

    async def get(self, path: str, **query: str) -> dict[str, object]:
        async with self.http.get(f"{self.wecom.url}/cgi-bin/{path}", params=query) as response:
            assert response.status == 200
            return dict(await response.json())

    async def post(self, path: str, body: object, **query: str) -> dict[str, object]:
        params = {"access_token": self.token, **query}
        async with self.http.post(f"{self.wecom.url}/cgi-bin/{path}", params=params, json=body) as response:
            assert response.status == 200
            return dict(await response.json())

    async def send(self, text: str = "你好", to: str = "li.na", **more: object) -> dict[str, object]:
        body = {"touser": to, "agentid": 1000002, "msgtype": "text", "text": {"content": text}, **more}
        return await self.post("message/send", body)


@pytest.fixture
def limits() -> Limits:
    return Limits()


async def founded(stack: AsyncExitStack, wecom: WeCom) -> Company:
    """People, doors, a group and a token in a new WeCom."""
    await stack.enter_async_context(wecom)
    http = await stack.enter_async_context(aiohttp.ClientSession())
    app = wecom.add_app(secret="s3cret", callback="http://127.0.0.1:9/cb")
    bot = wecom.add_bot()
    wecom.add_member("li.na", "李娜", parties=[1])
    wecom.add_member("wang.wu", "王五", parties=[1], tags=[7])
    wecom.add_member("hidden", "隐身", visible=False)
    wecom.add_group("wrG1", "内测群", members=["li.na", "wang.wu"], bots=[bot])

    async def listen(door: Door, brain: Brain) -> Listener:
        listener = Listener(door, wecom.corp_id, brain)
        stack.push_async_callback(await listener.start())
        wecom.connect(door, listener.url)
        return listener

    company = Company(wecom, app, bot, http, listen)
    found = await company.get("gettoken", corpid=wecom.corp_id, corpsecret="s3cret")
    company.token = str(found["access_token"])
    return company


@pytest.fixture
def timing() -> Timing:
    return FAST


@pytest.fixture
async def company(limits: Limits, timing: Timing) -> AsyncIterator[Company]:
    """A company in real time, some twenty times faster than WeCom."""
    async with AsyncExitStack() as stack:
        yield await founded(stack, WeCom(timing=timing, limits=limits))


@pytest.fixture
async def frozen(limits: Limits) -> AsyncIterator[Company]:
    """A company whose clock only the test moves."""
    clock = MovedClock()
    async with AsyncExitStack() as stack:
        company = await founded(stack, WeCom(timing=FAST, limits=limits, clock=clock))
        company.clock = clock
        yield company
