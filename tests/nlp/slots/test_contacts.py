"""Telephone numbers, addresses of e-mail, order numbers."""

import time

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from nlp.slots.contacts import digits_in, emails, numbered, phones

WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
OWN = regex.compile(r"SO\d{6,12}")


@pytest.mark.parametrize(
    "said",
    [
        "13800138000", "138 0013 8000", "138-0013-8000", "+86 13800138000", "008613800138000", "１３８００１３８０００",
        "一三八零零一三八零零零", "幺三八〇〇幺三八〇〇〇", "我的电话是13800138000，谢谢", "手机13800138000邮箱a@b.cn",
    ],
)  # fmt: skip
def test_a_mobile_number_is_one_however_it_is_written(said: str) -> None:
    assert [found.value for found in phones(said)] == ["13800138000"]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("021-62345678", "021-62345678"), ("021 6234 5678", "021-62345678"), ("(010)62345678转801", "010-62345678-801"),
        ("0571-8888888", "0571-8888888"), ("400-820-8820", "400-820-8820"), ("4008-208-820", "400-820-8820"),
        ("4008208820", "400-820-8820"),
    ],
)  # fmt: skip
def test_landlines_and_service_numbers(said: str, value: str) -> None:
    assert [found.value for found in phones(said)] == [value]


@pytest.mark.parametrize("said", ["1380013800", "138001380001", "SO13800138000", "12345678901", "12月3号", "6234567"])
def test_other_numbers_are_no_telephone(said: str) -> None:
    assert phones(said) == []


def test_addresses_of_e_mail() -> None:
    found = emails("发到 Zhang.San@Example.COM，抄送 ＡＢ＠ｑｑ．ｃｏｍ")
    assert [one.value for one in found] == ["zhang.san@example.com", "ab@qq.com"]
    assert emails("a@b 没有") == []


@pytest.mark.parametrize(
    "said",
    ["SO123456", "so123456", "ＳＯ１２３４５６", "SO 123 456", "SO一二三四五六", "单号so123456到哪了", "是SO123456。"],
)
def test_a_number_by_a_pattern_is_one_however_it_is_written(said: str) -> None:
    (found,) = numbered(said, OWN)
    assert found.value == "SO123456"


@pytest.mark.parametrize("said", ["SO12345", "SO1234567890123", "XSO123456", "订单"])
def test_what_does_not_fit_the_pattern_is_not_taken(said: str) -> None:
    assert numbered(said, OWN) == []


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("订单202611220001", "202611220001"),
        ("E20261122-0001", "E20261122-0001"),
        ("1234567890123456789", "1234567890123456789"),
    ],
)
def test_order_numbers_without_a_pattern(said: str, value: str) -> None:
    assert [found.value for found in numbered(said)] == [value]


@pytest.mark.parametrize("said", ["13800138000", "2026-12-01", "12345", "abcdefgh", "3件"])
def test_telephones_days_and_words_are_no_order_numbers(said: str) -> None:
    assert numbered(said) == []


def test_a_pattern_that_never_ends_is_given_up() -> None:
    began = time.perf_counter()
    assert numbered("a" * 60 + "!", regex.compile(r"(a|aa)+$")) == []
    assert time.perf_counter() - began < 5


def test_digits_are_counted_in_any_writing() -> None:
    assert digits_in("１３８ 一三八 138") == 9


@given(st.integers(10**10, 2 * 10**10 - 1), st.sampled_from(["{}", "电话{}", "{}，谢谢", " {} "]))
def test_width_does_not_matter(value: int, frame: str) -> None:
    said = frame.format(value)
    wide = said.translate(WIDE)
    assert [one.value for one in phones(said)] == [one.value for one in phones(wide)]
    assert [wide[one.start : one.end].strip() for one in phones(wide)] == [
        str(value).translate(WIDE) for _ in phones(said)
    ]


@given(st.text(alphabet="0123456789一二三零-+() 转abSO@.。", max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    for found in (*phones(text), *emails(text), *numbered(text), *numbered(text, OWN)):
        assert 0 <= found.start < found.end <= len(text)
