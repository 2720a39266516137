"""The second look: typos and pinyin, for rules that ask for it, and only when nothing matches as it is written."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.types.actions import Image, Link
from bot.types.events import Conversation
from handlers.keyword import ReplyRule, Rulebook
from nlp.sounds import Sounds
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import Stage

DIRECT = Conversation("app:助手", "direct", "lin01")


@pytest.fixture(scope="module")
def sounds() -> Sounds:
    return Sounds.load()


def near(sounds: Sounds, text: str, **keys: object) -> list[str]:
    rule = ReplyRule.model_validate({"name": "甲", "reply": "好", "fuzzy": True, **keys})
    book = Rulebook([rule], lambda: sounds)
    heard = book.hear(text)
    assert not [hit for hit in book.hits(heard) if not hit.lost]
    return [hit.how for hit in book.near(heard) if not hit.lost]


@pytest.mark.parametrize(
    ("keys", "text", "how"),
    [
        ({"exact": "什么时候发货"}, "什么时侯发货？", "整句，像“什么时候发货”（读音相同）"),
        ({"exact": "什么时候发货"}, "shenme shihou fahuo", "整句，像“什么时候发货”（拼音）"),
        ({"exact": "发货"}, "fahuo", "整句，像“发货”（拼音）"),
        ({"exact": "什么时候发货"}, "什么候时发货", "整句，像“什么时候发货”（有两个字颠倒了）"),
        ({"exact": "什么时候发货"}, "什么时候发", "整句，像“什么时候发货”（少了一个字）"),
        ({"exact": "thanks"}, "Thnaks!", "整句，像“thanks”（拼写差一个字母）"),
        ({"any": "优惠券"}, "请问还有优会券吗", "像“优惠券”（读音相同）"),
        ({"any": "退货"}, "wo yao tuihuo", "像“退货”（拼音）"),
        ({"any": "可以叠加吗"}, "请问券可以叠吗加呀", "像“可以叠加吗”（有两个字颠倒了）"),
        ({"any": "什么时候发货"}, "请问什么时发货呀", "像“什么时候发货”（少了一个字）"),
        ({"any": "hello"}, "helo 大家", "像“hello”（拼写差一个字母）"),
        ({"all": ["会员卡", "过期"]}, "会元卡过期了", "像“会员卡”（读音相同）"),
    ],
)
def test_what_is_nearly_there_counts(keys: dict[str, object], text: str, how: str, sounds: Sounds) -> None:
    assert near(sounds, text, **keys) == [how]


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ({"exact": "发货", "any": "包邮"}, "发火"),  # two characters alike are an ordinary word
        ({"any": "包邮"}, "书包有多大"),
        ({"exact": "怎么退货"}, "怎么退款"),  # another character is another word
        ({"exact": "客服几点上班"}, "客服几点下班"),
        ({"exact": "不可以退货吗"}, "可以退货吗"),  # without its negation it is the opposite
        ({"exact": "发错货了"}, "发货了"),
        ({"any": "一店什么时候开"}, "二店什么时候开"),
        ({"exact": "so123456"}, "so123457"),  # numbers are never slips
        ({"any": "order"}, "一个 older 版本"),
        ({"any": "会员卡", "none": ["没有"]}, "会元卡 meiyou"),
    ],
)
def test_what_means_something_else_does_not(keys: dict[str, object], text: str, sounds: Sounds) -> None:
    assert near(sounds, text, **keys) == []


def test_without_the_switch_nothing_is_looked_at_twice(sounds: Sounds) -> None:
    assert near(sounds, "什么时侯发货", exact="什么时候发货", fuzzy=False) == []


async def test_what_is_written_right_goes_before_what_is_nearly_right(make_stage: MakeStage) -> None:
    stage = await make_stage("""
        [[replies]]
        name = "像"
        exact = "再建吗"
        fuzzy = true
        priority = 100
        reply = "像"
        [[replies]]
        name = "是"
        exact = "在建吗"
        reply = "是"
    """)
    assert (await stage.say("lin01", "在建吗", DIRECT))[0].words == "是"
    assert (await stage.say("lin01", "zaijianma", DIRECT))[0].words == "像"
    assert stage.last.outcome.reason == "整句，像“再建吗”（拼音）"


async def test_the_second_look_is_also_taken_when_no_exact_rule_applies_here(make_stage: MakeStage) -> None:
    stage = await make_stage("""
        [[replies]]
        name = "夜里"
        exact = "在建吗"
        hours = "22:00-23:00"
        reply = "睡了"
        [[replies]]
        name = "像"
        exact = "再建吗"
        fuzzy = true
        reply = "像"
    """)
    assert (await stage.say("lin01", "在建吗", DIRECT))[0].words == "像"
    notes = [(tried.rule, tried.note) for tried in stage.traces[-1].tried if tried.handler == "keyword"]
    assert notes == [("夜里", "整句；不在 22:00-23:00"), ("像", "整句，像“再建吗”（读音相同）")]


async def test_what_is_said_in_a_row_comes_in_order_with_the_attachments_after_the_first(
    make_stage: MakeStage, tmp_path: Path
) -> None:
    (tmp_path / "尺码.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    stage = await make_stage("""
        [[replies]]
        name = "尺码"
        exact = "尺码"
        reply = "{nickname}，这是尺码表"
        attach = "尺码.png"
        link = { title = "商城", url = "https://muyu.example.com" }
        then = ["量好再选～", "拿不准发「转人工」"]
    """)
    await stage.say("lin01", "尺码", DIRECT)
    contents = [getattr(action, "content", None) for action in stage.last.outcome.actions]
    assert [getattr(content, "body", type(content)) for content in contents] == [
        "这是尺码表",
        Image,
        Link,
        "量好再选～",
        "拿不准发「转人工」",
    ]


CAPPED = """
[[replies]]
name = "夸奖"
exact = "真棒"
daily_cap = 2
reply = "谢谢"
"""


async def said(stage: Stage, member: str) -> list[str]:
    where = Conversation("app:助手", "direct", member)
    return [seen.words for seen in await stage.say(member, "真棒", where)]


async def test_a_rule_speaks_so_often_a_day_to_each_person(make_stage: MakeStage) -> None:
    stage = await make_stage(CAPPED)
    assert [await said(stage, "lin01") for _ in range(3)] == [["谢谢"], ["谢谢"], []]
    assert stage.last.outcome.reason == "今天已经说满 2 次"
    assert await said(stage, "man01") == ["谢谢"]
    await stage.forward(timedelta(hours=13, minutes=59))
    assert await said(stage, "lin01") == []
    await stage.forward(timedelta(minutes=2))
    assert await said(stage, "lin01") == ["谢谢"]
