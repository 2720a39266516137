"""Picking from a numbered list."""

import pytest

from handlers.choice import picked

OPTIONS = [("怎么退货？", "我要退货"), ("退款多久到账？",), ("退货的运费谁出？", "第三方运费")]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("1", 0),
        ("２", 1),
        ("②", 1),
        ("3.", 2),
        (" 2 ", 1),
        ("二", 1),
        ("第二个", 1),
        ("第 2 个吧", 1),
        ("选三", 2),
        ("我选1", 0),
        ("两", 1),
        ("2号", 1),
        ("最后一个", 2),
        ("怎么退货", 0),
        ("我要退货！", 0),
        ("退款多久到账", 1),
        ("第三方运费", 2),
    ],
)
def test_an_option_is_picked_the_way_people_say_it(text: str, place: int) -> None:
    assert picked(text, OPTIONS) == place


@pytest.mark.parametrize(
    "text",
    ["4", "0", "9", "12", "第四个", "", "？", "都不是", "退货", "一共多少钱", "1瓶多少钱", "二手的收吗", "等一下"],
)
def test_anything_else_is_not_a_pick(text: str) -> None:
    assert picked(text, OPTIONS) is None
