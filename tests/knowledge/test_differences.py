"""What sets two questions apart although their words are alike."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

from knowledge.compare.differences import NAMES, Comparer
from knowledge.compare.teach import taught
from knowledge.compare.weights import Weights
from knowledge.regression import Example
from nlp.tokenise import Tokeniser

NEAR = Path(__file__).with_name("near") / "open.jsonl"


def names(tokeniser: Tokeniser, one: str, other: str) -> list[str]:
    comparer = Comparer()
    found = comparer.differences(*(comparer.read(text, tokeniser.terms(text)) for text in (one, other)))
    return [name for name, holds in zip(NAMES, found, strict=True) if holds]


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [
        ("满两百减多少", "满３百减多少", "numbers"),
        ("第2季什么时候播", "第3季什么时候播", "numbers"),
        ("iphone怎么截屏", "ipad怎么截屏", "names"),
        ("订单可以取消吗", "订单不可以取消吗", "negation"),
        ("会员多少钱", "会员怎么开通", "aspect"),
        ("退款多久到账", "退款怎么操作", "aspect"),
        ("怎么开启自动续费", "怎么关闭自动续费", "opposite"),
        ("红色还有货吗", "蓝色还有货吗", "rival"),
        ("微信能付款吗", "支付宝能付款吗", "rival"),
    ],
)
def test_what_differs_is_named_whichever_comes_first(
    tokeniser: Tokeniser, one: str, other: str, difference: str
) -> None:
    assert difference in names(tokeniser, one, other)
    assert names(tokeniser, other, one) == names(tokeniser, one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("怎么退货", "怎么退货"),
        ("第三季什么时候播", "第3季啥时候播"),
        ("能不能退货", "可以退货吗"),
        ("哪个牌子的防晒好", "有什么好的防晒牌子"),
        ("怎么开通自动续费", "如何打开自动续费"),
        ("今天几点发货呀", "请问今天几点发货"),
    ],
)
def test_other_words_for_the_same_are_no_difference(tokeniser: Tokeniser, one: str, other: str) -> None:
    assert names(tokeniser, one, other) == []


def test_the_shipped_weights_never_speak_for_the_same_meaning() -> None:
    weights = Weights.load()
    assert all(weight <= 0 for weight in weights.values)
    assert min(weights.values) < -1
    assert weights.doubt([False] * len(NAMES)) == 0
    assert weights.doubt(()) == 0
    assert weights.doubt([True] * len(NAMES)) == pytest.approx(sum(weights.values))


def test_what_near_misses_show_and_rewordings_do_not_is_learnt() -> None:
    alike, none = 0.5, (0.0,) * len(NAMES)
    first = (1.0, *none[1:])
    rows = [Example((*first, alike, alike), positive=False)] * 20 + [Example((*none, alike, alike), positive=True)] * 20
    rows += [Example((*first, alike, alike), positive=True), Example((*none, alike, alike), positive=False)]
    weights = taught(rows)
    assert weights[NAMES[0]] < -1
    assert all(weights[name] == 0 for name in NAMES[1:])


def test_some_numbers_aspects_and_negations_are_seen_in_near_misses_of_their_kind(tokeniser: Tokeniser) -> None:
    seen: dict[str, list[bool]] = defaultdict(list)
    for line in NEAR.read_text("utf-8").splitlines():
        row = json.loads(line)
        seen[row["kind"]].append(bool(names(tokeniser, row["near"], row["question"])))
    rates = {kind: sum(found) / len(found) for kind, found in seen.items()}
    assert min(rates[kind] for kind in ("negation", "number", "aspect")) > 0.2
