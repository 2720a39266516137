"""Many words asked at once tell the same as each asked by itself."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from nlp.moderation.language import Language
from nlp.moderation.matchers.listing import Index
from nlp.moderation.points import Points

SIGNS = "aAＡ一单單\n\ud800😀"
WORDS = st.lists(st.text(SIGNS, max_size=4), max_size=20)


@given(WORDS, st.text(SIGNS, max_size=3))
def test_all_words_together_tell_the_same_as_each_by_itself(words: Sequence[str], signs: str) -> None:
    points = Points(words)
    assert set(points.signs()) == set("".join(words))
    assert points.having(signs) == [at for at, word in enumerate(words) if set(signs) & set(word)]
    stretched = [at for at, word in enumerate(words) if any(one == other for one, other in pairwise(word))]
    assert points.stretched() == stretched
    assert points.order().tolist() == sorted(range(len(words)), key=lambda at: words[at][:3])


@given(words=WORDS)
def test_a_list_is_folded_as_each_of_its_words(language: Language, words: Sequence[str]) -> None:
    assert language.folding.of(words) == [word.translate(language.folding) for word in words]


def test_equal_patterns_are_found_for_all_their_owners_in_their_order() -> None:
    index = Index([("刷单", 1), ("", 2), ("代购", 3), ("刷单", 4), ("代购", 3), ("刷单", 5)])
    assert index.find("刷单代购") == [(0, 2, (1, 4, 5)), (2, 4, (3, 3))]
