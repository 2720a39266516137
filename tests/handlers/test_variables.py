"""Variables in managers' texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.variables import KNOWN, fill, unknown_message, unknown_variables

NAMED = {"nickname": "小林", "group": "内测群", "date": "11月23日", "time": "21:59", "weekday": "星期一"}


@pytest.mark.parametrize(
    ("template", "named", "nameless"),
    [
        ("{nickname}，一般 48 小时", "小林，一般 48 小时", "一般 48 小时"),
        ("您好，{nickname}！请说", "您好，小林！请说", "您好！请说"),
        ("欢迎{nickname}加入", "欢迎小林加入", "欢迎加入"),
        ("@{nickname} 您好", "@小林 您好", "您好"),
        ("「{nickname}」您好", "「小林」您好", "您好"),
        ("好的{nickname}～", "好的小林～", "好的～"),
        ("说完了，{nickname}", "说完了，小林", "说完了"),
        ("第一句。{nickname}，第二句", "第一句。小林，第二句", "第一句。第二句"),
        ("Dear {nickname} hello", "Dear 小林 hello", "Dear hello"),
        ("{date}见，{nickname}", "11月23日见，小林", "见"),
        ("价格 {19.9}", "价格 {19.9}", "价格 {19.9}"),
        ("没有变量", "没有变量", "没有变量"),
    ],
)
def test_a_missing_variable_leaves_no_stray_marks(template: str, named: str, nameless: str) -> None:
    assert fill(template, NAMED) == named
    assert fill(template, {}) == nameless


def test_what_a_member_calls_themself_is_never_read_as_a_variable() -> None:
    assert fill("{nickname}，你好", {"nickname": "{group}"}) == "{group}，你好"


@given(st.text(max_size=40), st.text(max_size=10))
def test_filling_takes_any_text(template: str, name: str) -> None:
    filled = fill(template, {"nickname": name})
    assert "\0" not in filled or "\0" in template


def test_unknown_variables_are_named_with_the_nearest_one() -> None:
    assert unknown_variables("{nickname}{nick}{昵称}") == ("nick", "昵称")
    assert "{nickname}" in unknown_message("昵称")
    assert "{weekday}" in unknown_message("weekdays")
    assert all(f"{{{name}}}" in unknown_message("zzz") for name in KNOWN)
