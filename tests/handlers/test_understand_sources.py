"""Several sources of what may be meant, compared in one step."""

import pytest

from handlers.understand.sources import Candidate, Found, joined


def found(source: str, score: float, among: float = 0.0, names: str = "abc") -> Found:
    candidates = tuple(Candidate(source, name, name, (name,)) for name in names)
    return Found(candidates, len(candidates), score, among)


def test_one_source_alone_keeps_its_probabilities() -> None:
    joint = joined([found("faq", 0.8, 0.9)], 3)
    assert (joint.score, joint.among) == (pytest.approx(0.8), pytest.approx(0.9))
    assert joint.best is not None
    assert joint.best.id == "a"


def test_of_two_sources_the_surer_one_wins_and_is_less_sure_than_alone() -> None:
    joint = joined([found("faq", 0.6), found("intents", 0.9)], 3)
    assert joint.best is not None
    assert joint.best.source == "intents"
    assert 0.5 < joint.score < 0.9


def test_two_sources_that_are_equally_sure_leave_less_than_half_to_either() -> None:
    assert joined([found("faq", 0.95), found("intents", 0.95)], 3).score < 0.5


def test_a_choice_of_several_sources_holds_what_is_meant_as_if_one_excluded_the_other() -> None:
    assert joined([found("faq", 0.4, 0.5), found("intents", 0.3, 0.5)], 3).among == pytest.approx(2 / 3)


def test_a_choice_takes_from_all_sources_in_turn() -> None:
    options = joined([found("faq", 0.4), found("intents", 0.3)], 3).options
    assert [(one.source, one.id) for one in options] == [("faq", "a"), ("intents", "a"), ("faq", "b")]


def test_nothing_found_is_nothing_meant() -> None:
    joint = joined([Found(), Found()], 3)
    assert (joint.best, joint.score, joint.among, joint.options) == (None, 0.0, 0.0, ())
