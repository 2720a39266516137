"""Words and their beginnings have the frequencies that jieba gives them."""

import warnings
from importlib import import_module, resources

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlp.dictionary import LOW, Dictionary

WORDS = st.text(st.sampled_from("退换货龘𠀀éupUP12一丁"), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def loaded() -> Dictionary:
    return Dictionary.load()


def test_it_knows_what_jieba_knows_and_no_more(loaded: Dictionary) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        jieba = import_module("jieba")
    with (resources.files("jieba") / "dict.txt").open("rb") as lines:
        known, total = jieba.Tokenizer().gen_pfdict(lines)
    assert all(loaded.get(word) == frequency for word, frequency in known.items())
    assert (len(loaded), loaded.total) == (len(known), total)
    assert {0, *loaded.frequencies} == {*known.values()}
    others = [word + sign for word in list(known)[::10] for sign in "咖 龘" if word + sign not in known]
    assert [word for word in others if loaded.get(word) is not None] == []


def test_letters_that_are_the_same_bytes_as_a_character_are_not_it(loaded: Dictionary) -> None:
    assert "灵".encode("utf-16-le") == b"up"
    assert loaded.get("灵") and loaded.get("up") is None


@settings(derandomize=True, deadline=None, max_examples=100)
@given(
    words=st.lists(st.tuples(WORDS, st.integers(1, LOW + 5)), max_size=30), others=st.lists(WORDS),
    at_once=st.integers(1, 40),
)  # fmt: skip
@example(words=[("一", 5), ("一丁", 3)], others=[], at_once=1)
def test_any_words_are_found_again_and_their_beginnings(
    words: list[tuple[str, int]], others: list[str], at_once: int
) -> None:
    known = {word[:end]: 0 for word, _ in words for end in range(1, len(word))} | dict(words)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nlp.dictionary.AT_ONCE", at_once)
        made = Dictionary(words)
    assert {word: made.get(word) for word in known} == {word: min(known[word], LOW) for word in known}
    assert [made.get(word) for word in others if word not in known] == [None for word in others if word not in known]
    assert (len(made), made.total) == (len(known), sum(frequency for _, frequency in words))


def test_those_that_want_the_last_places_go_behind_them(monkeypatch: pytest.MonkeyPatch) -> None:
    # All marks end in the same bits: they want one place, the last.
    monkeypatch.setattr("nlp.dictionary.mark", lambda text: (len(text) << 20) | LOW)
    made = Dictionary((("一" * size), size) for size in range(1, 9))
    assert [made.get("一" * size) for size in range(1, 10)] == [*range(1, 9), None]
    assert len(made.slots) > LOW + 8
