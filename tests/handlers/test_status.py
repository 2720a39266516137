"""「状态」 and 「配置」: what an administrator is told, and that nobody else is."""

import pytest
import sqlalchemy as sa

from bot.store.tables import outbox
from bot.types.actions import Text, dump_content
from bot.types.events import Conversation
from tests.handlers.conftest import MakeStage
from tests.handlers.doors import DOORS
from tests.handlers.stage import START, Stage

CONFIG = f"""{DOORS}[[groups]]
name = "甲群"
id = "wr1"
doors = ["aibot:小助手"]
[[people]]
name = "群管"
userid = "admin01"
roles = ["管理员"]
[[people]]
name = "小美"
userid = "mei01"
roles = ["售后组", "管理员"]
[[teams]]
name = "售后组"
[[replies]]
name = "甲"
exact = "甲"
reply = "甲的回复"
"""
ALONE = Conversation("app:助手", "direct", "admin01")
ROOM = Conversation("aibot:小助手", "group", "wr1")


async def state(stage: Stage, where: Conversation = ALONE, word: str = "状态") -> list[str]:
    (seen,) = await stage.say("admin01", word, where)
    return seen.words.splitlines()


@pytest.mark.parametrize("word", ["状态", "配置", "状态？"])
async def test_a_quiet_bot_says_so_in_one_short_message(make_stage: MakeStage, word: str) -> None:
    stage = await make_stage(CONFIG)
    lines = await state(stage, word=word)
    assert lines == [
        f"配置 {stage.brain.hash}，今天 10:00 起用",
        "关键词 1 条，问答 0 条，群 1 个",
        "理解：只按词（没有用模型）",
        "停机：没有",
        "转人工：没有",
        "没发出的：没有",
        "版本 1.2.3",
    ]


async def test_halts_and_tickets_are_counted(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    await stage.say("li01", "转人工", ROOM)
    await stage.say("admin01", "停机", ROOM)
    lines = await state(stage)
    assert "停机：甲群" in lines
    assert "转人工：1 个等人接，0 个在服务" in lines
    await stage.press("mei01", "接单", Conversation("app:助手", "direct", "mei01"))
    await stage.say("admin01", "全部停机", ALONE)
    lines = await state(stage, ROOM)
    assert "停机：所有地方、甲群" in lines
    assert "转人工：0 个等人接，1 个在服务" in lines


async def test_what_was_not_sent_is_counted_by_its_state(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    row = {
        "event": "e", "partition": 0, "lane": ROOM.key, "kind": "text", "content": dump_content(Text(body="话")),
        "fixed": True, "due_at": START, "created_at": START, "changed_at": START,
    }  # fmt: skip
    rows = [row | {"id": f"e:{n}", "state": state} for n, state in enumerate(("uncertain", "dead", "dead", "done"))]
    rows += [row | {"id": "e:9", "state": "dead", "error": "人工丢弃"}]
    await stage.database.write(
        lambda connection: connection.execute(sa.insert(outbox), [{"error": ""} | one for one in rows])
    )
    assert "没发出的：说不准 1 条，发不出去 2 条（看 qunban outbox list）" in await state(stage)


async def test_others_words_are_not_taken(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    await stage.say("li01", "状态", ROOM)
    assert stage.last.handler == "fallback"


async def test_staff_in_service_do_not_send_it_to_their_customer(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    desk = Conversation("app:助手", "direct", "mei01")
    await stage.say("li01", "转人工", Conversation("app:助手", "direct", "li01"))
    await stage.press("mei01", "接单", desk)
    (seen,) = await stage.say("mei01", "状态", desk)
    assert seen.words.startswith("配置 ")
