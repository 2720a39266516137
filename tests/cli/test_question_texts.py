"""What the bench asks a made-up base."""

from itertools import islice

from bot.cli.bench.entries import Made, wordings
from bot.cli.bench.question_texts import Asked
from nlp.normalise import core


def test_every_text_is_asked_once_and_always_the_same_are() -> None:
    texts = list(islice(Asked(50), 500))
    assert len(set(texts)) == len(texts)
    assert texts == list(islice(Asked(50), 500))


def test_no_text_is_a_wording_of_the_base() -> None:
    made = Made()
    base = {core(wording) for number in range(200) for wording in wordings(*made[number])}
    asked = [text for text in islice(Asked(200), 400) if core(text) in base]
    assert asked == []
