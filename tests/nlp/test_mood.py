"""Moods from our own lessons: what is shipped judges, what is learnt generalises, own labels count."""

import json
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from nlp.classify.classifier import Classifier
from nlp.encode.builtin import Builtin
from nlp.encode.encoder import weights_of
from nlp.encode.onnx import RUNTIME
from nlp.encode.precision import Precision
from nlp.mood import NAMES, Example, Mood, Moods, Shipped, lessons


def test_plain_words_are_judged_as_anybody_would() -> None:
    moods = Shipped.load().words
    assert moods.judge("客服态度真好，谢谢").mood is Mood.PRAISE
    assert moods.judge("衣服质量很差，穿一次就破").mood is Mood.COMPLAINT
    assert moods.judge("今天发货吗").mood is Mood.NEUTRAL
    assert moods.judge("孩子用了你们的产品过敏，现在呼吸困难，快来人！").urgency > 0.8
    assert moods.judge("今天发货吗").urgency < 0.1


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("不好用", Mood.COMPLAINT),
        ("不是很满意", Mood.COMPLAINT),
        ("垃圾", Mood.COMPLAINT),
        ("不差", Mood.PRAISE),
        ("好用", Mood.PRAISE),
        ("不满意可以退款吗", Mood.NEUTRAL),
        ("好的", Mood.NEUTRAL),
    ],
)
def test_a_few_words_are_judged_by_what_they_deny(text: str, mood: Mood) -> None:
    assert Shipped.load().words.judge(text).mood is mood


def test_the_shipped_file_is_of_all_labels_and_names_its_encoder() -> None:
    shipped = Shipped.load()
    assert set(shipped.words.mood.labels) == set(Mood) == set(shipped.meaning.mood.labels)
    assert not shipped.words.encoder


def test_the_shipped_file_is_of_the_builtin_encoder_of_this_version(tmp_path: Path) -> None:
    """Where this fails, the weights or the format changed: `python -m nlp.mood` learns again."""
    for precision in Precision:
        id = f"{Builtin(tmp_path, precision).id}/{RUNTIME}"
        assert weights_of(Shipped.load().meaning.encoder) == weights_of(id)


@pytest.mark.parametrize("quarters", [2, pytest.param(3, marks=pytest.mark.soak)])
def test_lessons_teach_what_other_lessons_say(quarters: int) -> None:
    rows = list(lessons())
    seen = [row for at, row in enumerate(rows) if 0 < at % 4 <= quarters]
    asked = rows[::4]
    classifier = Classifier.fit([row.text for row in seen], [row.mood.value for row in seen], least=2)
    told = classifier.probabilities([row.text for row in asked]).argmax(axis=1)
    assert np.mean([classifier.labels[at] == row.mood for at, row in zip(told, asked, strict=True)]) > 0.7


@pytest.mark.parametrize("every", [8, pytest.param(1, marks=pytest.mark.soak)])
def test_a_companys_own_labels_change_the_judgement(every: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = list(lessons())[::every]
    monkeypatch.setattr("nlp.mood.lessons", lambda: ours)
    own = [Example(f"{word}这单又砍单了", Mood.COMPLAINT, False) for word in ("哎", "唉", "嗯", "你们", "昨天")]
    taught, untaught = (moods.judge("这单又砍单了") for moods in (Moods.learn(own), Moods.learn()))
    assert taught.mood is Mood.COMPLAINT
    assert taught.chance > untaught.chance or untaught.mood is not Mood.COMPLAINT


def test_every_lesson_has_a_known_mood() -> None:
    lines = resources.files("nlp").joinpath("lessons/mood.jsonl").read_text("utf-8").splitlines()
    assert {json.loads(line)["label"] for line in lines} <= set(NAMES)
