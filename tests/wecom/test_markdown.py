"""Markdown in pieces and in plain words."""

import random
import time

import pytest
import regex

from bot.wecom.markdown import link, picture, plain, split

CODE = "```python\n" + "".join(f"print({number})\n" for number in range(40)) + "```\n"


@pytest.mark.parametrize(
    ("marked", "words"),
    [
        ("# 标题\n正文", "标题\n正文"),
        ("###### 小标题 ##", "小标题"),
        ("**加粗** 和 *斜体*、~~删掉~~", "加粗 和 斜体、删掉"),
        ("__加粗__", "加粗"),
        ("[官网](https://e.cn/a_b_c)", "官网 https://e.cn/a_b_c"),
        ("![图](https://e.cn/a.png)", "图 https://e.cn/a.png"),
        ("> 引用\n>> 再引用", "引用\n再引用"),
        ("- 一\n- 二\n1. 三", "· 一\n· 二\n1. 三"),
        ('<font color="warning">注意</font>', "注意"),
        ("用 `**原样**` 就行", "用 **原样** 就行"),
        ("看代码：\n```python\na = b * c * d\n# 注释\n```\n完", "看代码：\na = b * c * d\n# 注释\n完"),
        ("没写完\n```\nx = 1", "没写完\nx = 1"),
        ("上\n---\n下", "上\n下"),
        ("2*3*4 和 a_b_c", "2*3*4 和 a_b_c"),
        ("没有记号。", "没有记号。"),
        ("", ""),
    ],
)
def test_marks_are_taken_off_and_words_stay(marked: str, words: str) -> None:
    assert plain(marked) == words


def test_brackets_in_a_title_and_an_address_do_not_end_a_link() -> None:
    assert link("[新品] 说明", "https://e.cn/a(1)") == "[［新品］ 说明](https://e.cn/a%281%29)"
    assert picture("a.png", "https://e.cn/a.png") == "![a.png](https://e.cn/a.png)"


def test_short_words_are_one_piece() -> None:
    assert split("好", 2048) == ["好"]
    assert split("", 2048) == [""]


def test_words_are_cut_at_borders_of_sentences() -> None:
    pieces = split("第一句话。" * 30, 100)
    assert "".join(pieces) == "第一句话。" * 30
    assert all(len(piece.encode()) <= 100 and piece.endswith("。") for piece in pieces)


@pytest.mark.parametrize(
    "whole",
    [
        "[一个很长的标题。一个很长的标题](https://e.cn/a)",
        "**很长。的话。要加粗**",
        "`a。b。c。d。e。f。g`",
        "![图。图。图](https://e.cn/a)",
    ],
)
@pytest.mark.parametrize("before", range(20, 44))
def test_nothing_is_cut_inside_a_mark(whole: str, before: int) -> None:
    text = f"{'前' * before}{whole}{'后' * 60}"
    pieces = split(text, 128)
    assert "".join(pieces) == text and any(whole in piece for piece in pieces)


def test_a_code_block_that_fits_is_not_cut() -> None:
    block = "```\n第一行。\n第二行。\n```\n"
    text = "说明。" * 12 + "\n" + block + "后面。" * 12
    pieces = split(text, 120)
    assert "".join(pieces) == text and any(block.strip() in piece for piece in pieces)


def test_a_code_block_longer_than_a_piece_is_closed_and_opened_again() -> None:
    pieces = split(CODE, 128)
    assert len(pieces) > 3
    for piece in pieces:
        assert len(piece.encode()) <= 128
        assert piece.startswith("```python\n") and piece.rstrip().endswith("\n```")
    lines = [line for piece in pieces for line in piece.splitlines() if line.startswith("print")]
    assert lines == CODE.splitlines()[1:-1]


MARKS = (
    "**粗**",
    "`码`",
    "[链](https://e.cn/x)",
    "\n```\n代码\n```\n",
    "句子。",
    "词 ",
    "\n",
    "👨‍👩‍👧‍👦",
    "https://e.cn/abc?d=1 ",
    "* 项\n",
    "é",
)


def test_pieces_fit_give_the_text_again_and_are_never_empty() -> None:
    chance = random.Random(7)
    for _ in range(300):
        text = "".join(chance.choices(MARKS, k=chance.randint(1, 120)))
        limit = chance.randint(64, 400)
        pieces = split(text, limit)
        assert "".join(pieces) == text
        assert all(0 < len(piece.encode()) <= limit for piece in pieces)
        for piece in pieces:
            assert piece.count("**") % 2 == 0 and len(regex.findall(r"^```", piece, regex.M)) % 2 == 0


def test_what_has_no_border_is_cut_all_the_same() -> None:
    for text in ("x" * 500, "`" * 500, "[" * 500, "```" + "y" * 500, "```\n" + "z" * 500, "~~~" + "\n" * 500):
        pieces = split(text, 64)
        assert all(0 < len(piece.encode()) <= 64 for piece in pieces)
        assert "".join(pieces).replace("```", "").replace("\n", "").count(text[-1]) >= text.count(text[-1]) - 3 or (
            text[-1] in "`\n"
        )


def test_a_limit_that_holds_no_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="16"):
        split("x", 15)


HOSTILE = ("**", "[", "`", "```\n", "> ", "*a", "<font ", "~~a", "_", "#", "[a](", "- ", "__a")


@pytest.mark.parametrize("piece", HOSTILE)
def test_marks_that_never_end_cost_little(piece: str) -> None:
    text = piece * (20480 // len(piece))
    began = time.process_time()
    plain(text)
    split(text, 2048)
    assert time.process_time() - began < 1.5
