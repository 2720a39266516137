"""Products, choices, names, yes and no."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.slots.words import Lexicon, name_of, names, yes_or_no

PRODUCTS = Lexicon.of(["面霜", "修护面霜", "Pro 2", "B5精华"])


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("修护面霜和Ｂ５精华", ["修护面霜", "B5精华"]),
        ("我的面霜呢", ["面霜"]),
        ("PRO2坏了", ["Pro 2"]),
        ("prox", []),
        ("精华", []),
    ],
)
def test_words_of_the_dictionary_are_found_the_longest_first(said: str, values: list[str]) -> None:
    assert [found.value for found in PRODUCTS.find(said)] == values


def test_their_place_is_that_in_the_original() -> None:
    said = "请问 ＰＲＯ ２ 还有吗"
    (found,) = PRODUCTS.find(said)
    assert said[found.start : found.end] == "ＰＲＯ ２"


def test_an_empty_dictionary_finds_nothing() -> None:
    assert Lexicon.of([]).find("面霜") == []
    assert Lexicon.of(["", " "]).find("面霜") == []


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("我叫王芳", "王芳"), ("我是王芳，电话138", "王芳"), ("联系人：李雷", "李雷"), ("免贵姓周", "周"),
        ("名字 Tom Lee", "Tom Lee"), ("我姓陈女士", "陈女士"), ("我叫小林", "小林"),
        ("叫我小李就行", "小李"),
    ],
)  # fmt: skip
def test_a_name_is_found_with_the_words_that_give_it(said: str, name: str) -> None:
    assert [found.value for found in names(said)] == [name]


@pytest.mark.parametrize("said", ["我是来退货的", "什么时候发货", "面霜"])
def test_other_words_are_no_name(said: str) -> None:
    assert names(said) == []


def test_a_whole_answer_is_a_name_when_it_looks_like_one() -> None:
    assert [found and found.value for found in map(name_of, ("王芳", "欧阳娜娜", "周女士", "为什么要填", "小林"))] == [
        "王芳", "欧阳娜娜", "周女士", None, None,
    ]  # fmt: skip
    named = name_of("小林", anything=True)
    assert named is not None
    assert named.value == "小林"


@pytest.mark.parametrize(
    "said", ["是", "是的", "对啊", "好的吧", "可以！", "嗯嗯", "OK", "ｙｅｓ", "要", "对对对", "是的是的"]
)
def test_yes(said: str) -> None:
    found = yes_or_no(said)
    assert found is not None
    assert found.value is True


@pytest.mark.parametrize("said", ["不", "不是", "不用了谢谢", "不要", "没有", "No"])
def test_no(said: str) -> None:
    found = yes_or_no(said)
    assert found is not None
    assert found.value is False


@pytest.mark.parametrize("said", ["我想一下", "什么意思", "", "是面霜", "不要紧"])
def test_neither(said: str) -> None:
    assert yes_or_no(said) is None


@given(st.text(max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    names(text)
    name_of(text, anything=True)
    yes_or_no(text)
    for found in PRODUCTS.find(text):
        assert 0 <= found.start < found.end <= len(text)
