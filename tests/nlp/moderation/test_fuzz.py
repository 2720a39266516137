"""Odd texts: nothing fails, hits lie in the text, and no text takes more than its length's worth of work."""

import random
import time
from itertools import count

import pytest

from nlp.moderation.allow import Allow
from nlp.moderation.entry import Entry
from nlp.moderation.filter import Filter
from nlp.moderation.hit import masked
from nlp.moderation.language import Language
from tests.nlp.moderation import odd
from tests.nlp.moderation.work import work

WORDS = "刷单 加微信 时时彩 老虎机 casino bonus返水 高价收卡 sb 快三 一件代发 poker-room 女子会 口令863520".split()  # noqa: SIM905
RULES = ["兼职 + 日结", "/加.{0,3}微/"]
SHORT, LONG = 300, 1200
# Four times the text, and what is the same for any text; a square would be sixteen.
TIMES, SAME = 5.0, 500
TIMES_CPU, SAME_CPU = 8.0, 0.01
SECONDS = 600


@pytest.fixture(scope="module")
def listed(language: Language) -> Filter:
    allow = Allow(frozenset({"印刷单位", "加微信公众号"}), frozenset({"qq.com"}))
    return Filter.build([Entry(word, "ad") for word in (*WORDS, *RULES)], allow, language)


def examine(listed: Filter, text: str) -> None:
    """Everything that holds for any text."""
    hits = listed.hits(text)
    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits), ascii(text)
    assert hits == sorted(hits, key=lambda hit: (hit.start, -hit.end)), ascii(text)
    assert len(masked(text, hits)) == len(text), ascii(text)


@pytest.mark.parametrize("kind", odd.KINDS)
def test_no_odd_text_fails_and_hits_lie_in_it(listed: Filter, kind: str) -> None:
    chance = random.Random(kind)
    for _ in range(40):
        examine(listed, odd.KINDS[kind](chance, WORDS))


def test_odd_texts_have_listed_words_in_them_and_none(listed: Filter) -> None:
    chance = random.Random(1)
    found = [bool(listed.hits(odd.text(chance, WORDS))) for _ in range(60)]
    assert 10 < sum(found) < 55


@pytest.mark.parametrize("seed", range(24))
def test_pieces_repeated_four_times_as_often_take_four_times_the_work(listed: Filter, seed: int) -> None:
    short, long = (odd.repeated(random.Random(seed), WORDS, size) for size in (SHORT, LONG))
    listed.hits(long)
    assert work(lambda: listed.hits(long)) < TIMES * work(lambda: listed.hits(short)) + SAME, ascii(short[:40])


@pytest.mark.soak
def test_ten_minutes_of_odd_texts(listed: Filter) -> None:
    """What regular expressions do no count of calls sees: here they are timed, several times if need be."""
    ends = time.monotonic() + SECONDS
    for seed in count():
        chance = random.Random(seed)
        for _ in range(20):
            examine(listed, odd.text(chance, WORDS))
        text = odd.repeated(chance, WORDS, LONG)
        assert any(is_linear(listed, text) for _ in range(5)), f"seed {seed}: {text[:60]!a}"
        if time.monotonic() > ends:
            break


def is_linear(listed: Filter, text: str) -> bool:
    """Whether a text takes about four times the CPU of its first quarter."""
    return seconds(listed, text) < TIMES_CPU * seconds(listed, text[: len(text) // 4]) + SAME_CPU


def seconds(listed: Filter, text: str) -> float:
    began = time.thread_time()
    listed.hits(text)
    return time.thread_time() - began
