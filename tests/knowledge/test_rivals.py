"""Entries that get into each other's way, and what is wrong with an entry by itself."""

from dataclasses import replace
from datetime import date

import pytest

from knowledge.contradictions import contradiction
from knowledge.decision import calibrate
from knowledge.index import Index
from knowledge.lint import plain
from knowledge.rivals import alike, essence, rivals
from nlp.tokenise import Tokeniser
from tests.knowledge.conftest import entry


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("48 小时内发出", "一般 72 小时内发出"),
        ("可以，下单时备注抬头", "不可以开发票"),
        ("支持七天无理由", "不支持退货"),
        ("满 99 元包邮", "满 199 元包邮"),
        ("11月11日开始", "11 月 12 号开始"),
        ("营业时间 9:00 到 21:00", "10:00-22:00"),
        ("亲，不用放冰箱", "需要放冰箱"),
    ],
)
def test_answers_that_cannot_both_be_right_contradict_each_other(first: str, second: str) -> None:
    assert contradiction(first, second)
    assert contradiction(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("48 小时内发出", "48小时之内"),
        ("两天内发出", "2 天内"),
        ("可以的", "能用，放心"),
        ("不错，可以试试", "可以"),
        ("请看订单页", "打电话问"),
        ("99 元一瓶", "三天到"),
    ],
)
def test_answers_that_go_together_do_not(first: str, second: str) -> None:
    assert contradiction(first, second) == ""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("多久发货？", "请问几天能发货呀"),
        ("可以开发票吗", "能不能开发票"),
        ("退货怎么弄", "怎样退货呢"),
        ("店在哪", "店在什么地方"),
    ],
)
def test_questions_in_small_other_words_are_one(first: str, second: str) -> None:
    assert essence(first) == essence(second) != ""


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("能退货吗", "不能退货吗"),
        ("多久发货", "怎么发货"),
        ("精华怎么用", "面霜怎么用"),
        ("什么时候开始", "什么时候结束"),
        ("甲", "乙"),
    ],
)
def test_questions_that_mean_something_else_are_two(first: str, second: str) -> None:
    assert essence(first) != essence(second)


def test_entries_for_other_groups_and_days_are_no_rivals() -> None:
    one, two = entry("怎么退货"), entry("退货怎么弄")
    assert alike([one, two]) == {(0, 1): ("怎么退货", "退货怎么弄")}
    assert alike([replace(one, groups=("甲群",)), replace(two, groups=("乙群",))]) == {}
    assert alike([replace(one, end=date(2026, 1, 1)), replace(two, start=date(2026, 1, 2))]) == {}


def test_an_entry_that_takes_anothers_question_is_found(tokeniser: Tokeniser, index: Index) -> None:
    thief = entry("月汐精华的玻璃瓶怎么回收", "月汐精华的瓶子回收吗", "月汐精华空瓶子怎么回收")
    robbed = entry("小票丢了怎么办", "发票找不到了", "月汐精华的玻璃瓶子怎么回收呢")
    mixed = Index((*index.entries, thief, robbed), tokeniser)
    found = [one for one in rivals(mixed, calibrate(mixed)) if one.entry is robbed]
    assert [(one.kind, one.key, one.place) for one in found if "月汐精华的玻璃瓶怎么回收" in one.message] == [
        ("stolen", "similar", 1)
    ]


def test_an_entry_by_itself_is_past_short_or_long() -> None:
    today = date(2026, 11, 22)
    entries = [
        replace(entry("中秋打几折？"), end=date(2026, 9, 30)),
        replace(entry("双十二打几折？"), end=date(2026, 12, 1)),
        replace(entry("春节打几折？"), end=date(2027, 2, 1)),
        entry("价格多少", "价", "怎么"),
        entry("送到哪里？", answer="长" * 500),
    ]
    found = [(one.kind, one.entry.question, one.place) for one in plain(entries, today, 1000)]
    assert found == [
        ("expired", "中秋打几折？", None),
        ("expiring", "双十二打几折？", None),
        ("short", "价格多少", 0),
        ("short", "价格多少", 1),
        ("long", "送到哪里？", None),
    ]
