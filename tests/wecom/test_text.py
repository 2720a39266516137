"""Splitting and shortening by WeCom's limits."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.wecom.text import clip, shorten, split

FAMILY = "👨‍👩‍👧‍👦"
LINK = "https://example.com/orders/20261121?from=group&code=abcdefghij"
MIXED = st.lists(
    st.sampled_from(["签到", "。", "，", "\n", " ", "a", "word. ", FAMILY, "🇨🇳", LINK, "e\u0301", "\u200d"])
)


@given(st.text() | MIXED.map("".join), st.integers(min_value=4, max_value=80))
def test_pieces_fit_and_give_the_text_again(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert "".join(pieces) == text
    assert all(len(piece.encode()) <= limit for piece in pieces)
    assert all(pieces) or text == ""


@given(MIXED.map("".join), st.integers(min_value=32, max_value=80))
def test_no_composed_character_is_torn_when_it_fits(text: str, limit: int) -> None:
    whole = regex.findall(r"\X", text)
    if all(len(part.encode()) <= limit for part in whole):
        borders = {0}
        for part in whole:
            borders.add(max(borders) + len(part))
        end = 0
        for piece in split(text, limit):
            end += len(piece)
            assert end in borders


def test_a_short_text_stays_whole() -> None:
    assert split("签到", 6) == ["签到"]
    assert split("", 6) == [""]


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("第一句话。第二句话。第三句话", 33, ["第一句话。第二句话。", "第三句话"]),
        ("第一行比较长\n第二行。尾巴尾巴", 36, ["第一行比较长\n", "第二行。尾巴尾巴"]),
        ("他说：“好。”然后走了走了", 30, ["他说：“好。”", "然后走了走了"]),
        ("3.14 is pi. And more words", 16, ["3.14 is pi. ", "And more words"]),
        ("没有标点的一长串汉字", 13, ["没有标点", "的一长串", "汉字"]),
        (f"看这里 {LINK} 谢谢", 70, ["看这里 ", f"{LINK} 谢谢"]),
        ("一二三，\u0301四五六", 12, ["一二三", "，\u0301四五", "六"]),
        (FAMILY * 3, 60, [FAMILY * 2, FAMILY]),
    ],
)
def test_texts_are_cut_where_readers_mind_least(text: str, limit: int, expected: list[str]) -> None:
    assert split(text, limit) == expected


def test_a_link_that_fits_stays_whole() -> None:
    for start in range(40):
        assert any(LINK in piece for piece in split("字" * start + LINK + "字" * 9, 80))


def test_what_fits_nowhere_is_cut_all_the_same() -> None:
    assert all(len(piece.encode()) <= 10 for piece in split(LINK + FAMILY, 10))


def test_a_limit_that_cannot_hold_every_character_is_refused() -> None:
    with pytest.raises(ValueError, match="4 bytes"):
        split("🙂", 3)


@given(st.text(), st.integers(min_value=3, max_value=60))
def test_a_clipped_text_fits(text: str, limit: int) -> None:
    clipped = clip(text, limit)
    assert len(clipped.encode()) <= limit
    assert clipped == text or clipped.endswith("…")


def test_a_clipped_text_ends_with_a_whole_character() -> None:
    assert clip(f"好{FAMILY}好", 28) == "好…"
    assert clip("签到打卡", 9) == "签到…"


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [("签到", 2, "签到"), ("签到打卡", 3, "签到…"), (FAMILY * 4, 3, FAMILY * 2 + "…"), ("x", 1, "x"), ("xy", 1, "…")],
)
def test_words_are_shortened_by_characters_as_people_count_them(text: str, limit: int, expected: str) -> None:
    assert shorten(text, limit) == expected
