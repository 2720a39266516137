"""Of a long list the dearer ways have the gravest words; however a list is built, it finds the same."""

import pytest

from nlp.moderation import filter as filters
from nlp.moderation.allow import Allow
from nlp.moderation.entry import Entry
from nlp.moderation.filter import Filter
from nlp.moderation.language import Language
from nlp.moderation.matchers import shapes
from nlp.moderation.matchers.listing import Word, gravest
from nlp.moderation.view import View

TEXTS = ("一起刷单吗", "加徽信", "shuadan 来", "刷 * 单", "高价收卡", "今天开会")


def test_the_gravest_words_that_suit_are_chosen_and_of_these_the_first() -> None:
    rows = zip("甲乙丙丁戊", (1, 3, 2, 3, 3), strict=True)
    words = [Word(at, letters, None, severity) for at, (letters, severity) in enumerate(rows)]
    assert [word.letters for word in gravest(words, 2, lambda word: word.letters != "乙")] == ["丁", "戊"]
    assert [word.letters for word in gravest(words, 4, lambda _: True)] == ["乙", "丙", "丁", "戊"]
    assert gravest(words, 9, lambda _: True) == words
    assert gravest([], 9, lambda _: True) == []


def test_a_list_that_is_built_on_two_threads_finds_the_same(
    language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [Entry(word, "ad") for word in ("刷单", "加微信", "高价收卡")]
    one = Filter.build(entries, Allow(), language)
    monkeypatch.setattr(filters, "_MANY", 1)
    two = Filter.build(entries, Allow(), language)
    assert [two.hits(text) for text in TEXTS] == [one.hits(text) for text in TEXTS]
    assert sum(bool(two.hits(text)) for text in TEXTS) == 5


def test_a_look_alike_is_found_whatever_was_looked_at_before(language: Language) -> None:
    words = [Word(at, letters) for at, letters in enumerate(("加微信", "高价收卡"))]
    warm, cold = shapes.Shapes(words, language), shapes.Shapes(words, language)
    for text in (*TEXTS, *reversed(TEXTS)):
        list(warm.finds(View(text, language.folding)))
    view = View("加徽信", language.folding)
    assert list(warm.finds(view)) == list(cold.finds(view)) != []
