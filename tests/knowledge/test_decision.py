from collections import Counter
from math import ceil

import pytest

from knowledge.chatter import CHATTER
from knowledge.decision import CHOICES, SAMPLES, Decider, Verdict, _wordings, calibrate
from knowledge.index import Index
from nlp.tokenise import Tokeniser
from tests.knowledge.conftest import entry


def test_every_wording_of_the_shipped_base_is_answered_by_its_entry(index: Index, decider: Decider) -> None:
    for number, one in enumerate(index.entries):
        for question in one.questions:
            decision = decider.decide(index.search(question))
            assert (decision.verdict, decision.options[0].number, decision.score) == (Verdict.ANSWER, number, 1.0)


def test_small_talk_is_hardly_ever_answered_from_the_shipped_base(index: Index, decider: Decider) -> None:
    verdicts = Counter(decider.decide(index.search(text)).verdict for text in CHATTER)
    assert verdicts[Verdict.ANSWER] <= 0.01 * len(CHATTER)
    assert verdicts[Verdict.UNKNOWN] > 0.85 * len(CHATTER)


def test_with_a_wording_hidden_answers_are_mostly_right(index: Index, decider: Decider) -> None:
    seen: Counter[tuple[Verdict, bool]] = Counter()
    for number, one in enumerate(index.entries):
        for place, question in enumerate(one.questions):
            decision = decider.decide(index.search(question, hidden={(number, place)}))
            seen[decision.verdict, number in [hit.number for hit in decision.options]] += 1
    assert seen[Verdict.ANSWER, True] > seen[Verdict.ANSWER, False]
    assert seen[Verdict.CHOICES, True] > 0.8 * seen[Verdict.CHOICES, False]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_questions_without_their_entry_are_seldom_answered(
    index: Index, tokeniser: Tokeniser, decider: Decider, seed: int
) -> None:
    asked = index.entries[seed::3]
    rest = Index([one for one in index.entries if one not in asked], tokeniser)
    learnt = calibrate(rest)
    wrong = sum(learnt.decide(rest.search(one.question)).verdict is Verdict.ANSWER for one in asked)
    assert wrong / len(asked) < 0.25


def test_no_hits_means_not_known(decider: Decider) -> None:
    decision = decider.decide(())
    assert (decision.verdict, decision.score, decision.options) == (Verdict.UNKNOWN, 0.0, ())


def test_a_choice_offers_at_most_three(index: Index, decider: Decider) -> None:
    decision = decider.decide(index.search("防晒"))
    assert decision.verdict is Verdict.CHOICES
    assert 2 <= len(decision.options) <= CHOICES
    assert 0 < decision.score < 1


@pytest.mark.parametrize("entries", [(), (entry("怎么退货？"),), (entry("怎么退货？"), entry("多久发货？"))])
def test_a_tiny_base_knows_its_own_questions_and_nothing_else(
    tokeniser: Tokeniser, entries: tuple[object, ...]
) -> None:
    index = Index(entries, tokeniser)  # type: ignore[arg-type]
    decider = calibrate(index)
    for one in index.entries:
        assert decider.decide(index.search(one.question)).verdict is Verdict.ANSWER
    assert decider.decide(index.search("今晚吃什么")).verdict is Verdict.UNKNOWN


def test_a_base_that_says_everything_twice_is_as_sure_as_one_that_does_not(index: Index, tokeniser: Tokeniser) -> None:
    once = [entry(one.question) for one in index.entries]
    again = [entry(f"请问{one.question}谢谢") for one in index.entries]
    alone, beside = (calibrate(Index(entries, tokeniser)).first for entries in (once, [*once, *again]))
    assert alone.probability([0.5]) > 0.9
    assert beside.probability([0.5]) > 0.9


def test_calibration_is_repeatable(index: Index, decider: Decider) -> None:
    assert calibrate(index) == decider


@pytest.mark.parametrize("with_several", [0, 10, 30, 250])
def test_the_sample_of_wordings_is_even(tokeniser: Tokeniser, with_several: int) -> None:
    alone = [entry(f"第 {number} 种茶怎么泡") for number in range(300)]
    several = [entry(f"第 {number} 款杯子多大", "能装多少水", "多少毫升") for number in range(with_several)]
    index = Index((*alone, *several), tokeniser)
    every = [(number, place) for number, one in enumerate(index.entries) for place in range(len(one.questions))]
    pool = [one for one in every if one[0] >= len(alone)] if 4 * 3 * with_several >= SAMPLES else every
    sample = list(_wordings(index))
    assert sample == pool[:: ceil(len(pool) / SAMPLES)]
    assert len(sample) <= SAMPLES
