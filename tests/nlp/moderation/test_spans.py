"""Every hit names a part of the text that holds the entry, and no text takes more than its length's worth of work."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.moderation.allow import Allow
from nlp.moderation.entry import Entry
from nlp.moderation.filter import Filter
from nlp.moderation.hit import Hit, masked
from nlp.moderation.language import Language
from nlp.moderation.layers import Layer
from nlp.moderation.spans import Apart, Covers
from nlp.moderation.view import packed
from nlp.moderation.views import views
from tests.nlp.moderation.work import work

WORDS = "刷单 加微信 时时彩 老虎机 casino bonus返水 高价收卡 sb 快三 一件代发 poker-room 女子会".split()  # noqa: SIM905
PIECES = [
    *WORDS, *"刷单加微信时彩老虎机高价收卡女子好会弋人亻口丂威佳虚廾（）[]，🔥🇨", "shua", "dan", "jia",
    "wei", "xin", "ssc",
    "c4s1n0", "$", "@", "|", "\u0301", "\u200b", "ﷺ", "ß", "İ", "⑴", "㈤", "&#21047;", "%E5%88%B7", "\\u5355", "\n",
    " ",
    "\ud800",
]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
# Of these the letters that were found are those of the word, one by one.
LITERAL = {Layer.EXACT, Layer.FOLD, Layer.SKELETON, Layer.DECODED, Layer.BRACKETS}


@pytest.fixture(scope="module")
def listed(language: Language) -> Filter:
    return Filter.build([Entry(word, "ad") for word in WORDS], Allow(), language)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_a_hit_is_a_part_of_the_text_that_holds_the_entry(listed: Filter, text: str) -> None:
    hits = listed.hits(text)
    assert listed.hits(text) == hits
    assert len(masked(text, hits)) == len(text)
    for hit in hits:
        assert 0 <= hit.start < hit.end <= len(text)
        if hit.layer in LITERAL:
            assert any(_holds(listed, hit, view.letters) for view in views(text[hit.start : hit.end], _folding(listed)))


def _folding(listed: Filter) -> dict[int, str]:
    return listed.language.folding


def _holds(listed: Filter, hit: Hit, letters: str) -> bool:
    word = hit.entry.word.translate(_folding(listed))
    return packed(word) in packed(letters) or packed(word.replace("三", "3").replace("一", "1")) in packed(letters)


@pytest.mark.parametrize(
    "unit",
    [
        "刷", "刷单", "刷单\n", "加微信", "加微", "时", "（刷）", "（", "&#21047;", "%", "\\u5", "sd", "shuadan", "shi",
        "c4", "1", "弋人", "女子", "刷\u0301", "\u200b", "ﷺ", "刷 ", "。", "\n",
        "刷\n单", "[1]", "虚机", "casin", "@a.",
        "13800", "微微信信", "\ud800",
    ],
)  # fmt: skip
def test_four_times_the_text_takes_four_times_thework(listed: Filter, unit: str) -> None:
    short, long = (unit * (size // len(unit)) for size in (300, 1200))
    listed.hits(long)
    assert work(lambda: listed.hits(long)) < 5 * work(lambda: listed.hits(short)) + 500


SPANS = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6)).map(lambda span: (span[0], span[0] + span[1])))


@given(SPANS)
def test_spans_that_overlap_an_earlier_one_are_not_added(spans: list[tuple[int, int]]) -> None:
    apart, kept = Apart(), list[tuple[int, int]]()
    for start, end in spans:
        free = all(end <= first or last <= start for first, last in kept)
        assert apart.add(start, end) == free
        if free:
            kept.append((start, end))


@given(SPANS, SPANS)
def test_a_part_is_covered_by_one_span_that_is_as_long(
    spans: list[tuple[int, int]], parts: list[tuple[int, int]]
) -> None:
    covers = Covers(spans)
    for start, end in parts:
        assert covers.cover(start, end) == any(first <= start and end <= last for first, last in spans)
