"""Numbers, sums of money, counted things."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.slots.amounts import amounts, quantities
from nlp.slots.numerals import number, plainly

WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
FIGURES = "零一二三四五六七八九"
UNITS = ("", "十", "百", "千")


def chinese(value: int) -> str:
    """A number below 100,000,000 in Chinese, every unit written."""
    if value >= 10_000:
        high, low = divmod(value, 10_000)
        rest = "" if not low else ("零" if low < 1000 else "") + chinese(low)
        return f"{chinese(high)}万{rest}"
    written, gap = "", False
    for place in (3, 2, 1, 0):
        figure = value // 10**place % 10
        if figure:
            written += ("零" if gap and written else "") + FIGURES[figure] + UNITS[place]
        gap = figure == 0
    return written or FIGURES[0]


@pytest.mark.parametrize(
    ("said", "yuan"),
    [
        ("两千块", "2000"), ("1.2 万元", "12000"), ("¥99.9", "99.9"), ("￥1,234.50", "1234.5"), ("１２０元", "120"),
        ("三块五", "3.5"), ("三块五毛", "3.5"), ("五毛", "0.5"), ("12元5角", "12.5"), ("一百二十块五毛", "120.5"),
        ("两块半", "2.5"), ("三百五块钱", "350"), ("三百多块", "300"), ("壹仟贰佰元", "1200"), ("5万块", "50000"),
        ("一亿二千万元", "120000000"), ("三点五元", "3.5"), ("买3件，共200元", "200"), ("100块2件", "100"),
        ("rmb 88", "88"), ("退我三百五十块钱吧", "350"), ("3块8", "3.8"), ("2萬元", "20000"),
    ],
)  # fmt: skip
def test_a_sum_of_money_is_read_in_yuan(said: str, yuan: str) -> None:
    assert [plainly(found.value) for found in amounts(said)] == [yuan]


@pytest.mark.parametrize("said", ["三百五", "3件", "两三百块", "周三", "99", "万一", "块头大"])
def test_what_is_no_sum_is_none(said: str) -> None:
    assert amounts(said) == []


@pytest.mark.parametrize(("said", "value"), [("三百五", "350"), ("99", "99"), ("大概五百吧", "500"), ("3k", "3000")])
def test_a_lone_number_counts_where_a_sum_was_asked_for(said: str, value: str) -> None:
    assert [plainly(found.value) for found in amounts(said, bare=True)] == [value]


@pytest.mark.parametrize(
    ("said", "count", "unit"),
    [
        ("三件", "3", "件"), ("2 盒", "2", "盒"), ("３瓶", "3", "瓶"), ("半斤", "0.5", "斤"), ("两箱半", "2.5", "箱"),
        ("一个半小时", "1.5", "小时"), ("要十二个", "12", "个"), ("1.5公斤", "1.5", "公斤"), ("5 人", "5", "人"),
        ("給我兩個", "2", "个"),
    ],
)  # fmt: skip
def test_counted_things_are_read_with_their_unit(said: str, count: str, unit: str) -> None:
    (found,) = quantities(said)
    assert (plainly(found.value.count), found.value.unit) == (count, unit)


def test_two_or_three_is_no_number() -> None:
    assert quantities("两三个") == []
    assert number("两三") is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("三百五", 350), ("一万二", 12000), ("两千零五", 2005), ("二〇二六", 2026), ("十五", 15), ("廿三", 23),
        ("1.2万", 12000), ("3千5", 3500), ("一千零一十", 1010), ("一百零一", 101), ("三百万", 3_000_000),
        ("一亿零五", 100_000_005), ("3百5", 350),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(written: str, value: int) -> None:
    assert number(written) == value


@given(st.integers(1, 99_999_999))
def test_chinese_and_arabic_figures_of_any_width_are_the_same_sum(value: int) -> None:
    written = [f"{value}元", f"{value}元".translate(WIDE), f"{value:,}元", f"{chinese(value)}元"]
    assert [[found.value for found in amounts(one)] for one in written] == [[Decimal(value)]] * 4


@given(st.text(alphabet="零一二两三十百千万亿0123456789.,点块元毛角分¥半个件多来kw ", max_size=20))
def test_no_text_breaks_it(text: str) -> None:
    places = [(found.start, found.end) for found in amounts(text, bare=True)]
    places += [(found.start, found.end) for found in quantities(text, bare=True)]
    assert all(0 <= start < end <= len(text) for start, end in places)
