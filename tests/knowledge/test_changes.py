"""A base that changes: what was not touched is used again, and nobody can tell."""

import random
from collections.abc import Sequence

import numpy as np
import pytest

from knowledge import alignment, postings
from knowledge.alignment import GONE, Alignment, Ends
from knowledge.entries import Entry, Loaded
from knowledge.index import Index
from nlp.tokenise import Tokeniser
from tests.knowledge.conftest import entry

ASKED = ["发货要几天", "怎么退货", "会员卡在哪里看", "发票怎么开", "", "没有这些词 abc"]


def changed(entries: Sequence[Entry], chance: random.Random) -> list[Entry]:
    """The base after somebody worked on it: entries gone, new, reworded, answered differently, moved."""
    found = list(entries)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(found))
        match chance.randrange(5):
            case 0 if len(found) > 2:
                del found[at]
            case 1:
                found.insert(at, entry(f"新的问题{chance.random()}怎么办", "另一种问法", answer="回答，发票和会员卡"))
            case 2:
                found[at] = entry(found[at].question, *found[at].similar[1:], f"改成{chance.random()}这样问")
            case 3:
                found[at] = entry(found[at].question, *found[at].similar, answer=f"改过的回答{chance.random()}")
            case _:
                found.insert(chance.randrange(len(found)), found.pop(at))
    return found


def seen(index: Index, text: str) -> list[object]:
    return [(hit.entry.id, hit.number, round(hit.score, 8), hit.question) for hit in index.search(text)]


@pytest.mark.parametrize(
    ("few", "step"),
    [(postings.FEW, postings.STEP), (postings.FEW, 500), (0, 500)],
    ids=["merged", "merged in steps", "sorted"],
)
def test_an_index_made_from_its_predecessor_is_the_one_made_anew(
    few: int, step: int, shipped: Loaded, tokeniser: Tokeniser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postings, "FEW", few)
    monkeypatch.setattr(postings, "STEP", step)
    chance = random.Random(5)
    entries: Sequence[Entry] = shipped.entries
    index = Index(entries, tokeniser)
    for _ in range(8):
        entries = changed(entries, chance)
        index, anew = Index(entries, tokeniser, index), Index(entries, tokeniser)
        for mine, other in ((index._words, anew._words), (index._answers, anew._answers), (index._grams, anew._grams)):
            for name in ("keys", "starts", "rows"):
                assert np.array_equal(getattr(mine, name), getattr(other, name)), name
            assert np.allclose(mine.weights, other.weights, rtol=1e-12)
        for text in (*ASKED, *(one.question for one in entries[::7])):
            assert seen(index, text) == seen(anew, text)


def test_a_base_may_become_empty_and_come_back(shipped: Loaded, tokeniser: Tokeniser) -> None:
    index = Index([], tokeniser, Index(shipped.entries, tokeniser))
    assert seen(index, "发货要几天") == []
    assert seen(Index(shipped.entries, tokeniser, index), "怎么退货") == seen(
        Index(shipped.entries, tokeniser), "怎么退货"
    )


def test_one_changed_entry_costs_the_words_of_that_entry_alone(shipped: Loaded, tokeniser: Tokeniser) -> None:
    index = Index(shipped.entries, tokeniser)
    entries = [*shipped.entries[:5], entry("全新的问法", answer=shipped.entries[5].answers[0]), *shipped.entries[6:]]
    fresh = Index(entries, tokeniser, index).wordings.since.fresh
    assert [Index(entries, tokeniser).wordings.texts[row] for row in fresh] == ["全新的问法"]


@pytest.mark.parametrize("seed", range(30))
def test_an_alignment_keeps_the_order_and_loses_no_row(seed: int) -> None:
    chance = random.Random(seed)
    old = [chance.choice("abcdefgh") for _ in range(chance.randrange(12))]
    new = [chance.choice("abcdefgh") for _ in range(chance.randrange(12))]
    found = Alignment.of(old, new)
    pairs = [(before, after) for before, after in enumerate(found.moved.tolist()) if after != GONE]
    assert all(old[before] == new[after] for before, after in pairs)
    assert [after for _, after in pairs] == sorted({after for _, after in pairs})
    assert sorted([*found.fresh.tolist(), *(after for _, after in pairs)]) == list(range(len(new)))


@pytest.mark.parametrize("seed", range(30))
def test_the_ends_of_two_rows_are_what_they_have_in_common(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alignment, "TOGETHER", 4)
    chance = random.Random(seed)
    same, other = chance.choices("ab", k=chance.randrange(20)), chance.choices("ab", k=chance.randrange(20))
    old, new = [*same, *chance.choices("ab", k=3), *other], [*same, *chance.choices("ab", k=5), *other]
    ends = Ends.of(old, new)
    assert list(ends.around(old, ends.between(new))) == new
    assert ends.start >= len(same) and ends.start + ends.end <= len(old)
    middle = ends.between(old), ends.between(new)
    assert not all(middle) or (middle[0][0] != middle[1][0] and middle[0][-1] != middle[1][-1])


def test_what_was_put_in_between_is_all_that_is_fresh() -> None:
    old = [str(number) for number in range(50)]
    new = ["x", *old[:20], "y", *old[21:], "z"]
    assert Alignment.of(old, new).fresh.tolist() == [0, 21, 51]


def test_values_are_carried_to_the_new_places() -> None:
    found = Alignment.of(["a", "b", "c"], ["x", "a", "c"])
    assert found.carried(np.array([1, 2, 3])).tolist() == [0, 1, 3]
