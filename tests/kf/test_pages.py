"""Pages and their cursors, without a bot around them."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from aiohttp import ClientSession
from redis.asyncio import Redis

from bot.channels.kf_pull import Kinds, Names, Puller
from bot.inbox import Inbox, Put
from bot.simulator import KfDisorder, Limits, WeCom
from bot.store.redis import connect_reader
from bot.types.events import Event, Message
from bot.wecom.client import Client
from bot.wecom.token import Tokens
from bot.wecom.transport import Transport
from tests.kf.shop import open_shop
from tests.spine.house import message


@dataclass
class Time:
    """The real time, moved by the test."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Direct:
    """The part of an inlet that pulling needs."""

    inbox: Inbox

    async def cursor(self, whose: str) -> str:
        return await self.inbox.cursor(whose)

    async def turn(self, whose: str, old: str, new: str, events: Sequence[Event]) -> bool:
        return await self.inbox.turn(whose, old, new, events) == Put.NEW


@dataclass
class Store:
    """An inbox of four partitions."""

    inbox: Inbox

    async def texts(self) -> list[str]:
        """What waits, in order of arrival."""
        found = await self.inbox.read(dict.fromkeys(range(4), "0-0"), 0.01, 5000)
        entries = sorted(found, key=lambda entry: tuple(map(int, entry.position.split("-"))))
        return [entry.event.text for entry in entries if isinstance(entry.event, Message)]  # type: ignore[union-attr]


@pytest.fixture
async def store(redis: Redis, redis_url: str) -> AsyncIterator[Store]:
    reader = connect_reader(redis_url, block=0.2)
    yield Store(Inbox(redis, reader, 4, capacity=100))
    await reader.aclose()


def page(*texts: str) -> list[Event]:
    return [message(text, text, member=f"m{number}") for number, text in enumerate(texts)]


async def test_a_page_is_stored_with_its_cursor_or_not_at_all(store: Store) -> None:
    inbox = store.inbox
    assert await inbox.cursor("kf") == ""
    assert await inbox.turn("kf", "", "c1", page("一", "二")) == Put.NEW
    assert await inbox.turn("kf", "", "c1", page("三")) is None, "somebody else has turned this page"
    assert (await inbox.cursor("kf"), sorted(await store.texts())) == ("c1", sorted(["一", "二"]))
    assert await inbox.turn("kf", "c1", "c2", page("一", "四")) == Put.NEW
    assert sorted(await store.texts()) == sorted(["一", "二", "四"]), "what is known is not stored again"
    assert await inbox.turn("kf", "c2", "c3", [message(f"n{n}", member="m0") for n in range(101)]) == Put.FULL
    assert await inbox.cursor("kf") == "c2"


async def test_older_things_are_passed_over_at_the_first_pull_alone(store: Store, redis: Redis) -> None:
    async with WeCom(limits=Limits(kf_pulls_without_token=100)) as wecom, ClientSession() as session:
        _, door, account = open_shop(wecom)
        transport, clock = Transport(session), Time()
        tokens = Tokens(transport, redis, clock, wecom.url, wecom.corp_id, door.secret)
        client = Client(transport, tokens, wecom.url)
        puller = Puller(
            door="kf:客服", corp=wecom.corp_id, open_kfid="wkShop1", client=client, clock=clock,
            names=Names(client, clock), kinds=Kinds(), chance=Random(1),
        )  # fmt: skip
        inlet: Any = Direct(store.inbox)
        await wecom.kf.say(account, "wmLin", "早就说过")
        clock.ahead = timedelta(minutes=11)
        wecom.kf.disorder = KfDisorder(page=1)
        await puller.pull(inlet)
        assert await store.texts() == []
        await wecom.kf.say(account, "wmLin", "现在说的")
        clock.ahead = timedelta(hours=3)
        await puller.pull(inlet)
        assert await store.texts() == ["现在说的"], "an account that is ours is heard however late"
