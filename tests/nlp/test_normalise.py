import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.normalise import _SETTLED, _pass, bare, core, normalise, says_nothing, simplified


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("怎么退货？？？", "怎么退货?"),
        ("发　货", "发货"),
        ("发 货 了 吗", "发货了吗"),
        ("订单 SO1234", "订单so1234"),
        ("iPhone 15 Pro", "iphone 15 pro"),
        ("发\u200b货\ufeff", "发货"),
        ("哈哈哈哈哈哈", "哈哈"),
        ("hhhhhh", "hh"),
        ("好的。。。。", "好的。"),
        ("好的……", "好的."),
        ("👍🏻👍🏿👍", "👍"),
        ("②", "2"),
        ("第\n二\t个", "第二个"),
        ("\ud800发货", "发货"),
        ("⼀", "一"),
        ("Straße", "strasse"),
        ("13800001111", "13800001111"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_what_differs_only_in_typing_becomes_equal(typed: str, meant: str) -> None:
    assert normalise(typed) == meant


def test_what_needs_no_work_would_not_be_changed_by_it() -> None:
    settled = [chr(code) for code in range(0x10000) if _SETTLED.fullmatch(chr(code))]
    letters = [letter for letter in settled if simplified(letter) == letter]
    assert len(letters) > 18_000
    assert [letter for letter in letters if _pass(letter + "好" + letter) != letter + "好" + letter] == []
    assert normalise("哈哈哈hhh") == _pass("哈哈哈hhh") == "哈哈hh"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("【打卡】！", "打卡"),
        ("怎么退货[捂脸][OK]", "怎么退货"),
        ("[会员] 怎么升级", "会员怎么升级"),
        ("转人工~~~", "转人工"),
        ("👍👍", ""),
        ("订单号：SO-12_34", "订单号so1234"),
    ],
)
def test_bare_keeps_letters_and_digits_alone(typed: str, meant: str) -> None:
    assert bare(typed) == meant


@settings(derandomize=True, deadline=None)
@given(st.text(st.characters(), max_size=40))
def test_normalise_is_total_and_idempotent(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    once.encode()


@settings(derandomize=True, deadline=None)
@given(st.text(st.sampled_from("。.…!！?？ 　哈hH\u200b👍\ufe0fé\u0301\u0345ǰ·・"), max_size=30))
def test_normalise_is_idempotent_where_its_rules_meet(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=40))
def test_bare_is_idempotent(text: str) -> None:
    assert bare(bare(text)) == bare(text)


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [("請問這個產品什麼時候發貨", "请问这个产品什么时候发货"), ("退貨運費誰出", "退货运费谁出"), ("著名", "著名")],
)
def test_traditional_characters_become_simplified_ones_in_their_places(traditional: str, simplified: str) -> None:
    assert normalise(traditional) == simplified
    assert len(normalise(traditional)) == len(traditional)


@pytest.mark.parametrize("text", ["？！", "[微笑]", " \u200b ", "😀", "好？", "ａ", "é", "[OK]", "…。", "٣"])
def test_a_text_says_nothing_when_nothing_is_left_of_it(text: str) -> None:
    assert says_nothing(text) == (not core(text))
