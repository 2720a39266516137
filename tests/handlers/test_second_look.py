"""What people typed with a slip, in pinyin or in other characters is understood as what they meant."""

from pathlib import Path

import pytest

from bot.types.events import Conversation
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import Stage

CONFIG = """\
[wecom]
corp_id = "ww1234567890abcdef"

[[groups]]
name = "甲群"
id = "wrAAAAAAAAAAAAAAAAAAAAAAAAAAAA01"

[[groups]]
name = "乙群"
id = "wrAAAAAAAAAAAAAAAAAAAAAAAAAAAA02"

[faq]
files = ["faq.toml"]
"""
ENTRIES = """\
[[faq]]
id = "ship"
question = "什么时候发货？"
similar = ["几天能发货", "多久寄出"]
answer = "两天内发出"

[[faq]]
id = "refund"
question = "怎么退款？"
similar = ["我要退款", "钱怎么退"]
answer = "七天内可以退"

[[faq]]
id = "inside"
question = "内购怎么买？"
answer = "六折"
groups = ["乙群"]
"""
FIRST = Conversation("aibot:小助手", "group", "wrAAAAAAAAAAAAAAAAAAAAAAAAAAAA01")
SECOND = Conversation("aibot:小助手", "group", "wrAAAAAAAAAAAAAAAAAAAAAAAAAAAA02")


@pytest.fixture
async def stage(make_stage: MakeStage, tmp_path: Path) -> Stage:
    (tmp_path / "faq.toml").write_text(ENTRIES, encoding="utf-8")
    return await make_stage(CONFIG)


@pytest.mark.parametrize(
    ("typed", "rule", "read"),
    [
        ("zenme tuikuan", "refund", "怎么退款"),
        ("什么时侯fahuo", "ship", "什么时候发货"),
        ("前砸么退", "refund", "钱怎么退"),
    ],
)
async def test_slips_are_answered_and_the_trace_tells_how_they_were_read(
    stage: Stage, typed: str, rule: str, read: str
) -> None:
    await stage.say("lin", typed, FIRST)
    assert (stage.last.handler, stage.last.outcome.rule) == ("understand", rule)
    assert any(f"「{read}」" in one.note for one in stage.traces[-1].tried if one.handler == "understand")


async def test_what_is_sure_at_first_sight_is_not_read_again(stage: Stage) -> None:
    await stage.say("lin", "怎么退款", FIRST)
    assert stage.last.outcome.rule == "refund"
    assert not any("打错" in one.note for one in stage.traces[-1].tried)


async def test_what_no_reading_makes_a_question_of_is_passed_on(stage: Stage) -> None:
    for text in ("jintian tianqi bucuo", "今天天汽不错", "wifi mima"):
        await stage.say("lin", text, FIRST)
        assert stage.last.handler != "understand"


async def test_a_second_look_respects_groups(stage: Stage) -> None:
    await stage.say("lin", "neigou zenme mai", SECOND)
    assert stage.last.outcome.rule == "inside"
    await stage.say("lin", "neigou zenme mai", FIRST)
    assert stage.last.outcome.rule != "inside"
