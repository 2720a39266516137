"""The classifier: what it learns, how sure it is, and that its parts do what they say."""

from collections.abc import Sequence

import numpy as np
import pytest

from nlp.classify import comparison
from nlp.classify.baselines import Method, baselines
from nlp.classify.classifier import Classifier
from nlp.classify.comparison import PARTS, crossed, own
from nlp.classify.keeping import packed, unpacked
from nlp.classify.logistic import Beside, Dense, fit
from nlp.classify.measures import Judged, confusions, drawn, folds
from nlp.classify.recognise import NONE, Recogniser
from nlp.classify.rows import Rows
from nlp.classify.sparse import Floats
from nlp.classify.stochastic import learnt
from nlp.classify.terms import Terms

WANTS = {
    "查物流": ("我的快递到哪了", "帮我查下物流", "怎么还没收到货", "包裹现在在哪里", "物流信息怎么不更新"),
    "退货": ("我要退货", "不想要了能退吗", "怎么申请退款", "买错了想退掉", "退货地址是多少"),
    "开发票": ("能开发票吗", "帮我开一张发票", "发票抬头怎么填", "电子发票发我一下", "要一张专票"),
}
OTHERS = ("今天天气真好", "中午吃什么", "讲个笑话", "周末去爬山吗", "晚安啦", "堵车堵死了", "好困啊", "这首歌叫什么")
TEXTS = [text for texts in WANTS.values() for text in texts]
LABELS = [label for label, texts in WANTS.items() for _ in texts]


class Topics:
    """An encoder for tests: what a text is about is written in its first letter, the rest of its vector is chance."""

    id = "topics"
    size = 16
    parts = None

    def encode(self, texts: Sequence[str]) -> Floats:
        chance = np.random.default_rng(len(texts))
        vectors = 0.1 * chance.normal(size=(len(texts), self.size))
        for row, text in enumerate(texts):
            vectors[row, sum(map(ord, text[:1])) % self.size] += 1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def test_new_words_for_a_want_are_recognised_and_small_talk_is_none_of_them() -> None:
    recogniser = Recogniser.fit(list(zip(TEXTS, LABELS, strict=True)), OTHERS, None)
    asked = ("查一下我的物流", "我想退货", "发票怎么开", "今天天气好吗")
    assert [recogniser.rank(text, None)[0][0] for text in asked] == ["查物流", "退货", "开发票", NONE]
    ranking = recogniser.rank("查一下我的物流", None)
    assert sum(chance for _, chance in ranking) == pytest.approx(1, abs=1e-5)
    assert [chance for _, chance in ranking] == sorted((chance for _, chance in ranking), reverse=True)


def test_a_name_alone_is_an_example_of_its_intent() -> None:
    named = Classifier.fit([*TEXTS, "喂"], [*LABELS, "营业时间"])
    plain = Classifier.fit([*TEXTS, "喂"], [*LABELS, "0"])
    assert named.probabilities(["营业时间"])[0, 3] > plain.probabilities(["营业时间"])[0, 3]


def test_learning_twice_gives_the_same_probabilities() -> None:
    first, second = (Classifier.fit(TEXTS, LABELS, Topics()) for _ in range(2))
    vectors = Topics().encode(TEXTS)
    assert (first.probabilities(TEXTS, vectors) == second.probabilities(TEXTS, vectors)).all()


def test_one_example_a_class_and_a_text_of_nothing_known_still_work() -> None:
    classifier = Classifier.fit(["退货", "发票"], ["a", "b"])
    assert classifier.probabilities(["xyz", ""]).sum(axis=1) == pytest.approx([1, 1])


def test_vectors_are_trusted_where_words_tell_nothing() -> None:
    chance = np.random.default_rng(3)
    rows = [first + "".join(map(chr, chance.integers(0x4E00, 0x9000, 6))) for first in "甲乙" for _ in range(20)]
    labels = ["0"] * 20 + ["1"] * 20
    classifier = Classifier.fit([row[1:] for row in rows], labels, Topics(), Topics().encode(rows))
    fresh = ["甲啊啊", "乙啊啊"]
    told = classifier.probabilities([text[1:] for text in fresh], Topics().encode(fresh)).argmax(axis=1)
    assert list(told) == [0, 1]


def test_very_many_classes_are_learnt_the_quick_way_and_found_again() -> None:
    chance = np.random.default_rng(0)
    words = ["".join(map(chr, chance.integers(0x4E00, 0x9000, 3))) for _ in range(200)]
    around = (("查", ""), ("要", "吧"), ("请", "了"), ("", "呢"))
    classifier = Classifier.fit(
        [f"{head}{word}{tail}" for word in words for head, tail in around], [word for word in words for _ in around]
    )
    assert classifier.view.squeezed is not None
    told = classifier.probabilities([f"我想{word}" for word in words]).argmax(axis=1)
    assert np.mean([classifier.labels[at] == word for at, word in zip(told, words, strict=True)]) > 0.95


def test_a_kept_classifier_judges_as_the_one_that_was_kept() -> None:
    classifier = Classifier.fit(TEXTS, LABELS, Topics())
    again, vectors = unpacked(packed(classifier)), Topics().encode(TEXTS)
    assert again.labels == classifier.labels
    assert again.probabilities(TEXTS, vectors) == pytest.approx(classifier.probabilities(TEXTS, vectors), abs=0.01)


