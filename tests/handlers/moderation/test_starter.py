"""The lists that are shipped: small, sound, and silent about what people say every day."""

from datetime import date

import pytest

from handlers.rules.opening import Lists, lists_of
from nlp.moderation.entry import Entry
from nlp.moderation.filter import Filter
from nlp.moderation.hit import Judgement, gravest
from nlp.moderation.language import Language
from nlp.moderation.lists.sample import MESSAGES
from nlp.tokenise import Tokeniser

TODAY = date(2026, 11, 23)
# What lists of others flag, as their users complained.
CLEAN = (
    "这个牌子很可靠", "只能依靠自己", "全是去死胡同的路", "计算了一下运费", "打算了解一下", "离谱，快递三天没动",
    "垃圾分类怎么分", "算了，不要了", "前面有个大坑", "靠窗的位子还有吗", "印刷单位在哪", "线下注册也可以",
    "我要买牙刷单支装的", "石家庄家电城几点关门", "生日结束以后再说", "现代考古展", "配套现房", "线上分享会几点开始",
)  # fmt: skip
# Words that people add themselves, though they stand in ordinary phrases.
RISKY = ("靠", "去死", "算了", "垃圾", "刷单", "下注", "庄家", "日结", "代考", "套现", "上分")
CAUGHT = (
    "兼职刷单返佣，日结",
    "网上赌场，注册送彩金",
    "高仿手表，一比一",
    "加我微信领资料",
    "你个废物",
    "稳赚不赔的项目，带你",
)


@pytest.fixture(scope="module")
def language() -> Language:
    return Language.load(Tokeniser.load())


@pytest.fixture(scope="module")
def shipped() -> Lists:
    return lists_of(None, None)


@pytest.fixture(scope="module")
def filter(shipped: Lists, language: Language) -> Filter:
    return Filter.build(shipped.entries, shipped.allow, language)


def test_the_lists_are_small_and_sound(shipped: Lists) -> None:
    assert not shipped.faults
    assert 200 < len(shipped.entries) < 400
    assert {entry.category for entry in shipped.entries} == {"ad", "fraud", "gambling", "contact", "abuse"}
    assert {entry.severity for entry in shipped.entries} == {1, 2, 3}
    assert not any(entry.severity == 3 for entry in shipped.entries if entry.category in ("contact", "abuse"))


@pytest.mark.parametrize("text", [*CLEAN, *MESSAGES])
def test_everyday_talk_is_left_alone(filter: Filter, text: str) -> None:
    assert filter.hits(text) == []


@pytest.mark.parametrize("text", CAUGHT)
def test_what_the_lists_are_for_is_caught(filter: Filter, text: str) -> None:
    hit = gravest(filter.hits(text))
    assert hit and hit.judgement is not Judgement.PASS


def test_every_entry_is_found_by_its_own_word(filter: Filter, shipped: Lists) -> None:
    missed = [one.word for one in shipped.entries if one not in [hit.entry for hit in filter.hits(one.word)]]
    assert missed == []


def test_the_allowed_phrases_spare_words_that_people_add(shipped: Lists, language: Language) -> None:
    own = Filter.build([Entry(word, "ad") for word in RISKY], shipped.allow, language)
    found = {text: [hit.entry.word for hit in own.hits(text)] for text in CLEAN}
    # Here it is the word itself: no phrase can tell what is meant, and it had better not be listed.
    assert {text: words for text, words in found.items() if words} == {"算了，不要了": ["算了"]}
