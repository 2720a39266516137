"""Access tokens: one asker at a time, one token for all, and peace when it fails."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from redis.asyncio import Redis

from bot.wecom.client import Client
from bot.wecom.errors import NotSent, WeComError
from bot.wecom.token import Tokens
from bot.wecom.transport import Transport


@dataclass
class MovedClock:
    """A clock that a test moves."""

    moment: datetime = datetime(2026, 11, 21, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass
class Corp:
    """A token endpoint that counts, and one call that takes only the newest token."""

    base: str = ""
    asked: int = 0
    sent: int = 0
    valid: str = ""
    failing: dict[str, Any] | None = None
    stuck: str = ""
    denying: bool = False
    slow: float = 0.0
    life: Any = 7200
    queries: list[dict[str, str]] = field(default_factory=list)

    async def gettoken(self, request: web.Request) -> web.Response:
        self.asked += 1
        self.queries.append(dict(request.query))
        await asyncio.sleep(self.slow)
        if self.failing is not None:
            return web.json_response(self.failing)
        self.valid = self.stuck or f"token-{self.asked}"
        return web.json_response({"errcode": 0, "access_token": self.valid, "expires_in": self.life})

    async def send(self, request: web.Request) -> web.Response:
        self.sent += 1
        if self.denying or request.query["access_token"] != self.valid:
            return web.json_response({"errcode": 42001, "errmsg": "access_token expired"})
        return web.json_response({"errcode": 0, "msgid": "m"})


@pytest.fixture
async def corp() -> AsyncIterator[Corp]:
    corp = Corp()
    application = web.Application()
    application.router.add_get("/cgi-bin/gettoken", corp.gettoken)
    application.router.add_post("/cgi-bin/message/send", corp.send)
    async with TestServer(application) as server:
        corp.base = str(server.make_url("")).rstrip("/")
        yield corp


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


class Bot:
    """Parts of one process."""

    def __init__(self, corp: Corp, session: ClientSession, redis: Redis, clock: MovedClock, secret: str = "s") -> None:
        transport = Transport(session)
        self.tokens = Tokens(transport, redis, clock, corp.base, "ww1", secret)
        self.client = Client(transport, self.tokens, corp.base)

    async def send(self) -> dict[str, Any]:
        return await self.client.call("message/send", {})


@pytest.fixture
def bot(corp: Corp, session: ClientSession, redis: Redis, clock: MovedClock) -> Bot:
    return Bot(corp, session, redis, clock)


async def test_one_token_serves_many_calls(corp: Corp, bot: Bot) -> None:
    assert len({await bot.tokens.get() for _ in range(5)}) == 1
    assert corp.asked == 1 and corp.queries == [{"corpid": "ww1", "corpsecret": "s"}]


async def test_callers_of_all_processes_ask_once(
    corp: Corp, session: ClientSession, redis: Redis, clock: MovedClock
) -> None:
    corp.slow = 0.15
    bots = [Bot(corp, session, redis, clock) for _ in range(4)]
    found = await asyncio.gather(*(bot.tokens.get() for bot in bots for _ in range(5)))
    assert set(found) == {"token-1"} and corp.asked == 1


async def test_a_token_that_came_between_look_and_lock_is_taken(
    corp: Corp, bot: Bot, session: ClientSession, redis: Redis, clock: MovedClock
) -> None:
    class Overtaken(Tokens):
        async def _refuse_early(self) -> None:
            await bot.tokens.get()

    late = Overtaken(Transport(session), redis, clock, corp.base, "ww1", "s")
    assert await late.get() == "token-1" and corp.asked == 1


async def test_another_secret_has_another_token(
    corp: Corp, session: ClientSession, redis: Redis, clock: MovedClock, bot: Bot
) -> None:
    assert await bot.tokens.get() != await Bot(corp, session, redis, clock, "other").tokens.get()


async def test_a_token_is_renewed_five_minutes_early(corp: Corp, bot: Bot, clock: MovedClock) -> None:
    await bot.tokens.get()
    clock.move(minutes=114, seconds=59)
    await bot.tokens.get()
    assert corp.asked == 1
    clock.move(seconds=2)
    assert await bot.tokens.get() == "token-2"


@pytest.mark.parametrize("life", [60, 0, -5, "soon", None, 10**12])
async def test_a_strange_life_is_not_taken_at_its_word(corp: Corp, bot: Bot, life: object) -> None:
    corp.life = life
    await bot.tokens.get()
    await bot.tokens.get()
    assert corp.asked == 1


async def test_a_token_that_is_refused_is_renewed_once_for_all(corp: Corp, bot: Bot) -> None:
    await bot.send()
    corp.valid = "changed by WeCom"
    answers = await asyncio.gather(*(bot.send() for _ in range(10)))
    assert [answer["msgid"] for answer in answers] == ["m"] * 10
    assert corp.asked == 2


async def test_the_call_is_tried_again_only_once(corp: Corp, bot: Bot) -> None:
    corp.denying = True
    with pytest.raises(WeComError) as failed:
        await bot.send()
    assert failed.value.code == 42001
    assert (corp.asked, corp.sent) == (2, 2)


async def test_a_token_that_stays_refused_is_not_asked_for_again_at_once(corp: Corp, bot: Bot) -> None:
    await bot.tokens.get()
    corp.stuck = "token-1"
    for _ in range(5):
        corp.valid = "never this"
        with pytest.raises(WeComError):
            await bot.send()
    assert corp.asked == 2


async def test_failures_leave_gettoken_alone_for_longer_and_longer(
    corp: Corp, bot: Bot, session: ClientSession, redis: Redis, clock: MovedClock
) -> None:
    corp.failing = {"errcode": 40001, "errmsg": "invalid credential"}
    asked = []
    for _ in range(700):
        for one in (bot, Bot(corp, session, redis, clock)):
            with pytest.raises(WeComError) as failed:
                await one.tokens.get()
            assert failed.value.code == 40001
        asked.append(corp.asked)
        clock.move(seconds=1)
    assert asked[-1] <= 5
    corp.failing = None
    clock.move(minutes=5)
    assert await bot.tokens.get() == f"token-{corp.asked}"


async def test_a_server_that_is_away_is_asked_again_within_half_a_minute(
    corp: Corp, bot: Bot, clock: MovedClock
) -> None:
    corp.failing = {"errcode": -1, "errmsg": "system busy"}
    for _ in range(20):
        with pytest.raises(WeComError):
            await bot.tokens.get()
        clock.move(minutes=1)
    corp.failing = None
    clock.move(seconds=-29)
    assert await bot.tokens.get()


async def test_after_a_success_failures_are_forgotten(corp: Corp, bot: Bot, clock: MovedClock) -> None:
    for errcode in (40001, 0, 40001):
        corp.failing = {"errcode": errcode, "errmsg": "x"} if errcode else None
        clock.move(hours=3)
        if errcode:
            with pytest.raises(WeComError):
                await bot.tokens.get()
        else:
            await bot.tokens.get()
    corp.failing = None
    clock.move(seconds=2)
    assert await bot.tokens.get()


async def test_an_answer_without_a_token_is_a_failure(corp: Corp, bot: Bot) -> None:
    corp.failing = {"errcode": 0, "errmsg": "ok"}
    with pytest.raises(WeComError, match="access_token"):
        await bot.tokens.get()


async def test_a_gettoken_without_an_answer_did_not_send_the_message(corp: Corp, bot: Bot, redis: Redis) -> None:
    async def cut(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    application = web.Application()
    application.router.add_get("/cgi-bin/gettoken", cut)
    async with TestServer(application) as server, ClientSession() as session:
        corp.base = str(server.make_url("")).rstrip("/")
        with pytest.raises(NotSent):
            await Bot(corp, session, redis, MovedClock(), "third").send()


async def test_a_dead_asker_does_not_block_the_others(corp: Corp, bot: Bot, redis: Redis) -> None:
    keys = bot.tokens._key
    await redis.set(f"{keys}:lock", "dead", px=200)
    assert await bot.tokens.get() == "token-1"


async def test_neither_secret_nor_token_shows(corp: Corp, bot: Bot, redis: Redis) -> None:
    await bot.tokens.get()
    assert b"secret" not in b"".join(await redis.keys("*"))
    assert "token-1" not in repr(bot.tokens._held)
