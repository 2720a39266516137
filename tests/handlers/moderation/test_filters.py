"""A filter that follows its lists: a word more is live at once, what cannot be used never is."""

import logging

import pytest

from handlers.moderation import filters as module
from handlers.moderation.filters import Change, Filters
from handlers.moderation.words import Lists
from nlp.moderation.allow import Allow
from nlp.moderation.entry import Entry
from nlp.moderation.language import Language
from nlp.moderation.lists.sample import MESSAGES
from nlp.tokenise import Tokeniser


@pytest.fixture(scope="module")
def tokeniser() -> Tokeniser:
    return Tokeniser.load()


@pytest.fixture(scope="module")
def language(tokeniser: Tokeniser) -> Language:
    return Language.load(tokeniser)


@pytest.fixture
def filters(tokeniser: Tokeniser, language: Language) -> Filters:
    return Filters(tokeniser, language)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists of three entries are large already, and four changes are many."""
    monkeypatch.setattr(module, "LARGE", 3)
    monkeypatch.setattr(module, "FEW", 3)


def lists(*words: str, file: str = "a.txt", first: int = 1, **more: object) -> Lists:
    entries = tuple(Entry(word, "ad", place=f"{file}:{line}") for line, word in enumerate(words, first))
    return Lists(entries=entries, **more)  # type: ignore[arg-type]


def found(filter: module.Filter, text: str) -> list[str]:
    return [hit.entry.word for hit in filter.hits(text)]


THREE = ("刷单返利", "代开增值税票", "扫码领红包")
TEXT = "刷单返利，代开增值税票，扫码领红包，免费送流量卡"


def test_lists_that_stay_cost_nothing(filters: Filters) -> None:
    assert filters.of(lists(*THREE)) is filters.of(lists(*THREE))


def test_a_filter_that_is_in_use_never_changes(filters: Filters) -> None:
    before = filters.of(lists(*THREE))
    after = filters.of(lists(*THREE[1:], "免费送流量卡"))
    assert found(before, TEXT) == list(THREE)
    assert found(after, TEXT) == [*THREE[1:], "免费送流量卡"]


def test_of_a_large_list_only_what_changed_is_built(
    filters: Filters, few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    filters.of(lists(*THREE))
    monkeypatch.setattr(module.Filter, "build", None)
    more = filters.of(lists("免费送流量卡", *THREE))
    assert sorted(found(more, TEXT)) == sorted([*THREE, "免费送流量卡"])
    # The lines moved, and a word that had moved goes.
    less = filters.of(lists("免费送流量卡", *THREE[:2], first=4))
    assert sorted(found(less, TEXT)) == sorted(["免费送流量卡", *THREE[:2]])


def test_after_many_changes_the_whole_is_built_again(filters: Filters, few: None) -> None:
    filters.of(lists(*THREE))
    for words in (("一号词条甲", *THREE), ("二号词条乙", *THREE), ("三号词条丙", *THREE)):
        last = filters.of(lists(*words, first=10))
    assert {entry.word for entry in last.entries} == {"三号词条丙", *THREE}
    assert last.entries[0].place == "a.txt:10"


def test_a_phrase_that_is_allowed_later_is_heeded(filters: Filters, few: None) -> None:
    filters.of(lists(*THREE))
    assert found(filters.of(lists(*THREE, allow=Allow(frozenset({"扫码领红包活动"})))), "扫码领红包活动") == []


def test_a_file_that_was_emptied_keeps_its_words(filters: Filters, caplog: pytest.LogCaptureFixture) -> None:
    filters.of(lists(*THREE))
    kept = filters.of(lists(void=frozenset({"a.txt", "b.txt"})))
    assert found(kept, TEXT) == list(THREE)
    assert "a.txt 是空的，继续用原来的 3 个词" in caplog.text
    assert found(filters.of(lists()), TEXT) == []


def test_a_list_that_flags_everybody_is_not_taken(filters: Filters, caplog: pytest.LogCaptureFixture) -> None:
    good = filters.of(lists(*THREE))
    with caplog.at_level(logging.ERROR):
        assert filters.of(lists(*MESSAGES[:12])) is good
    assert "新词表不能用" in caplog.text
    assert found(filters.of(lists("免费送流量卡")), TEXT) == ["免费送流量卡"]


def test_only_content_and_file_make_an_entry_another_one() -> None:
    before = lists("甲乙", "丙丁").entries
    assert Change.between(before, lists("丙丁", "甲乙", first=7).entries).size == 0
    assert Change.between(before, lists("甲乙", "丙丁", file="b.txt").entries).size == 4
