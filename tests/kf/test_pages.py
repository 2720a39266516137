"""Pages and their cursors, without a bot around them."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from aiohttp import ClientSession
from redis.asyncio import Redis

from bot.channels import build
from bot.channels.kf import KfChannel
from bot.channels.kf_pull import Kinds, Names, Puller
from bot.channels.settings import CHANNELS, WECOM, KfDoor, Wecom
from bot.inbox import Inbox, Put
from bot.simulator import KfDisorder, Limits, WeCom
from bot.store.redis import connect_reader
from bot.types.attachments import Unkept
from bot.types.events import Event, Message
from bot.wecom.client import Client
from bot.wecom.token import Tokens
from bot.wecom.transport import Transport
from tests.channels.conftest import Stated, secret
from tests.kf.shop import open_shop
from tests.spine.house import message
from tests.waiting import until
from tests.wecom.server import answering, http, serving


@dataclass
class Time:
    """The real time, moved by the test."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Direct:
    """The part of an inlet that pulling needs; `lost` holds why it did not work."""

    inbox: Inbox
    lost_for: list[str] = field(default_factory=list)

    async def lost(self, why: str, at: datetime) -> None:
        self.lost_for.append(why)

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


def puller(
    url: str, session: ClientSession, redis: Redis, corp: str, secret: str, clock: Time, every: float = 120
) -> Puller:
    """Pulls the shop's account."""
    transport = Transport(session)
    client = Client(transport, Tokens(transport, redis, clock, url, corp, secret), url)
    return Puller(
        door="kf:客服", corp=corp, open_kfid="wkShop1", client=client, clock=clock, names=Names(client, clock),
        kinds=Kinds(), chance=Random(1), every=every,
    )  # fmt: skip


async def test_a_page_that_leads_to_itself_is_left_for_later(store: Store, redis: Redis) -> None:
    token = {"errcode": 0, "access_token": "T", "expires_in": 7200}
    item = {"msgid": "e1", "msgtype": "event", "event": {"event_type": "servicer_status_change", "status": 1}}
    page = {"errcode": 0, "next_cursor": "C1", "has_more": 1, "msg_list": [item]}
    answers = [http(json.dumps(answer).encode()) for answer in (token, page)]
    async with serving(answering(*answers)) as url, ClientSession() as session, asyncio.timeout(5):
        inlet: Any = Direct(store.inbox)
        await puller(url, session, redis, "ww1111222233334444", "KfSecret", Time()).pull(inlet)
        assert await store.inbox.cursor("wkShop1") == "<C1"


async def test_older_things_are_passed_over_at_the_first_pull_alone(store: Store, redis: Redis) -> None:
    async with WeCom(limits=Limits(kf_pulls_without_token=100)) as wecom, ClientSession() as session:
        _, door, account = open_shop(wecom)
        clock = Time()
        pulling = puller(wecom.url, session, redis, wecom.corp_id, door.secret, clock)
        inlet: Any = Direct(store.inbox)
        await wecom.kf.say(account, "wmLin", "早就说过")
        clock.ahead = timedelta(minutes=11)
        wecom.kf.disorder = KfDisorder(page=1)
        await pulling.pull(inlet)
        assert await store.texts() == []
        await wecom.kf.say(account, "wmLin", "现在说的")
        clock.ahead = timedelta(hours=3)
        await pulling.pull(inlet)
        assert await store.texts() == ["现在说的"], "an account that is ours is heard however late"


async def test_a_hint_is_heeded_while_pulls_without_one_are_refused(store: Store, redis: Redis) -> None:
    failures: list[str] = []

    async def told(open_kfid: str, failed: str) -> None:
        failures.append(failed)

    async with WeCom(limits=Limits(kf_pulls_without_token=1)) as wecom, ClientSession() as session:
        _, door, account = open_shop(wecom)
        inlet: Any = Direct(store.inbox)
        pulling = puller(wecom.url, session, redis, wecom.corp_id, door.secret, Time(), every=0.05)
        following = asyncio.create_task(pulling.follow(inlet, told))
        await until(lambda: any("45009" in failed for failed in failures))
        await wecom.kf.say(account, "wmLin", "急", hint=False)
        pulling.hint(account.log.token())
        await until(lambda: has(store, "急"))
        following.cancel()
        await asyncio.wait([following])


async def has(store: Store, text: str) -> bool:
    return await store.texts() == [text]


async def test_managers_learn_why_an_account_cannot_be_pulled_from_the_first_try_on(store: Store, redis: Redis) -> None:
    async with WeCom() as wecom, ClientSession() as session:
        _, door, _ = open_shop(wecom)
        wecom.faults.fail(48007, path="/cgi-bin/kf/sync_msg")
        written = KfDoor(
            kind="kf", name="客服", open_kfid="wkShop1", secret=secret(door.secret), token=secret(door.token),
            aes_key=secret(door.aes_key),
        )  # fmt: skip
        stated = Stated({WECOM: Wecom(corp_id=wecom.corp_id, api=wecom.url), CHANNELS: (written,)})
        (channel,) = build(stated, session, redis, Time(), Unkept())
        assert isinstance(channel, KfChannel)
        inlet: Any = Direct(store.inbox)
        hearing = asyncio.create_task(channel.hear(inlet))
        await until(lambda: inlet.lost_for)
        hearing.cancel()
        await asyncio.wait([hearing])
        assert "没有授权给应用" in inlet.lost_for[0]
