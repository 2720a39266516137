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


ELSEWHERE = PLACE.replace('groups = ["内测群"]', 'groups = ["内测群", "伙伴群"]').replace(
    "[[people]]", '[[groups]]\nname = "伙伴群"\nid = "wr2"\ndoors = ["aibot:小助手"]\n[[people]]'
)


async def test_it_begins_only_where_it_is_played(make_stage: MakeStage, tmp_path: Path) -> None:
    (tmp_path / "bank.csv").write_text("题目,答案\n一加一？,二\n", encoding="utf-8")
    stage = await make_stage(ELSEWHERE.format(mode="socket") + 'groups = "内测群"\n')
    other = Conversation("aibot:小助手", "group", "wr2")
    for where in (GROUP, GROUP, other, other):
        await stage.say("lin", "你好", where)
    await due(stage)
    said = [(seen.where, seen.words.partition("：")[0]) for seen in stage.seen[-3:]]
    assert said == [(GROUP, "知识竞赛开始啦"), (other, "知识竞赛开始啦"), (GROUP, "「常识」开始")]


@pytest.mark.parametrize(
    ("groups", "told", "warning"),
    [
        ("内测群", "“周五答题”也发到“伙伴群”，“常识”的 groups 里没有它，在那里不会开始", True),
        ("合作群", "“周五答题”不发到玩“常识”的群里，没法到点开始；给那一条写上 groups", False),
    ],
)
def test_what_the_schedule_says_where_it_is_not_played_is_told(
    groups: str, told: str, warning: bool, tmp_path: Path
) -> None:
    (tmp_path / "bank.csv").write_text("题目,答案\n一加一？,二\n", encoding="utf-8")
    third = '[[groups]]\nname = "合作群"\nid = "wr3"\ndoors = ["aibot:小助手"]\n[[people]]'
    text = ELSEWHERE.replace("[[people]]", third).format(mode="socket") + f'groups = "{groups}"\n'
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    errors, warnings = examine(tmp_path / "config.toml", load_config)
    found = [(one.message, one in warnings) for one in (*errors, *warnings) if one.key == "quiz[0].schedule"]
    assert found == [(told, warning)]
