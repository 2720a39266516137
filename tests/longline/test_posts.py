"""One owner at a time: who connects, who stands by, who stops."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from redis.asyncio import Redis

from bot.simulator import WeCom
from bot.store.attachments import Folder
from bot.store.database import Database
from bot.store.redis import connect_reader
from bot.store.tables import connections
from tests.longline.station import DOOR, PACE, POST, Stores, station
from tests.waiting import until

# Posts are for those who share their stores.
pytestmark = pytest.mark.parametrize("pair", ["urls"], indirect=True)


@pytest.fixture
async def stores(database: Database, redis: Redis, redis_url: str, tmp_path: Path) -> AsyncIterator[Stores]:
    reader = connect_reader(redis_url, block=1)
    async with WeCom(seed=3) as wecom:
        robot = wecom.add_bot("小助手", secret="socket-secret-1")
        wecom.add_member("li.na", "李娜")
        yield Stores(database, redis, reader, wecom, robot, Folder(tmp_path / "files"))
    await reader.aclose()


async def state(stores: Stores) -> sa.Row[tuple[object, ...]]:
    (row,) = await stores.database.read(sa.select(connections).where(connections.c.door == DOOR))
    return row


async def test_only_the_holder_of_the_post_connects_and_another_one_follows_without_a_kick(stores: Stores) -> None:
    async with station(stores, "one") as one, station(stores, "two") as two, one.at_work(), two.at_work():
        await one.take()
        await two.leases.turn()
        await asyncio.sleep(0.3)
        assert (one.is_up, two.is_up) == (True, False)

        one.leases.leave()
        one.idle = False
        await one.leases.turn(one.hearings.is_closed)
        await asyncio.sleep(0.3)
        assert one.is_up, "something was still on its way"
        one.idle = True
        await until(lambda: one.hearings.is_closed(POST))
        assert not one.is_up
        await one.leases.turn(one.hearings.is_closed)
        await two.take()
        await stores.wecom.direct(stores.robot, "li.na", "你好")
        await until(lambda: has_stored(two.inbox, 1))
        assert stores.wecom.sockets.kicked == 0
        assert one.told == two.told == []


async def has_stored(inbox: object, count: int) -> bool:
    return await inbox.depth() == count  # type: ignore[attr-defined,no-any-return]


async def test_who_slept_through_its_lease_stands_by_for_our_own_newer_owner(stores: Stores) -> None:
    async with station(stores, "sleeper") as one, station(stores, "two") as two, one.at_work(), two.at_work():
        await one.take()
        await stores.redis.delete(f"qb:lease:{POST}")
        await two.take()
        await until(lambda: POST not in one.leases.held)
        await asyncio.sleep(0.5)
        assert (one.is_up, two.is_up) == (False, True)
        assert stores.wecom.sockets.kicked == 1
        assert one.told == two.told == []
        assert (await state(stores)).state == "up"


async def test_for_a_stranger_the_bot_stops_and_tells(stores: Stores) -> None:
    async with station(stores, "one") as one, one.at_work():
        await one.take()
        await stores.wecom.sockets.kick(stores.robot)
        await until(lambda: one.told)
        await asyncio.sleep(0.5)
        assert not one.is_up
        assert POST in one.leases.held
        assert "别处用同一个机器人的 Secret 建立了长连接" in one.told[0]
        assert (await state(stores)).state == "stopped"


async def test_a_dropped_connection_comes_back_and_the_gap_is_counted(stores: Stores) -> None:
    async with station(stores, "one") as one, one.at_work():
        await one.take()
        stores.wecom.sockets.accepting = False
        stores.wecom.sockets.drop(stores.robot)
        await until(lambda: not one.is_up)
        await asyncio.sleep(1.1)
        stores.wecom.sockets.accepting = True
        await until(lambda: one.is_up)
        await until(lambda: 'qunban_gaps_total{door="aibot:小助手"} 1.0' in one.metrics.text().decode())
        row = await state(stores)
        assert (row.state, row.gaps) == ("up", 1)
        assert 1 <= row.gap_seconds <= 10


async def test_a_gap_goes_on_while_no_process_lives(stores: Stores) -> None:
    async with station(stores, "one") as one, one.at_work():
        await one.take()
        await until(lambda: is_kept(stores))
    before = (await state(stores)).whole_until.replace(year=2020)
    await stores.database.write(lambda connection: connection.execute(connections.update().values(whole_until=before)))
    await one.leases.release()
    async with station(stores, "two") as two, two.at_work():
        await two.take()
        await until(lambda: two.told)
        assert "断了" in two.told[0] and "补不回来" in two.told[0]


async def is_kept(stores: Stores) -> bool:
    return bool(await stores.database.read(sa.select(connections)))


async def test_managers_hear_when_no_connection_comes_about(stores: Stores) -> None:
    stores.wecom.sockets.accepting = False
    async with station(stores, "one") as one, one.at_work(patience=0.2):
        await one.leases.turn()
        await until(lambda: one.told)
        assert "长连接连不上" in one.told[0]
        await asyncio.sleep(0.5)
        assert len(one.told) == 1


async def test_a_wrong_secret_is_named_and_tried_again_slowly(stores: Stores) -> None:
    stores.wecom.faults.fail(853000, path="/socket/aibot_subscribe", times=3)
    async with station(stores, "one") as one, one.at_work(patience=0.2):
        await one.leases.turn()
        await until(lambda: one.told)
        assert "核对 [[channels]] 的 bot_id 和 secret" in one.told[0]
        await until(lambda: one.is_up)
        assert len(stores.wecom.journal.calls("/socket/aibot_subscribe")) == 4


@pytest.mark.parametrize("trouble", ["silent", "unsubscribed"])
async def test_a_connection_that_answers_no_ping_is_given_up(stores: Stores, trouble: str) -> None:
    async with station(stores, "one", replace(PACE, ping=0.2)) as one, one.at_work():
        await one.take()
        if trouble == "silent":
            stores.wecom.faults.hang(path="/socket/ping", times=2)
        else:
            stores.wecom.faults.fail(846609, path="/socket/ping", times=1)
        await until(lambda: len(stores.wecom.journal.calls("/socket/aibot_subscribe")) == 2)
        await until(lambda: one.is_up)


async def test_what_is_heard_while_redis_is_away_is_stored_afterwards(stores: Stores) -> None:
    async with station(stores, "one") as one, one.at_work():
        await one.take()
        await stores.redis.execute_command("CLIENT", "PAUSE", "400", "ALL")
        for number in range(5):
            await stores.wecom.direct(stores.robot, "li.na", f"第 {number} 句")
        await until(lambda: has_stored(one.inbox, 5))


async def test_a_connection_that_ends_in_order_was_whole_until_then(stores: Stores) -> None:
    async with station(stores, "one") as one, one.at_work():
        await one.take()
        await until(lambda: is_kept(stores))
        began = (await state(stores)).whole_until
        await asyncio.sleep(0.5)
    row = await state(stores)
    assert row.state == "down"
    assert (row.whole_until - began).total_seconds() >= 0.5, "what was whole does not count as a gap"


async def test_what_was_heard_is_stored_before_the_post_is_given_back(stores: Stores) -> None:
    async with station(stores, "one") as one:
        async with one.at_work():
            await one.take()
            await stores.redis.execute_command("CLIENT", "PAUSE", "500", "ALL")
            for number in range(20):
                await stores.wecom.direct(stores.robot, "li.na", f"第 {number} 句")
            await stores.wecom.settle()
            await asyncio.sleep(0.05)
        assert await one.inbox.depth() == 20
