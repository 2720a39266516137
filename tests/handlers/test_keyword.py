"""Keyword rules: which one takes a text, and how long that may take."""

import time
from random import Random

import pytest

from bot.types.events import Conversation
from handlers.keyword import ReplyRule, Rulebook
from handlers.needles import Needles
from nlp.normalise import normalise
from tests.handlers.conftest import MakeStage


def rule(name: str, **keys: object) -> ReplyRule:
    return ReplyRule.model_validate({"name": name, "reply": "好", **keys})


def winners(book: Rulebook, text: str) -> list[str]:
    return [hit.ready.rule.name for hit in book.hits(book.hear(text)) if not hit.lost]


@pytest.mark.parametrize(
    ("keys", "taken", "left"),
    [
        ({"exact": "发货"}, ["发货", "发货？", " 发 货！", "發货".replace("發", "发")], ["什么时候发货", "发"]),
        ({"any": ["发货", "几天到"]}, ["什么时候发货", "要几天到呀"], ["到货"]),
        ({"all": ["收到", "碎"]}, ["收到时瓶子碎了"], ["收到了", "碎了"]),
        ({"any": "发货", "none": ["退货"]}, ["发货吗"], ["退货后发货吗"]),
        ({"exact": "发货", "none": ["发货"]}, [], ["发货"]),
        ({"any": ["面霜", "精华"], "all": ["多少钱"]}, ["面霜多少钱", "精华要多少钱"], ["面霜", "多少钱"]),
        ({"regex": r"so\d{6}"}, ["我的 SO123456"], ["so12345"]),
        ({"any": "订单", "regex": r"\d{6}"}, ["订单 123456"], ["订单", "123456"]),
        ({"any": "ＶＩＰ"}, ["vip 价"], []),
    ],
)
def test_a_rule_takes_what_its_words_say(keys: dict[str, object], taken: list[str], left: list[str]) -> None:
    book = Rulebook([rule("甲", **keys)])
    assert [text for text in taken if not winners(book, text)] == []
    assert [text for text in left if winners(book, text)] == []


def test_priority_goes_first_then_the_whole_text_then_the_order() -> None:
    book = Rulebook(
        [rule("先", any="发货"), rule("后", any="发货"), rule("整句", exact="发货"), rule("重要", any="货", priority=1)]
    )
    assert winners(book, "发货") == ["重要", "整句", "先", "后"]


def test_a_rule_that_lost_by_a_forbidden_word_says_so() -> None:
    book = Rulebook([rule("甲", any="发货", none=["退货"])])
    (hit,) = book.hits(book.hear("退货发货"))
    assert hit.lost == "含有“退货”"


def test_a_slow_pattern_counts_as_no_match_and_does_not_hold_up_the_rest() -> None:
    slow = [rule(f"慢{n}", regex=r"(a|a)+$") for n in range(20)]
    book = Rulebook([*slow, rule("好", any="aab")])
    began = time.perf_counter()
    hits = book.hits(book.hear("a" * 60 + "b"))
    assert time.perf_counter() - began < 0.5
    assert [hit.ready.rule.name for hit in hits if not hit.lost] == ["好"]
    assert "太慢" in hits[0].lost


def test_ten_thousand_rules_cost_little() -> None:
    chance = Random(1)
    letters = "发货退款面霜精华水乳什么时候能到几天多少钱优惠券积分签到会员价格正品保质期过敏"
    words = ["".join(chance.choices(letters, k=chance.randint(2, 4))) for _ in range(40_000)]
    book = Rulebook([rule(str(n), any=words[4 * n : 4 * n + 4]) for n in range(10_000)])
    began = time.process_time()
    for _ in range(20):
        book.hits(book.hear("请问我的面霜什么时候能到呀积分多少"))
    assert (time.process_time() - began) / 20 < 0.01


def test_needles_find_what_containment_finds() -> None:
    chance = Random(2)
    words = ["".join(chance.choices("甲乙丙", k=chance.randint(1, 4))) for _ in range(60)]
    needles = Needles.of(words)
    for _ in range(200):
        text = "".join(chance.choices("甲乙丙丁", k=chance.randint(0, 12)))
        assert needles.within(text) == {word for word in words if word in text}


def test_a_rule_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="exact、any、all 或 regex"):
        rule("空")


DIRECT = Conversation("app:助手", "direct", "lin01")

VARIANTS = """
[[replies]]
name = "掷骰子"
exact = "骰子"
reply = ["一", "二", "三"]
"""


async def test_variants_all_come_up(make_stage: MakeStage) -> None:
    stage = await make_stage(VARIANTS)
    said = {(await stage.say("lin01", "骰子", DIRECT))[0].words for _ in range(30)}
    assert said == {"一", "二", "三"}


async def test_the_trace_tells_why_rules_lost(make_stage: MakeStage) -> None:
    stage = await make_stage("""
        [[replies]]
        name = "夜里"
        exact = "在吗"
        hours = "22:00-23:00"
        reply = "睡了"
        [[replies]]
        name = "白天"
        exact = "在吗"
        reply = "在"
    """)
    await stage.say("lin01", "在吗", DIRECT)
    notes = {tried.rule: tried.note for tried in stage.traces[-1].tried if tried.handler == "keyword"}
    assert notes == {"夜里": "整句；不在 22:00-23:00", "白天": "整句"}
    assert normalise(stage.last.outcome.rule) == "白天"
