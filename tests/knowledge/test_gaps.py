"""Questions that nobody could answer, gathered."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from knowledge.gaps import BY_WORDS, Asked, Cluster, Shingles, clusters, threshold_of
from knowledge.index import Index
from tests.knowledge.conftest import entry

AT = datetime(2026, 11, 1, tzinfo=UTC)
TEXTS = ["可以开专用发票吗", "周末放假吗", "能不能开专用发票", "可以开专用发票吗？", "周末放不放假", "红烧肉怎么做"]


def asked(texts: Sequence[str]) -> list[Asked]:
    return [
        Asked(at + 1, text, AT + at * timedelta(hours=1), group="甲群" if at else "") for at, text in enumerate(texts)
    ]


def gathered(texts: Sequence[str]) -> Sequence[Cluster]:
    return clusters(asked(texts), Shingles(TEXTS).encode(texts), BY_WORDS)


def test_the_same_question_is_one_whatever_the_words() -> None:
    first, second, third = gathered(TEXTS)
    assert (first.id, len(first.asked), list(first.texts)) == (1, 3, ["可以开专用发票吗", "能不能开专用发票"])
    assert first.groups == {"": 1, "甲群": 2}
    assert (second.id, list(second.texts)) == (2, ["周末放假吗", "周末放不放假"])
    assert third.texts == ["红烧肉怎么做"]


def test_a_cluster_keeps_its_number_while_gaps_are_added() -> None:
    before = {one.id for one in gathered(TEXTS)}
    after = {one.id for one in gathered([*TEXTS, "开专用发票", "周末放假", "面膜过期了"])}
    assert before <= after


def test_nothing_asked_gives_no_clusters() -> None:
    assert clusters([], Shingles([]).encode([]), 0.5) == []


def test_a_base_teaches_which_questions_are_one(index: Index) -> None:
    texts = [text for one in index.entries for text in one.questions]
    threshold = threshold_of(index.entries, Shingles(texts).encode(texts), 0.0)
    assert 0.2 < threshold < 0.7
    few = [entry("甲乙"), entry("丙丁")]
    assert threshold_of(few, Shingles(["甲乙", "丙丁"]).encode(["甲乙", "丙丁"]), 0.25) == 0.25


def test_thousands_of_gaps_are_gathered_in_seconds(index: Index, capsys: pytest.CaptureFixture[str]) -> None:
    chance = Random(1)
    words = [text for one in index.entries for text in one.questions]
    texts = [chance.choice(words) + chance.choice(words)[:3] for _ in range(4000)]
    began = time.process_time()
    found = clusters(asked(texts), Shingles(words).encode(texts), 0.5)
    with capsys.disabled():
        print(f"\n4,000 gaps: {len(found)} clusters in {time.process_time() - began:.1f} s")
    assert sum(len(one.asked) for one in found) == 4000