def test_sparse_products_are_those_of_the_full_matrix() -> None:
    sparse = Terms.of(TEXTS).rows([*TEXTS[:7], "", TEXTS[0]])
    full = sparse.times(np.eye(sparse.width, dtype=np.float32))
    chance = np.random.default_rng(1)
    picked = np.array([8, 7, 2])
    for count in (2, 11):
        right, left = (np.float32(chance.normal(size=(size, count))) for size in (sparse.width, len(sparse)))
        assert sparse.times(right) == pytest.approx(full @ right, abs=1e-5)
        assert sparse.turned_times(left) == pytest.approx(full.T @ left, abs=1e-5)
        assert sparse.take(picked).times(right) == pytest.approx((full @ right)[picked], abs=1e-5)
    assert sparse.gram() == pytest.approx(full @ full.T, abs=1e-5)


def test_the_regression_ends_where_no_way_leads_further_down() -> None:
    chance = np.random.default_rng(2)
    rows, labels = np.float32(chance.normal(size=(60, 5))), chance.integers(0, 3, 60)
    rows[:, 0] += labels

    def loss(weights: Floats) -> float:
        scores = rows @ weights[:-1] + weights[-1]
        right = scores[np.arange(60), labels] - np.log(np.exp(scores).sum(axis=1))
        return float((weights[:-1] ** 2).sum() / 2 - right.sum())

    best = fit(Dense(rows), labels, 3, 1.0)
    for _ in range(20):
        assert loss(best.weights) <= loss(best.weights + np.float32(0.02 * chance.normal(size=(6, 3)))) + 1e-3
    halves = Beside(Dense(rows[:, :2]), Dense(rows[:, 2:]))
    assert loss(fit(halves, labels, 3, 1.0).weights) == pytest.approx(loss(best.weights), abs=1e-2)
    nothing = loss(np.zeros((6, 3), np.float32))
    hasty = loss(learnt(rows, labels, 3, 1.0, np.ones(60, np.float32)).weights)
    assert hasty < loss(best.weights) + 0.5 * (nothing - loss(best.weights))


def test_measures_are_what_their_names_say() -> None:
    once = Judged.of("aabbc", ["abbbd"])
    assert once.accuracy() == 0.6
    assert once.macro_f1() == pytest.approx((2 / 3 + 4 / 5 + 0 + 0) / 4)
    # Labels that nobody means or tells do not count.
    assert once.taken(np.array([0, 1])).macro_f1() == pytest.approx((2 / 3 + 0) / 2)
    assert confusions("aabbc", "abbbd") == [("a", "b", 1), ("c", "d", 1)]
    judged = Judged.of("aabbc", ["abbbd", "aabbc"])
    assert list(judged.accuracies()) == [0.6, 1]
    assert judged.accuracy() == 0.8
    assert judged.macro_f1() == pytest.approx((once.macro_f1() + 1) / 2)
    assert list(judged.taken(np.array([0, 0, 1])).accuracies()) == [pytest.approx(2 / 3), 1]
    assert ["aabbc"[at] for at in drawn(list("aabbc"), 1, 0)] == ["a", "b", "c"]
    assert (drawn(list("aabbc"), 1, 7) == drawn(list("aabbc"), 1, 7)).all()


def test_every_part_of_the_rows_holds_as_much_of_every_label() -> None:
    labels = np.array(list("ab" * 10))
    parts = folds(labels, PARTS)
    assert {(label, part): int(((labels == label) & (parts == part)).sum()) for label in "ab" for part in range(5)} == {
        (label, part): 2 for label in "ab" for part in range(5)
    }
    assert (parts == folds(labels, PARTS)).all()
    assert (parts != folds(labels, PARTS, seed=1)).any()


def test_baselines_learn_from_the_same_draws_as_ours() -> None:
    rows = Rows(TEXTS, LABELS, Topics().encode(TEXTS))
    methods = baselines(with_vectors=True)
    assert list(methods) == ["char 1-3 TF-IDF + LR", "e5 + LR", "TF-IDF + e5 + LR"]
    assert list(baselines(with_vectors=False)) == ["char 1-3 TF-IDF + LR"]
    for method in (own(Topics()), *methods.values()):
        assert comparison.tested(method, rows, rows, shots=4, seeds=2).accuracy() > 0.7
    learnt = [learnt_by(seeds, rows) for seeds in (1, 2)]
    assert learnt[0] == learnt[1][:1]
    assert len(learnt[1]) == 2
    assert learnt[1][0] != learnt[1][1]


def learnt_by(seeds: int, rows: Rows) -> list[tuple[str, ...]]:
    """What a method is given to learn from in each draw."""
    seen: list[tuple[str, ...]] = []
    comparison.tested(remembering(seen), rows, rows, shots=2, seeds=seeds)
    return seen


def remembering(seen: list[tuple[str, ...]]) -> Method:
    def told(rows: Rows, test: Rows) -> Sequence[str]:
        seen.append(tuple(rows.texts))
        known = dict(zip(rows.texts, rows.labels, strict=True))
        return [known.get(text, "?") for text in test.texts]

    return told


def test_nobody_is_judged_by_what_has_learnt_from_them() -> None:
    seen: list[tuple[str, ...]] = []
    judged = crossed(remembering(seen), Rows(TEXTS, LABELS), seeds=2)
    assert list(judged.accuracies()) == [0, 0]
    assert len(seen) == 2 * PARTS
    assert crossed(own(None), Rows(TEXTS, LABELS), seeds=1).accuracy() > 0.5
