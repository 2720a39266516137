"""Lists that would flag everybody are found out before they are used."""

import pytest

from nlp.moderation.entry import Entry
from nlp.moderation.hit import Hit
from nlp.moderation.lists.sample import MESSAGES, fault_of, too_common

WORD = Entry("刷单返利", "fraud", place="a.txt:1")


def finder(*entries: Entry):
    def hits(text: str) -> list[Hit]:
        found = ((entry, text.find(entry.word)) for entry in entries)
        return [Hit(entry, "exact", at, at + len(entry.word)) for entry, at in found if at >= 0]

    return hits


def test_a_word_of_every_fifth_message_is_refused_with_its_place() -> None:
    (told,) = too_common([WORD, Entry("的", "ad", place="a.txt:7"), Entry("发票", "ad", place="a.txt:8")])
    assert (told.file, told.line, told.value, told.warning) == ("a.txt", 7, "的", False)


def test_a_filter_is_sound_that_finds_its_words_and_leaves_people_alone() -> None:
    assert fault_of(finder(WORD), [WORD]) == ""
    assert fault_of(finder(), []) == ""


def test_a_filter_is_broken_that_flags_most_messages_or_finds_nothing() -> None:
    everything = [Entry(sign, "ad") for sign in "的了，我"]
    assert "会被抓" in fault_of(finder(*everything), everything)
    assert "找不到" in fault_of(finder(), [WORD])


def test_a_filter_that_fails_on_odd_text_fails_here() -> None:
    def fragile(text: str) -> list[Hit]:
        text.encode()
        return []

    with pytest.raises(UnicodeEncodeError):
        fault_of(fragile, [])


def test_the_messages_are_each_said_once() -> None:
    assert len({*MESSAGES}) == len(MESSAGES)
