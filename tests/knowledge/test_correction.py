"""The second look: questions with slips, in pinyin or in other characters of the same sound.

`noisy.jsonl` has such questions with the entries that they mean. Most are the tour's phrasings, a word of each put into
pinyin, into other characters of its sound or out of order by a rule; the others were written by hand.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest

from handlers.understand.bases import Base, Library
from knowledge.chatter import CHATTER
from knowledge.correction import Corrector
from knowledge.decision import Decision, Verdict, is_better
from knowledge.entries import Entry, load
from knowledge.index import Index
from nlp.normalise import core
from nlp.sounds import Sounds
from nlp.tokenise import Tokeniser
from tests.knowledge.conftest import SHIPPED, entry

DEVELOPERS = sorted((SHIPPED[0].parents[1] / "bot/cli/presets/developers/knowledge").glob("*.toml"))
NOISY = Path(__file__).with_name("noisy.jsonl")
# Of each kind, at least so many of a hundred are answered rightly by words alone.
RIGHT = {"homophone": 84, "swap": 75, "pinyin": 85, "mixed": 92, "shape": 80, "slip": 80}


@pytest.fixture(scope="module")
def base() -> Base:
    return Library().base(load([*SHIPPED, *DEVELOPERS]))


def small_entries() -> Sequence[Entry]:
    return (
        entry("怎么退款？", "退款多久到账", "我要退款"),
        entry("什么时候发货？", "多久能发货", "今天能发货吗"),
        entry("iphone 能用吗？", "支持 iphone 吗"),
        entry("能不能退货？", "不能退货怎么办"),
    )


@pytest.fixture(scope="module")
def small(tokeniser: Tokeniser) -> Corrector:
    return Corrector(Index(small_entries(), tokeniser), Sounds.load)


def first(base: Base, text: str) -> Decision:
    return base.decider.decide(base.ranker.search(text))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("zenme tuikuan", "怎么退款"),
        ("zenmetuikuan", "怎么退款"),
        ("怎么tui款", "怎么退款"),
        ("退宽多久到帐", "退款多久到账"),
        ("什么时侯发货", "什么时候发货"),
        ("什么时候发贷", "什么时候发货"),
        ("什么候时发货", "什么时候发货"),
        ("支持iphnoe吗", "支持iphone吗"),
    ],
)
def test_what_was_meant_is_read_out_of_what_was_typed(small: Corrector, typed: str, meant: str) -> None:
    read = small.correct(typed)
    assert read is not None
    assert core(read.text) == core(meant)
    assert 0.5 < read.certainty < 1


@pytest.mark.parametrize(
    "text", ["怎么退款", "今天天气不错", "wifi password", "", "？？？", "12345", "不能退货", "退" * 100]
)
def test_what_is_likely_as_it_stands_is_left_alone(small: Corrector, text: str) -> None:
    assert small.correct(text) is None


def test_a_negation_is_never_read_as_something_else(small: Corrector) -> None:
    for text in ("步能退货", "不能推货", "不能tuihuo"):
        read = small.correct(text)
        assert read is not None
        assert "不能退货" in read.text


def test_a_radical_is_no_letter_and_stays(small: Corrector) -> None:
    read = small.correct("⺀退宽多久到帐")
    assert read is not None
    assert read.text == "⺀退款多久到账"


def test_a_long_row_of_pinyin_is_read_to_its_end(base: Base) -> None:
    read = base.corrector.correct("qingwen youhuiquan zenme shiyong ne")
    assert read is not None
    assert read.text.startswith("请问优惠券怎么")


def test_a_text_is_read_the_same_whatever_is_kept_of_those_before(
    small: Corrector, tokeniser: Tokeniser, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["退宽多久到帐", "什么候时发货", "zenme tuikuan", "怎么tui款", "退宽多久到帐"]
    read = [small.correct(text) for text in texts]
    for module in ("trigrams", "confusions"):
        monkeypatch.setattr(f"knowledge.{module}.KEPT", 2)
    forgetful = Corrector(Index(small_entries(), tokeniser), Sounds.load)
    assert [forgetful.correct(text) for text in texts] == read
    assert None not in read


def test_noisy_questions_are_mostly_answered_and_hardly_ever_wrongly(base: Base) -> None:
    rows = [json.loads(line) for line in NOISY.read_text("utf-8").splitlines()]
    right: defaultdict[str, Counter[bool]] = defaultdict(Counter)
    wrong = []
    before = 0
    for row in rows:
        told, looked = base.told(row["query"], 10), first(base, row["query"])
        answered = [hit.entry.id for hit in told.options] if told.verdict is Verdict.ANSWER else []
        right[row["kind"]][answered == [row["gold"]]] += 1
        wrong += [(row["query"], answered)] if answered and answered != [row["gold"]] else []
        before += looked.verdict is Verdict.ANSWER and looked.hits[0].entry.id == row["gold"]
    assert len(rows) >= 150
    shares = {kind: 100 * found[True] / found.total() for kind, found in right.items()}
    assert {kind: share for kind, share in shares.items() if share < RIGHT[kind]} == {}
    assert len(wrong) <= 0.02 * len(rows), wrong
    assert sum(found[True] for found in right.values()) > 1.5 * before


def test_chatter_is_answered_no_more_often_than_at_first_sight(base: Base) -> None:
    answered = [text for text in CHATTER if base.told(text, 10).verdict is Verdict.ANSWER]
    assert answered == [text for text in CHATTER if first(base, text).verdict is Verdict.ANSWER]


def test_wordings_of_the_base_are_never_read_as_others(base: Base) -> None:
    read = {text: base.corrector.correct(text) for one in base.loaded.entries for text in one.questions}
    changed = [(text, one.text) for text, one in read.items() if one and one.certainty > 0.9]
    assert len(changed) <= 0.01 * len(read), changed


def test_a_look_is_better_that_says_more_or_is_surer() -> None:
    assert is_better((0.9, 0.9), (0.3, 0.6))
    assert is_better((0.95, 0.95), (0.9, 0.9))
    assert not is_better((0.3, 0.6), (0.9, 0.9))
    assert not is_better((0.1, 0.15), (0.0, 0.0))
