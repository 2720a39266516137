"""What a base taught is kept, and believed only for the very same base."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge import judges as module
from knowledge.decision import calibrate
from knowledge.entries import Entry, Loaded
from knowledge.index import Index
from knowledge.judges import Judges
from knowledge.ranking import Hit, Wording
from nlp.tokenise import Tokeniser
from tests.knowledge.conftest import entry

LOADED = Loaded((entry("什么时候发货", "几天能到", answer="两天"), entry("怎么退货", "能退吗", answer="七天内可以")))


class Asked:
    """An index that counts its questions."""

    def __init__(self, loaded: Loaded, tokeniser: Tokeniser) -> None:
        self._index = Index(loaded.entries, tokeniser)
        self.times = 0

    @property
    def entries(self) -> Sequence[Entry]:
        return self._index.entries

    @property
    def steepness(self) -> float:
        return self._index.steepness

    def search(self, text: str, limit: int = 10, hidden: Collection[Wording] = ()) -> Sequence[Hit]:
        self.times += 1
        return self._index.search(text, limit, hidden)


def changed(**values: object) -> Loaded:
    first, *others = LOADED.entries
    return replace(LOADED, entries=(replace(first, **values), *others))  # type: ignore[arg-type]


def test_a_base_is_asked_once_whoever_opens_it(tokeniser: Tokeniser, tmp_path: Path) -> None:
    first, second = Asked(LOADED, tokeniser), Asked(LOADED, tokeniser)
    judge = Judges(tmp_path / "judges").of(first, LOADED)
    assert first.times > 0
    assert Judges(tmp_path / "judges").of(second, LOADED) == judge == calibrate(first)
    assert second.times == 0


@pytest.mark.parametrize(
    ("loaded", "encoder"),
    [
        (changed(question="何时发货"), ""),
        (changed(similar=()), ""),
        (changed(answers=("三天",)), ""),
        (replace(LOADED, entries=LOADED.entries[::-1]), ""),
        (replace(LOADED, words=("发货单",)), ""),
        (LOADED, "model/4bit"),
    ],
)
def test_another_base_is_asked_anew(loaded: Loaded, encoder: str, tokeniser: Tokeniser, tmp_path: Path) -> None:
    Judges(tmp_path).of(Asked(LOADED, tokeniser), LOADED)
    other = Asked(loaded, tokeniser)
    Judges(tmp_path).of(other, loaded, encoder)
    assert other.times > 0


def test_other_code_asks_anew(tokeniser: Tokeniser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Judges(tmp_path / "judges").of(Asked(LOADED, tokeniser), LOADED)
    source = tmp_path / "index.py"
    source.write_text("SHARE = 0.4")
    monkeypatch.setattr(module, "_sources", lambda: iter([source]))
    again = Asked(LOADED, tokeniser)
    Judges(tmp_path / "judges").of(again, LOADED)
    assert again.times > 0


@pytest.mark.parametrize("damage", ["", "{", '{"first": 1}', "[]"])
def test_what_is_damaged_is_learnt_again(damage: str, tokeniser: Tokeniser, tmp_path: Path) -> None:
    judge = Judges(tmp_path).of(Asked(LOADED, tokeniser), LOADED)
    for path in tmp_path.iterdir():
        path.write_text(damage)
    assert Judges(tmp_path).of(Asked(LOADED, tokeniser), LOADED) == judge
    quiet = Asked(LOADED, tokeniser)
    assert Judges(tmp_path).of(quiet, LOADED) == judge
    assert quiet.times == 0


def test_a_folder_that_cannot_be_written_costs_only_time(tokeniser: Tokeniser, tmp_path: Path) -> None:
    (tmp_path / "judges").write_text("a file")
    assert Judges(tmp_path / "judges").of(Asked(LOADED, tokeniser), LOADED)


def test_only_the_youngest_are_kept(tokeniser: Tokeniser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 2)
    for number in range(4):
        Judges(tmp_path).of(Asked(LOADED, tokeniser), LOADED, f"model {number}")
    assert len(list(tmp_path.iterdir())) == 2
    quiet = Asked(LOADED, tokeniser)
    Judges(tmp_path).of(quiet, LOADED, "model 3")
    assert quiet.times == 0
