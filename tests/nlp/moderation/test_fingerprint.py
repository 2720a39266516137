"""The same message is known again though it is typed otherwise; another one is not taken for it."""

import pytest

from nlp.moderation.fingerprint import Fingerprint

AD = "招代理，一件代发，月入过万不是梦，详情请加我，名额只剩 20 个"


@pytest.mark.parametrize(
    "text",
    [
        "招代理 一件代发 月入过万不是梦 详情请加我 名额只剩 5 个",
        "【招代理】一件代发～月入过万不是梦！！详情请加我，名额只剩３个",
        "招代理，一件代發，月入過萬不是夢，詳情請加我，名額只剩 20 個",
    ],
)
def test_marks_width_characters_and_figures_make_no_difference(text: str) -> None:
    assert Fingerprint.of(text).digest == Fingerprint.of(AD).digest


def test_a_few_changed_words_make_it_alike() -> None:
    other = Fingerprint.of("招代理，一件代发，月入过万不是梦，想做的请加我，名额只剩 20 个")
    assert other.digest != Fingerprint.of(AD).digest
    assert other.is_like(Fingerprint.of(AD))


@pytest.mark.parametrize("text", ["招代理吗", "一件代发怎么收费，月底能结账吗", "详情请看群公告，名额满了", "好的", ""])
def test_another_message_is_not_alike(text: str) -> None:
    assert not Fingerprint.of(text).is_like(Fingerprint.of(AD))


def test_short_words_are_alike_only_when_they_are_the_same() -> None:
    assert Fingerprint.of("刷单").is_like(Fingerprint.of("刷 单！"))
    assert not Fingerprint.of("刷单").is_like(Fingerprint.of("代购"))


def test_a_fingerprint_is_the_same_after_it_was_kept() -> None:
    made = Fingerprint.of(AD * 20)
    assert Fingerprint.parse(made.digest, made.text) == made


def test_long_messages_are_compared_at_a_fixed_size() -> None:
    made = Fingerprint.of("".join(chr(0x4E00 + at) for at in range(4000)))
    assert len(made.pieces) == 64


def test_lone_surrogates_have_a_fingerprint_too() -> None:
    assert Fingerprint.of("刷\ud800单").is_like(Fingerprint.of("刷单"))
