"""What people see of a bot on its long connection."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.leases import FIRST_POST
from bot.simulator import Conversation
from bot.store.tables import connections, outbox
from tests.longline.harbour import GROUP, connection, harbour, is_settled
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("stores")
WELCOME = """
[[welcome]]
name = "机器人"
doors = "aibot:小助手"
first = "你好呀"
"""


async def test_a_member_is_answered_in_a_group_and_alone(tmp_path: Path) -> None:
    async with harbour(tmp_path) as place, place.bot():
        await place.connected()
        await place.wecom.mention(place.robot, GROUP, "li.na", "天王盖地虎")
        assert await place.says(place.room) == ["宝塔镇河妖"]
        assert await place.ask() == "宝塔镇河妖"
        (said,) = place.wecom.journal.seen(place.room)
        assert (said.via, said.finished, said.feedback != "") == ("stream", True, True)


@pytest.mark.parametrize("pair", ["embedded"], indirect=True)
async def test_who_opens_the_chat_is_welcomed_in_time(tmp_path: Path) -> None:
    async with harbour(tmp_path, more=WELCOME) as place, place.bot():
        await place.connected()
        await place.wecom.enter_chat(place.robot, "li.na")
        assert await place.says(place.chat("li.na")) == ["你好呀"]
        (call,) = place.wecom.journal.calls("/socket/aibot_respond_welcome_msg")
        assert call.errcode == 0


@pytest.mark.parametrize("pair", ["embedded"], indirect=True)
async def test_managers_hear_of_a_stranger_and_see_how_the_connection_is(tmp_path: Path) -> None:
    async with harbour(tmp_path) as place:
        async with place.bot() as bot:
            await place.connected()
            await place.wecom.sockets.kick(place.robot)
            chat = Conversation(place.app.id, "direct", "admin01")
            (alarm,) = await place.says(chat)
            assert "已停止重连：停掉另一个程序，再重启 qunban" in alarm
            await place.wecom.say(place.app, "admin01", "状态")
            status = (await place.says(chat, 2))[-1]
            assert "长连接 aibot:小助手：" in status and "起停了" in status
            assert (await connection(bot)).state == "stopped"
        async with place.bot():
            assert await place.ask() == "宝塔镇河妖"


@pytest.mark.parametrize("pair", ["embedded"], indirect=True)
async def test_another_mode_is_one_line_and_what_waits_goes_the_new_way(tmp_path: Path) -> None:
    async with harbour(tmp_path) as place:
        async with place.bot() as bot:
            assert await place.ask() == "宝塔镇河妖"
            await until(lambda: is_settled(bot))
            place.wecom.sockets.accepting = False
            place.wecom.sockets.drop(place.robot)
            waiting = {"state": "waiting", "due_at": datetime.now(UTC), "native": "", "error": ""}
            await bot.database.write(lambda connection: connection.execute(outbox.update().values(**waiting)))
        text = place.config.read_text("utf-8")
        place.config.write_text(text.replace('mode = "socket"', 'mode = "url"'), "utf-8")
        async with place.bot() as bot:
            (row,) = await bot.database.read(sa.select(outbox))
            assert row.partition < FIRST_POST
            assert await bot.database.read(sa.select(connections)) == []
            place.wecom.connect(place.robot, place.url(bot))
            assert await place.wecom.verify(place.robot)
