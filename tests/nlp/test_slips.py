"""Slips of the fingers, against comparing with every word."""

from random import Random

import pytest

from nlp.slips import Lacking, Spellings, is_one_slip, swapped


def anything(_: str) -> bool:
    return True


def words(count: int) -> list[str]:
    chance = Random(3)
    return ["".join(chance.choices("甲乙丙丁", k=chance.randint(3, 6))) for _ in range(count)]


def test_what_lacks_a_character_is_found_as_by_trying_all_of_them() -> None:
    known = words(80)
    lacking = Lacking(known, anything)
    for typed in words(200):
        expected = {word for word in known for at in range(len(word)) if word[:at] + word[at + 1 :] == typed}
        assert set(lacking.find(typed)) == expected


def test_inside_a_text_the_ends_of_a_word_must_be_there() -> None:
    inner = Lacking(["一店什么时候开"], anything, ends=False)
    assert set(inner.within("请问一店什时候开呀")) == {"一店什么时候开"}
    assert set(inner.within("请问二店什么时候开呀")) == set()


def test_what_may_not_be_missing_is_missed() -> None:
    assert list(Lacking(["不可以退货"], lambda letter: letter != "不").find("可以退货")) == []


def test_neighbours_change_places() -> None:
    assert [text for _, text in swapped("abba", anything)] == ["baba", "abab"]


@pytest.mark.parametrize("typed", ["thnaks", "tanks", "thankks", "thank"])
def test_a_latin_word_is_found_with_one_slip(typed: str) -> None:
    assert Spellings(["thanks", "order"]).find(typed) == ["thanks"]


@pytest.mark.parametrize("typed", ["thanks", "hanks", "xhanks", "thnkas", "thamks", "t"])
def test_a_latin_word_is_not_found_by_itself_or_with_more_than_that(typed: str) -> None:
    assert Spellings(["thanks"]).find(typed) == []


def test_in_long_words_a_letter_may_be_another() -> None:
    assert Spellings(["delivery", "order"]).find("delivrry") == ["delivery"]
    assert Spellings(["order"]).find("older") == []


def test_one_slip_is_one() -> None:
    assert is_one_slip("abcd", "abdc") and is_one_slip("abcd", "abc") and is_one_slip("abcd", "abxd")
    assert not is_one_slip("abcd", "badc") and not is_one_slip("abcd", "ab") and not is_one_slip("abcd", "abcd")
