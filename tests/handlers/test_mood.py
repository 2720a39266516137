"""Moods: noted of every message, counted, and told to the right people when something is urgent."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.config import ConfigError
from bot.types.events import Conversation
from handlers.mood.tables import moods
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import Seen, Stage, read

CONFIG = """
[[channels]]
kind = "app"
name = "助手"
agent_id = 1
secret = "env:A"
token = "env:B"
aes_key = "env:C"
[[people]]
name = "小美"
userid = "mei01"
roles = ["管理员"]
[[people]]
name = "小周"
userid = "zhou01"
roles = ["售后组"]
[[teams]]
name = "售后组"
[escalation]
urgent = "不管"
angry = "不管"
topics = { "身体" = "不管" }
"""
URGENT = "孩子用了你们的产品过敏，现在呼吸困难，快来人！"
URGENT_TOO = "我家着火了，充电器冒烟，马上联系我！"


async def said(stage: Stage, member: str, text: str) -> Sequence[Seen]:
    return await stage.say(member, text, Conversation("app:助手", "direct", member))


async def counted(stage: Stage) -> list[tuple[str, int, int]]:
    rows = await stage.database.read(sa.select(moods.c.mood, moods.c.messages, moods.c.urgent).order_by(moods.c.mood))
    return [(row.mood, row.messages, row.urgent) for row in rows]


async def test_a_mood_is_noted_and_counted_and_others_answer(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    await said(stage, "lin", "客服态度真好，谢谢")
    assert stage.last.handler == "fallback"
    assert [one.note[:2] for one in stage.traces[-1].tried if one.handler == "mood"] == ["满意"]
    await said(stage, "lin", "今天发货吗")
    await said(stage, "lin", "客服态度真好，谢谢")
    assert await counted(stage) == [("平常", 1, 0), ("满意", 2, 0)]


async def test_the_team_hears_once_of_what_is_urgent_and_the_customer_is_answered(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    seen = await said(stage, "lin", URGENT)
    told = [one for one in seen if one.member == "zhou01"]
    assert [one.words for one in told] == [f"看来着急（不满）：lin说\n{URGENT}"]
    assert stage.last.handler == "fallback"
    assert not [one for one in await said(stage, "lin", URGENT_TOO) if one.member == "zhou01"]
    await stage.forward(timedelta(minutes=31))
    assert [one for one in await said(stage, "lin", URGENT_TOO) if one.member == "zhou01"]


async def test_a_calm_complaint_wakes_nobody(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    seen = await said(stage, "lin", "衣服质量很差，穿一次就破")
    assert [one.member for one in seen] == ["lin"]
    assert await counted(stage) == [("不满", 1, 0)]


async def test_a_day_full_of_urgent_words_does_not_bury_staff(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    told = 0
    for number in range(25):
        told += len([one for one in await said(stage, f"lin{number}", URGENT) if one.member == "zhou01"])
    assert told == 20


async def test_who_is_told_is_the_managers_choice(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG + '[mood]\ntell = "管理员"\n')
    assert {one.member for one in await said(stage, "lin", URGENT)} == {"lin", "mei01"}


async def test_nobody_is_told_where_alerts_are_off(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG + "[mood]\nalert = false\n")
    assert {one.member for one in await said(stage, "wang", URGENT)} == {"wang"}


async def test_without_watching_nothing_is_noted(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG + "[mood]\nwatch = false\n")
    await said(stage, "lin", URGENT)
    assert await counted(stage) == []


async def test_staff_have_no_moods(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    await said(stage, "mei01", URGENT)
    assert await counted(stage) == []


def test_wrong_labels_are_named_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "心情.csv").write_text("text,label,urgent\n快点,不满,是\n你好,高兴,\n,满意,\n嗯,平常,也许\n", "utf-8")
    path = tmp_path / "config.toml"
    path.write_text('[mood]\nfiles = "心情.csv"\n', "utf-8")
    with pytest.raises(ConfigError) as raised:
        read(path)
    lines = [line.partition("心情.csv")[2] for line in str(raised.value).splitlines()]
    assert lines == [
        ":3: mood.files → label 应为 不满、满意、平常 之一，现在是“高兴”",
        ":4: mood.files → 缺少 text，应为客户说的一句话",
        ":5: mood.files → urgent 应为 是 或 否，现在是“也许”",
    ]
