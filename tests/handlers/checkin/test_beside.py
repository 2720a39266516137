"""What somebody writes beside 打卡, judged by the campaign that it is meant for."""

import pytest

from tests.handlers.checkin.place import GROUP, PLACE, app, campaign, say
from tests.handlers.conftest import MakeStage

# Both databases play whole campaigns elsewhere.
pytestmark = pytest.mark.parametrize("pair", ["embedded"], indirect=True)
PAST = "from = 2026-10-01\nuntil = 2026-10-31"


@pytest.mark.parametrize(
    "other",
    [
        campaign('proof = "图片"', PAST, name="秋跑"),
        campaign('proof = "图片"\ngroups = ["别的群"]', name="别的群的"),
        campaign('proof = "图片"\nmembers = ["小满"]', name="小满的"),
    ],
)
async def test_a_picture_is_no_proof_for_a_campaign_that_wants_words(make_stage: MakeStage, other: str) -> None:
    stage = await make_stage(PLACE + campaign() + other)
    await stage.say("lin01", "打卡 积分没到账", GROUP, form="image")
    assert stage.last.handler != "checkin"
    assert "打卡成功" in await say(stage, "打卡 今天读了五页", where=GROUP)


async def test_where_the_word_is_the_proof_only_a_question_is_not_heard_as_it(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign('proof = "按钮"'))
    for text in ("打卡 现在还来得及吗", "打卡 几点截止", "打卡 积分怎么没加"):
        await say(stage, text)
        assert stage.last.handler != "checkin", text
    for member, text in zip(("lin01", "man01", "ning01"), ("今天太晚了，先睡了", "昨天忘了", "差点忘了"), strict=True):
        assert "打卡成功" in await say(stage, f"打卡 {text}", member), text


async def test_who_was_asked_for_a_record_may_write_what_went_wrong_in_it(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign())
    texts = ("差点忘了！背了五十个单词", "如何阅读一本书，第二章", "昨天没打，今天跑了五公里")
    for member, text in zip(("lin01", "man01", "ning01"), texts, strict=True):
        await say(stage, "打卡", member)
        assert "打卡成功" in await say(stage, text, member), text


async def test_a_question_with_the_word_leaves_the_record_awaited(make_stage: MakeStage) -> None:
    stage = await make_stage(PLACE + campaign())
    await say(stage, "打卡")
    for text in ("打卡 昨天忘了，能补吗", "打卡 积分没到账"):
        await say(stage, text)
        assert stage.last.handler not in ("dialogue", "checkin"), text
    assert "打卡成功" in await say(stage, "今天读了五页", where=app("lin01"))
