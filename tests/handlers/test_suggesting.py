"""What the FAQ would say stands on the card of those who are called."""

from collections.abc import Sequence
from pathlib import Path

from bot.types.events import Conversation
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import Seen, Stage

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
roles = ["售后组"]
[[teams]]
name = "售后组"
[understand]
model = "none"
"""
FAQ = """
[faq]
files = ["faq.toml"]
[[replies]]
name = "发货"
exact = "多久发货"
reply = "快了。"
"""
ENTRIES = """
[[faq]]
question = "多久发货？"
answer = "{nickname}，两天内发出"
[[faq]]
question = "退货在哪里申请？"
answer = "七天内可以退"
[[faq]]
question = "退货的运费由谁承担？"
answer = "我们出"
[[faq]]
question = "端午节有什么活动？"
answer = "满百减十"
end = 2026-07-01
"""


async def called_after(stage: Stage, *texts: str) -> str:
    """What staff see once a customer has said these and calls."""
    seen: Sequence[Seen] = []
    for text in (*texts, "转人工"):
        seen = await stage.say("lin01", text, Conversation("app:助手", "direct", "lin01"))
    return "\n".join(one.words for one in seen if one.member == "mei01")


async def asking(make_stage: MakeStage, folder: Path) -> Stage:
    (folder / "faq.toml").write_text(ENTRIES, "utf-8")
    return await make_stage(CONFIG + FAQ)


async def test_who_is_called_reads_what_the_faq_says_to_the_last_question(
    make_stage: MakeStage, tmp_path: Path
) -> None:
    stage = await asking(make_stage, tmp_path)
    assert "可以这样回：两天内发出" in await called_after(stage, "退货在哪里申请", "多久发货")


async def test_what_it_is_not_sure_of_is_marked(make_stage: MakeStage, tmp_path: Path) -> None:
    stage = await asking(make_stage, tmp_path)
    assert "可以这样回：（拿不准，像「退货" in await called_after(stage, "退货")


async def test_nothing_is_suggested_where_nothing_comes_near_or_may_be_said(
    make_stage: MakeStage, tmp_path: Path
) -> None:
    stage = await asking(make_stage, tmp_path)
    assert "可以这样回" not in await called_after(stage, "今天天气怎么样", "端午节有什么活动？")


async def test_what_was_taken_out_of_the_configuration_is_suggested_no_more(
    make_stage: MakeStage, tmp_path: Path
) -> None:
    await asking(make_stage, tmp_path)
    stage = await make_stage(CONFIG)
    assert "可以这样回" not in await called_after(stage, "多久发货")
