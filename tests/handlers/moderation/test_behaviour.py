"""Flood, repetition, too many names, lines and letters; words in pieces."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.moderation.behaviour import (
    FLOODING,
    LENGTH,
    LINING,
    MENTIONING,
    REPEATING,
    Limits,
    excesses,
    is_about_conduct,
)
from handlers.moderation.pieces import spread
from handlers.moderation.recent import Said
from nlp.moderation.entry import Entry
from nlp.moderation.hit import Hit

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
STRICT = Limits(flood=3, repeats=2, mentions=2, lines=3, letters=20)


def said(*texts: str, every: float = 1) -> list[Said]:
    """Messages one after the other, the last so many seconds before now."""
    count = len(texts)
    return [Said.of(text, NOON - timedelta(seconds=every * (count - at))) for at, text in enumerate(texts)]


def whats(text: str, before: list[Said], limits: Limits = STRICT) -> list[str]:
    """What is too much about a message of now."""
    return [hit.entry.word for hit in excesses(limits, text, Said.of(text, NOON), before)]


def test_the_message_after_the_most_in_a_minute_is_about_conduct() -> None:
    assert whats("三", said("一", "二")) == []
    assert whats("四", said("一", "二", "三")) == [FLOODING]
    assert whats("四", said("一", "二", "三", every=25)) == []


def test_ten_a_minute_is_the_most_if_nothing_is_written() -> None:
    ten = said(*map(str, range(10)))
    assert whats("又来", ten, Limits()) == [FLOODING]
    assert whats("又来", ten[1:], Limits()) == []


def test_the_same_words_again_are_a_repetition_whatever_their_marks() -> None:
    assert whats("低价出货！", said("低价出 货", "低价出货～", every=25)) == [REPEATING]
    assert whats("好的", said("好的", "好的", every=25)) == []
    assert whats("低价出货", said("低价出货", "低价出货", every=400)) == []


@pytest.mark.parametrize(
    ("text", "what"), [("@小林 @小满 @阿宁 看", MENTIONING), ("一\n二\r\n三\n四", LINING), ("长" * 21, LENGTH)]
)
def test_one_message_can_be_too_much(text: str, what: str) -> None:
    assert whats(text, []) == [what]


def test_what_is_not_written_is_not_limited() -> None:
    assert whats("@一 @二 @三\n\n\n\n" + "长" * 100, said(*"一二三四"), Limits(flood=None)) == []


def test_an_excess_is_told_from_words() -> None:
    flood = excesses(STRICT, "四", Said.of("四", NOON), said("一", "二", "三"))
    assert is_about_conduct(flood)
    assert not is_about_conduct([Hit(Entry("刷单", "fraud"), "exact", 0, 2)])


def find(text: str) -> list[Hit]:
    """刷单, plainly."""
    at = text.find("刷单")
    return [Hit(Entry("刷单", "fraud"), "exact", at, at + 2)] if at >= 0 else []


def test_a_word_in_two_messages_is_found_in_the_second() -> None:
    [hit] = spread("单，日结", Said.of("单，日结", NOON), said("刷"), find)
    assert (hit.entry.word, hit.start, hit.end) == ("刷单", 0, 1)


def test_what_stands_in_one_message_alone_is_not_found_again() -> None:
    assert spread("刷单", Said.of("刷单", NOON), said("你好"), find) == []
    assert spread("好", Said.of("好", NOON), said("刷单"), find) == []


def test_pieces_with_time_or_a_long_message_between_them_are_none() -> None:
    assert spread("单", Said.of("单", NOON), said("刷", every=20), find) == []
    assert spread("单", Said.of("单", NOON), said("今天我在家里刷牙来着刷"), find) == []
