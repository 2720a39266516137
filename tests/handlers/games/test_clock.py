"""Quizzes that begin by themselves, after what the schedule says in a group."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import load_config
from bot.cli.check import examine
from bot.types.events import Conversation, Tick
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import Stage

GROUP = Conversation("aibot:小助手", "group", "wr1")
PLACE = """[wecom]
corp_id = "ww6d75797500000001"
[[channels]]
kind = "aibot"
name = "小助手"
mode = "{mode}"
bot_id = "B"
secret = "env:E"
[[groups]]
name = "内测群"
id = "wr1"
doors = ["aibot:小助手"]
[[people]]
name = "小林"
userid = "lin"
[[schedule]]
name = "周五答题"
at = "每周五 10:00"
groups = ["内测群"]
send = "知识竞赛开始啦"
[[quiz]]
name = "常识"
files = "bank.csv"
schedule = "周五答题"
"""


@pytest.fixture
async def stage(make_stage: MakeStage, tmp_path: Path) -> Stage:
    (tmp_path / "bank.csv").write_text("题目,答案\n一加一？,二\n", encoding="utf-8")
    return await make_stage(PLACE.format(mode="socket"))


async def due(stage: Stage) -> list[str]:
    """The Tick of the entry comes."""
    stage.now += timedelta(seconds=1)
    tick = Tick(
        id=f"tick:{stage.now}", conversation=Conversation("scheduler", "direct", "schedule.周五答题"), at=stage.now,
        received_at=stage.now, name="schedule.周五答题", due=stage.now,
    )  # fmt: skip
    return [seen.words for seen in await stage.happen(tick)]


async def test_it_begins_where_the_words_went(stage: Stage) -> None:
    for _ in range(2):
        await stage.say("lin", "你好", GROUP)
    said = await due(stage)
    assert said[0] == "知识竞赛开始啦"
    assert said[1].startswith("「常识」开始：1 题") and said[1].endswith("第 1 题：一加一？")
    stage.now += timedelta(seconds=5)
    assert "小林答对了" in (await stage.say("lin", "二", GROUP))[0].words


async def test_what_is_held_back_begins_nothing(stage: Stage) -> None:
    for _ in range(2):
        await due(stage)
        await stage.forward(timedelta(minutes=5))
    assert [one.handler for one in stage.decided].count("games") == 4
    await due(stage)
    assert stage.last.handler == "broadcast"
    assert "没有发" in stage.last.outcome.reason


def test_a_door_that_cannot_speak_first_lets_nothing_begin(tmp_path: Path) -> None:
    (tmp_path / "bank.csv").write_text("题目,答案\n一加一？,二\n", encoding="utf-8")
    path = tmp_path / "config.toml"
    text = PLACE.format(mode="url").replace('bot_id = "B"\nsecret = "env:E"', 'token = "env:E"\naes_key = "env:F"')
    path.write_text(text, encoding="utf-8")
    errors, _ = examine(path, load_config)
    assert [one.key for one in errors if "长连接的智能机器人" in one.message][-1] == "quiz[0].schedule"
