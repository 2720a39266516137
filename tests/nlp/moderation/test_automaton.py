"""The automaton finds what a plain trie finds."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.moderation.automaton import Automaton
from tests.nlp.moderation.trie import Trie

SIGNS = "ab刷单😀\U0002f804"


@given(st.lists(st.text(SIGNS, max_size=4), max_size=30), st.text(SIGNS, max_size=40))
def test_every_occurrence_of_every_pattern_is_found_as_by_a_trie(patterns: list[str], text: str) -> None:
    assert sorted(Automaton(patterns).find(text)) == sorted(Trie(patterns).find(text))


@pytest.mark.parametrize(
    ("patterns", "text", "found"),
    [
        (["abcd", "bc"], "abce", [(1, 3, 1)]),
        (["刷单", "单"], "刷单", [(0, 2, 0), (1, 2, 1)]),
        (["a", "a", "aa"], "aaa", [(0, 1, 0), (0, 2, 2), (1, 2, 0), (1, 3, 2), (2, 3, 0)]),
        (["", "a"], "ba", [(1, 2, 1)]),
        ([], "刷单", []),
        ([""], "刷单", []),
        (["刷单"], "", []),
        (["刷\n单", "\n", "单"], "刷\n单", [(0, 3, 0), (1, 2, 1), (2, 3, 2)]),
    ],
)
def test_words_inside_words_and_at_their_ends_are_found(
    patterns: list[str], text: str, found: list[tuple[int, int, int]]
) -> None:
    assert sorted(Automaton(patterns).find(text)) == found


@given(st.lists(st.text(SIGNS, max_size=3), max_size=30))
def test_a_pattern_that_was_there_already_is_told_with_its_first(patterns: list[str]) -> None:
    firsts = {at: patterns.index(pattern) for at, pattern in enumerate(patterns)}
    assert Automaton(patterns).repeated == {at: first for at, first in firsts.items() if at != first}


def test_a_long_list_is_searched_as_by_a_trie() -> None:
    chance = random.Random(6)
    letters = [chr(point) for point in range(0x4E00, 0x4E80)]
    patterns = ["".join(chance.choices(letters, k=chance.choice((1, 2, 2, 3, 4)))) for _ in range(20_000)]
    text = "".join(chance.choices(letters, k=3000))
    found = Automaton(patterns).find(text)
    assert len(found) > 1000
    assert sorted(found) == sorted(Trie(patterns).find(text))
