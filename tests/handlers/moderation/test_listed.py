"""What other systems' lists ask for, read as far as WeCom allows it; the phrase that makes a false hit fine."""

import pytest

from handlers.moderation.listed import read_action
from handlers.moderation.phrase import proposed
from handlers.moderation.settings import ModerationRule
from handlers.moderation.verdict import judge
from nlp.moderation.entry import Entry
from nlp.moderation.hit import Hit, Judgement
from nlp.moderation.layers import Layer


@pytest.mark.parametrize(
    ("action", "acts", "impossible"),
    [
        ("warn", ["提醒"], []),
        ("delete", ["不回答", "通知群主"], ["删除"]),
        ("delete+mute", ["不回答", "通知群主", "通知:管理员"], ["删除", "禁言"]),
        ("mute 10m", ["不回答", "通知:管理员"], ["禁言"]),
        ("踢人", ["不回答", "通知群主"], ["移出群"]),
        ("屏蔽", ["打码"], []),
        ("提醒、通知", ["提醒", "通知:管理员"], []),
        ("log", [], []),
        ("", [], []),
    ],
)
def test_an_action_is_read_as_far_as_a_door_can_do_it(action: str, acts: list[str], impossible: list[str]) -> None:
    listed = read_action(action)
    assert ([str(act) for act in listed.acts], list(listed.impossible), listed.unknown) == (acts, impossible, ())


def test_an_action_that_nobody_understands_is_named() -> None:
    assert read_action("delete+sing").unknown == ("sing",)


@pytest.mark.parametrize(
    ("action", "judgement"),
    [("log", Judgement.AUDIT), ("review", Judgement.REVIEW), ("记录", Judgement.AUDIT), ("warn", Judgement.BLOCK)],
)
def test_a_list_may_ask_for_less_than_its_severity(action: str, judgement: Judgement) -> None:
    assert judge(RULE, [hit(Entry("刷单", "fraud", 3, action=action))]).judgement is judgement


def test_what_the_rule_says_goes_before_what_the_list_says() -> None:
    rule = ModerationRule.model_validate({"name": "广告", "mode": "执行", "do": ["不回答"]})
    assert [str(act) for act in judge(rule, [hit(Entry("刷单", "fraud", 3, action="warn"))]).acts] == ["不回答"]
    assert [str(act) for act in judge(RULE, [hit(Entry("刷单", "fraud", 3, action="warn"))]).acts] == ["提醒"]


def test_people_look_first_at_what_a_layer_that_errs_has_found() -> None:
    verdict = judge(RULE, [hit(Entry("刷单", "fraud", 3), review=True)])
    assert verdict.judgement is Judgement.REVIEW
    assert [str(act) for act in verdict.acts] == ["通知:管理员"]
    assert not verdict.counts


@pytest.mark.parametrize(
    ("text", "hit_", "words", "phrase"),
    [
        ("这个印刷单位怎么走", "刷单", "这个 印刷 单位 怎么 走", "印刷单位"),
        ("可以加微信群吗", "加微信", "可以 加 微信 群 吗", "加微信群"),
        ("我不加微信", "加微信", "我 不 加 微信", "不加微信"),
        ("加微信", "加微信", "加 微信", ""),
        ("加微信！", "加微信", "加 微信", ""),
        ("好，加微信。群里说", "加微信", "好 加 微信 群里 说", ""),
        ("可以加微信群吗", "加微信", "", "可以加微信群吗"),
    ],
)
def test_the_phrase_around_a_hit_is_made_of_whole_words(text: str, hit_: str, words: str, phrase: str) -> None:
    spans, at = [], 0
    for word in words.split():
        at = text.index(word, at) + len(word)
        spans.append((at - len(word), at))
    start = text.index(hit_)
    assert proposed(text, start, start + len(hit_), spans) == phrase


RULE = ModerationRule.model_validate({"name": "广告", "mode": "执行"})


def hit(entry: Entry, review: bool = False) -> Hit:
    return Hit(entry, Layer.EXACT, 0, 2, review)
