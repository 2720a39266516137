"""The base as commands open it: of what people asked nothing is kept."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.types.ports import Machine
from handlers.kb import opening
from knowledge.entries import Entry, Loaded
from knowledge.gaps import Shingles, Vectors

ENTRIES = tuple(
    Entry(id=text, question=text, similar=(f"请问{text}呢",), answers=("好",))
    for text in ("怎么退货", "几点开门", "多久发货")
)


class Letters:
    """An encoder by characters, for a base that is compared by vectors without a model's weights."""

    id = "letters"
    size = 1024
    parts = None

    def __init__(self) -> None:
        self._shingles = Shingles(["退货", "开门"])
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked.extend(texts)
        return self._shingles.encode(texts)


def kept(folder: Path) -> dict[Path, int]:
    """The files below a folder and their sizes."""
    return {path: path.stat().st_size for path in folder.rglob("*") if path.is_file()}


def test_what_people_asked_is_compared_but_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "load", lambda *_: Letters())
    opened = opening.open_base(Loaded(ENTRIES), "letters", Machine(cache=tmp_path))
    assert opened.by == "字词和意思"
    before = kept(tmp_path)
    assert sum(before.values()) > 0
    vectors = opened.encode(["退货怎么办", "怎么退货", "几点开门"])
    assert opened.base.ranker.search("退货怎么办")[0].entry.question == "怎么退货"
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
    assert kept(tmp_path) == before


def test_a_base_that_was_opened_once_is_opened_without_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = Letters()
    monkeypatch.setattr(opening, "load", lambda *_: letters)
    for _ in range(2):
        letters.asked.clear()
        opening.open_base(Loaded(ENTRIES), "letters", Machine(cache=tmp_path))
    assert letters.asked == []


def test_a_model_that_cannot_be_used_leaves_the_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opened = opening.open_base(Loaded(ENTRIES), str(tmp_path / "nowhere"), Machine(cache=tmp_path))
    assert opened.by == "字词"
    assert "模型用不了，只按字词来比" in capsys.readouterr().err
