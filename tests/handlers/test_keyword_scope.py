"""Whether one rule's hours cover another's, and which whole configurations have nothing to complain about."""

from pathlib import Path

import pytest

from bot.app import load_config
from bot.cli.check import examine
from bot.types.hours import Hours
from handlers.keyword.scope import covers


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("09:00-18:00", "工作日 09:00-12:00", True),
        ("工作日 09:00-18:00", "09:00-12:00", False),
        ("工作日 全天", "周一至周五 全天", False),  # holidays
        ("周一至周五 全天", "工作日 全天", False),  # weekends that people work
        ("工作日 全天, 休息日 全天", "", True),
        ("休息日 全天", "周末 10:00-12:00", True),
        ("22:00-06:00", "23:00-05:00", True),
        ("22:00-06:00", "23:00-07:00", False),
        ("周五 22:00-06:00", "周六 00:00-06:00", True),  # the night that began on Friday
        ("周五 22:00-06:00", "周五 00:00-06:00", False),
    ],
)
def test_hours_cover_others_on_every_kind_of_day(one: str, other: str, expected: bool) -> None:
    assert covers(Hours.parse(one), Hours.parse(other) if other else None) is expected


NO_FAULTS = r"""
[[replies]]
name = "早"
exact = "早"
hours = "05:00-11:00"
reply = "早"
[[replies]]
name = "晚"
exact = "早"
hours = "11:00-05:00"
reply = "不早了"
[[replies]]
name = "白天的例外"
any = ["发货"]
hours = "09:00-12:00"
reply = "上午发"
[[replies]]
name = "发货"
any = ["发货"]
none = ["退货"]
reply = "见 https://muyu.example.com/a?b=1（官网），或 tel://123"
[[replies]]
name = "退货发货"
any = ["退货"]
reply = "发到 service@muyu.com，版本 1.2.com3"
[[replies]]
name = "整句"
exact = ["发货", "什么时候发货"]
reply = "两天"
[[replies]]
name = "订单号"
regex = '(?<![a-z0-9])so\d{6,12}(?!\d)'
reply = "收到"
"""


def test_exceptions_and_whole_texts_beside_parts_are_no_faults(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(NO_FAULTS, encoding="utf-8")
    errors, warnings = examine(path, load_config)
    assert [str(one) for one in (*errors, *warnings)] == []
