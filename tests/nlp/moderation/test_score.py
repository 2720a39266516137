"""What texts sound like, by the weights that are shipped."""

from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from nlp.moderation.hit import Judgement
from nlp.moderation.layers import Layer
from nlp.moderation.score import ABUSE, AD, WORDS, Score, hit_of, rows

MOST_BYTES = 300_000


@pytest.fixture(scope="module")
def score() -> Score:
    return Score.load()


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("你就是个没脑子的蠢货，滚出去，贱人，恶心的废物", ABUSE),
        ("【惠民商城】春装上新，全场三折起，进店送礼，限前五十名，订购热线请拨打", AD),
    ],
)
def test_what_is_plainly_wrong_sounds_so(score: Score, text: str, category: str) -> None:
    opinion = score.opinion(text)
    assert opinion is not None
    assert opinion.category == category


@pytest.mark.parametrize(
    "text",
    [
        "", "。", "哈哈哈哈哈哈", "我的快递到哪了", "垃圾，用了两天就坏了，要求退款", "饭里有头发，太恶心了，不点了",
        "满 99 包邮吗，有没有优惠券", "可以加您微信发照片吗", "明天晚上七点直播，大家记得来看", "\ud800",
    ],
)  # fmt: skip
def test_customers_who_ask_or_complain_sound_ordinary(score: Score, text: str) -> None:
    assert score.opinion(text) is None


def test_probabilities_are_of_each_category_and_leave_the_rest_to_what_is_ordinary(score: Score) -> None:
    found = score.probabilities(["发什么快递", "滚"])
    assert found.shape == (2, 2)
    assert np.all(found > 0)
    assert np.all(found.sum(axis=1) < 1)


def test_only_what_is_asked_for_is_told_and_only_above_the_limit(score: Score) -> None:
    text = "你就是个没脑子的蠢货，滚出去，贱人，恶心的废物"
    assert score.opinion(text, among=(AD,)) is None
    assert score.opinion(text, limit=1.0) is None
    assert score.opinion("今天天气真好", limit=0.0) is not None


def test_a_find_spans_the_whole_text_and_only_asks_people(score: Score) -> None:
    text = "滚，贱人，没脑子的废物"
    opinion = score.opinion(text, limit=0.0)
    assert opinion is not None
    for severity, judgement in ((1, Judgement.AUDIT), (2, Judgement.REVIEW), (3, Judgement.REVIEW)):
        hit = hit_of(opinion, text, severity)
        assert (hit.start, hit.end, hit.layer, hit.judgement) == (0, len(text), Layer.SCORE, judgement)
    assert hit.entry.word == WORDS[opinion.category]


def test_rows_have_length_one_however_long_the_text() -> None:
    found = rows(["好", "今天发货吗" * 500])
    assert [round(float(np.square(found.take(np.array([at])).values).sum()), 4) for at in (0, 1)] == [1.0, 1.0]


def test_the_weights_are_small_and_what_is_saved_is_what_was_learnt(score: Score, tmp_path: Path) -> None:
    assert len(resources.files("nlp").joinpath("moderation/score.npz").read_bytes()) <= MOST_BYTES
    score.save(tmp_path / "score.npz")
    assert (tmp_path / "score.npz").stat().st_size <= MOST_BYTES
    assert np.all(score.limits >= 0.5)
