from math import exp
from random import Random

import pytest

from knowledge.regression import Example, fit


def test_the_weights_behind_the_examples_are_found_again() -> None:
    chance = Random(1)
    examples = []
    for _ in range(4000):
        x, y = chance.random(), chance.random()
        examples.append(Example((x, y), chance.random() < 1 / (1 + exp(-(6 * x - 3 * y - 1)))))
    assert fit(examples, size=2).weights == pytest.approx((6, -3, -1), abs=0.5)


@pytest.mark.parametrize(
    "examples",
    [
        [],
        [Example((0.5,), True)],
        [Example((0.1,), False), Example((0.9,), True)],
        [Example((0.0,), False)] * 50,
        [Example((x / 100,), x > 50) for x in range(100)],
    ],
    ids=["none", "one", "two", "only negative", "cleanly parted"],
)
def test_few_or_cleanly_parted_examples_still_give_probabilities(examples: list[Example]) -> None:
    model = fit(examples, size=1)
    assert all(0 < model.probability((x / 10,)) < 1 for x in range(11))


def test_more_evidence_never_lowers_the_probability() -> None:
    model = fit([Example((x / 100,), x > 50) for x in range(100)], size=1)
    chances = [model.probability((x / 10,)) for x in range(11)]
    assert chances == sorted(chances)
