"""Sounds: what sounds alike, or is pinyin of it, becomes the same row."""

from collections.abc import Iterator

import pytest

from nlp.sounds import Sounds, is_sound


@pytest.fixture(scope="module")
def sounds() -> Iterator[Sounds]:
    yield Sounds.load()


@pytest.mark.parametrize(
    ("written", "alike"),
    [
        ("什么时候", "什么时侯"),
        ("发货", "fahuo"),
        ("发货", "fa huo"),
        ("绿色", "lvse"),
        ("西安", "xi'an"),
        ("收到货", "shou到huo"),
        ("是真的", "四针的"),
        ("请问", "亲吻"),
        ("发货", "发发货"),
        ("订单", "订单[微笑]"),
    ],
)
def test_what_sounds_alike_is_one_row(written: str, alike: str, sounds: Sounds) -> None:
    assert sounds.of(written).whole == sounds.of(alike).whole


@pytest.mark.parametrize(
    ("one", "other"),
    [("发货", "退货"), ("先", "西安"), ("方案", "反感"), ("上班", "下班"), ("hello", "和咯"), ("11", "1"), ("ss", "s")],
)
def test_what_sounds_different_stays_different(one: str, other: str, sounds: Sounds) -> None:
    assert sounds.of(one).whole != sounds.of(other).whole


def test_only_words_that_are_pinyin_throughout_become_sounds(sounds: Sounds) -> None:
    row = sounds.of("ok fahuo, thanks")
    assert row.words == ("ok", "fahuo", "thanks")
    assert [letters for letters in row.typed if letters] == [2, 3]
    assert not any(map(is_sound, sounds.of("fahuo", pinyin=False).codes))


def test_marks_stand_between_sounds_and_count_for_nothing_in_the_whole(sounds: Sounds) -> None:
    assert sounds.of("收货。款式").codes[2] == " "
    assert sounds.of("收货。款式").whole == sounds.of("收货款式").whole


def test_a_long_run_of_letters_is_not_read_as_pinyin(sounds: Sounds) -> None:
    assert not any(sounds.of("xian" * 500 + "q").typed)
