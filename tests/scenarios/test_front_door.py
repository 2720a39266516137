"""What comes in by the front door: answered once, or refused before any handler sees it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp import ClientSession

from bot.store.database import Database, StoreDown
from bot.store.tables import events
from bot.stores import partition_count
from tests.scenarios.town import Town, town
from tests.waiting import until


async def count(place: Town) -> int:
    rows = await place.bot.database.read(sa.select(sa.func.count().label("events")).select_from(events))
    return int(rows[0].events)


async def test_a_member_is_answered_in_the_group_and_alone(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        await place.wecom.mention(place.robot, "wrNeice1", "li.na", "天王盖地虎")
        await place.wecom.say(place.app, "wang.wu", "天王盖地虎")
        await place.wecom.settle()
        assert place.wecom.journal.texts(place.room) == ["宝塔镇河妖"]
        assert place.wecom.journal.texts(place.chat("wang.wu")) == ["宝塔镇河妖"]


async def test_the_same_callback_delivered_five_times_is_answered_once(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        await place.wecom.mention(place.robot, "wrNeice1", "li.na", "天王盖地虎", copies=4)
        await place.wecom.say(place.app, "wang.wu", "天王盖地虎", copies=4)
        await place.wecom.settle()
        assert place.wecom.journal.texts() == ["宝塔镇河妖", "宝塔镇河妖"]
        assert place.wecom.journal.records("conflict") == []
        assert await count(place) == 2


async def test_hostile_callbacks_are_refused_and_reach_no_handler(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with town(tmp_path) as place:
        attacks = place.wecom.attacks
        for door in (place.app, place.robot):
            statuses = [
                await attacks.forged_signature(door),
                await attacks.other_body(door),
                await attacks.wrong_receiveid(door),
                await attacks.stale(door),
                await attacks.no_query(door),
                await attacks.dtd(door),
                await attacks.inner_dtd(door),
                await attacks.oversized(door),
                *(await attacks.malformed(door)).values(),
            ]
            assert all(400 <= status < 500 for status in statuses), statuses
            first, second = await attacks.reused_nonce(door)
            assert first == 200
            assert 400 <= second < 500
        assert await count(place) == 2


async def test_an_oversized_callback_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with town(tmp_path) as place:
        assert await place.wecom.attacks.oversized(place.app) == 413
        assert caplog.text.count("refused: body over 1 MiB") == 1


async def test_an_answer_that_cannot_be_noted_is_not_followed_by_a_second_one(tmp_path: Path) -> None:
    class Forgetful(Database):
        async def write(self, work: Any, **options: Any) -> Any:
            if "Passive.confirm" in repr(work):
                raise StoreDown("gone")
            return await super().write(work, **options)

    def forgetful(database: Database) -> Database:
        database.__class__ = Forgetful
        return database

    async with town(tmp_path, wiring={"around_database": forgetful}) as place:
        await place.wecom.mention(place.robot, "wrNeice1", "li.na", "天王盖地虎")
        await place.wecom.settle()
        answered = place.bot.metrics.text().decode()
        assert place.wecom.journal.texts() == ["宝塔镇河妖"]
    assert 'answer="503"' not in answered


async def test_two_processes_choose_one_number_of_partitions(database: Database) -> None:
    assert await asyncio.gather(partition_count(database, 4), partition_count(database, 8)) in ([4, 4], [8, 8])


async def test_the_console_can_verify_the_address_with_an_old_clock(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        for door in (place.app, place.robot):
            assert await place.wecom.verify(door)


async def test_health_and_metrics_tell_the_truth(tmp_path: Path) -> None:
    async with town(tmp_path) as place, ClientSession() as session:
        await place.wecom.say(place.app, "li.na", "天王盖地虎")
        await place.wecom.settle()
        async with session.get(f"{place.url}/healthz") as answer:
            assert (answer.status, (await answer.json())["ok"]) == (200, True)
        async with session.get(f"{place.url}/metrics") as answer:
            text = await answer.text()
        assert 'qunban_outcomes_total{outcome="answered"} 1.0' in text
        assert 'qunban_outbox{state="uncertain"} 0.0' in text


async def test_who_cannot_be_answered_at_once_is_answered_once_all_the_same(tmp_path: Path) -> None:
    async with town(tmp_path, patience="0s") as place:
        await place.wecom.mention(place.robot, "wrNeice1", "li.na", "天王盖地虎")
        await place.wecom.say(place.app, "wang.wu", "天王盖地虎")
        await place.wecom.settle()
        await place.wecom.journal.wait_for(lambda journal: journal.texts(place.chat("wang.wu")))
        assert place.wecom.journal.texts(place.room) == ["宝塔镇河妖"]
        assert place.wecom.journal.texts(place.chat("wang.wu")) == ["宝塔镇河妖"]
        assert place.wecom.journal.records("conflict") == []


async def test_a_saved_file_is_in_use_within_a_second_and_a_bad_one_never(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with town(tmp_path) as place:
        good = place.config.read_text("utf-8")
        before = place.bot.brain
        place.config.write_text(
            good.replace("宝塔镇河妖", "小鸡炖蘑菇").replace('name = "暗号"', 'nam = "暗号"'), "utf-8"
        )
        await until(lambda: "nam" in caplog.text)
        assert place.bot.brain is before
        place.config.write_text(good.replace("宝塔镇河妖", "小鸡炖蘑菇"), "utf-8")
        loop = asyncio.get_running_loop()
        saved = loop.time()
        await until(lambda: place.bot.brain is not before)
        assert loop.time() - saved < 5
        await place.wecom.say(place.app, "li.na", "天王盖地虎")
        await place.wecom.settle()
        assert place.wecom.journal.texts() == ["小鸡炖蘑菇"]


@pytest.mark.parametrize("pair", ["embedded"], indirect=True)
async def test_a_second_bot_on_the_same_data_is_refused_with_the_cure(tmp_path: Path) -> None:
    from bot.app import Wiring, running
    from bot.store.single import AlreadyRunning

    async with town(tmp_path) as place:
        environ = dict.fromkeys(("WECOM_APP_SECRET", "WECOM_APP_TOKEN", "WECOM_BOT_TOKEN"), "QunbanTestSecret")
        keys = dict.fromkeys(("WECOM_APP_AES_KEY", "WECOM_BOT_AES_KEY"), place.app.aes_key)
        with pytest.raises(AlreadyRunning, match="postgresql://"):
            async with running(place.config, Wiring(environ=environ | keys)):
                pass


async def test_a_saved_change_that_needs_a_restart_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with town(tmp_path) as place:
        before = place.bot.brain
        good = place.config.read_text("utf-8")
        place.config.write_text(good.replace("agent_id = 1000002", "agent_id = 1000003"), "utf-8")
        await until(lambda: place.bot.brain is not before)
        await until(lambda: "要重启才生效" in caplog.text)
        assert "[channels]" in caplog.text
