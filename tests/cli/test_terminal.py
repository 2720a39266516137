"""Columns and colours on a terminal that shows Chinese."""

import io

import pytest

from bot.cli.terminal import GREEN, Paint, pad, paint_for, shorten, table, width, wrap


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("abc", 3), ("群伴", 4), ("a群b", 4), ("e\u0301", 1), ("～", 2)]
)
def test_wide_characters_take_two_columns(text: str, columns: int) -> None:
    assert width(text) == columns


def test_lines_are_no_wider_than_asked_and_lose_no_character() -> None:
    text = "下单后 48 小时内发出，可在“我的订单”里看物流 SF1234567890 顺丰速运"
    lines = list(wrap(text, 20))
    assert max(map(width, lines)) <= 20
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_latin_word_is_kept_whole_where_it_fits() -> None:
    assert list(wrap("please keep words whole", 12)) == ["please keep", "words whole"]


def test_written_line_breaks_stay() -> None:
    assert list(wrap("一\n\n二", 10)) == ["一", "", "二"]


def test_a_text_too_long_for_its_cell_ends_with_an_ellipsis() -> None:
    assert shorten("下单后 48 小时内发出", 10) == "下单后 48…"
    assert shorten("好\n的", 10) == "好 的"


def test_a_table_lines_up_under_chinese_heads() -> None:
    rows = [("编号", "状态"), ("7", "说不准"), ("12", "发不出去")]
    assert list(table(rows, right=(True,))) == ["编号  状态", "   7  说不准", "  12  发不出去"]


def test_padding_counts_columns_not_characters() -> None:
    assert pad("群", 4) == "群  "
    assert pad("群", 4, right=True) == "  群"


def test_colours_are_for_people_only() -> None:
    assert Paint(True)("好", GREEN) == "\x1b[32m好\x1b[0m"
    assert paint_for(io.StringIO())("好", GREEN) == "好"
