"""Editions of the FAQ: what a small change leaves alone, and what a large base offers before all is learnt."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.app import load_config
from bot.types.ports import Shelf
from handlers.understand import FAQ
from handlers.understand import bases as module
from handlers.understand.bases import Library, meant
from handlers.understand.edition import Edition
from handlers.understand.model import Model
from knowledge.entries import Entry, Loaded
from knowledge.sketch import Known
from nlp.encode import NONE
from nlp.encode.parts import PARTS, WIDTH
from nlp.encode.progress import silent
from tests.knowledge.standin import Standin

WORDS = ["发货", "退货", "发票", "会员", "积分", "面膜", "精华", "防晒", "门店", "课程"]


def base(count: int, changed: int = -1) -> Loaded:
    def one(number: int) -> Entry:
        text = f"{WORDS[number % 10]}的第{number}种情况{WORDS[number // 10 % 10]}怎么办"
        text = f"改过的{text}" if number == changed else text
        return Entry(id=str(number), question=text, similar=(f"{text}呢", f"问下{text}"), answers=("好的",))

    return Loaded(tuple(one(number) for number in range(count)))


def test_a_small_change_of_a_base_keeps_its_judge_and_a_large_one_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TAUGHT", 100)
    library = Library()
    first = library.base(base(60))
    second = library.base(base(60, changed=3))
    assert second.decider is first.decider
    assert second.drift == 6
    assert library.base(base(40)).decider is not first.decider


def test_many_small_changes_are_a_large_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TAUGHT", 100)
    library = Library()
    first = library.base(base(60))
    assert library.base(base(60, changed=3)).decider is first.decider
    assert library.base(base(60, changed=4)).decider is not first.decider


def test_a_base_of_which_half_is_known_finds_its_own_wordings() -> None:
    words, encoder = Library().base(base(30)), Standin()
    texts = words.index.wordings.texts
    vectors, known = encoder.encode(texts), np.arange(len(texts)) % 2 == 0

    def read(part: slice) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.float32]], Known]:
        return vectors[part] * known[part, None], known[part]

    half = meant(words, read, encoder)
    assert [half.ranker.search(text, 1)[0].question for text in texts] == list(texts)
    assert replace(half, ranker=words.ranker, decider=words.decider) == words


class Parted(Standin):
    """Tells the parts of texts too."""

    def __init__(self) -> None:
        super().__init__()
        self.parts = Standin(PARTS * WIDTH, "parts")


def test_a_base_that_was_learnt_before_is_learnt_again_without_reading_a_text(tmp_path: Path) -> None:
    words, first, second = Library().base(base(10)), Parted(), Parted()
    for encoder in (first, second):
        Edition(words, Model(NONE, tmp_path, silent)).learn(encoder)
    assert first.asked and first.parts.asked
    assert not second.asked and not second.parts.asked


def test_a_reload_reads_only_the_blocks_that_changed(tmp_path: Path) -> None:
    config, faq, shelf = tmp_path / "config.toml", tmp_path / "faq.jsonl", Shelf()
    config.write_text('[faq]\nfiles = ["faq.jsonl"]\n', "utf-8")
    lines = [f'{{"question": "第{at}件怎么办", "answer": "好的"}}' for at in range(2000)]
    faq.write_text("\n".join(lines), "utf-8")
    before = load_config(config, {}, shelf=shelf)[FAQ].loaded.entries
    faq.write_text("\n".join([*lines[:-1], '{"question": "新的", "answer": "好的"}']), "utf-8")
    after = load_config(config, {}, shelf=shelf)[FAQ].loaded.entries
    assert [one is other for one, other in zip(before, after, strict=True)][:1000] == [True] * 1000
    assert after[-1].question == "新的"
