"""Made-up word lists, any length and always the same, and everyday messages, with a listed word in them or without."""

import json
import random
from collections.abc import Iterator, Sequence
from importlib import resources
from itertools import islice

from bot.cli.bench.entries import questions
from nlp.dictionary import jieba_words

LONGEST = 3
ASKED = 1500


def words(count: int) -> list[str]:
    """So many pairs of dictionary words, three to six characters: they begin with some 4,000 different ones."""
    known = [word for word, _ in jieba_words() if 2 <= len(word) <= LONGEST and not word.isascii()]
    known += sorted({word[0] for word in known})
    chance = random.Random(5)
    made: dict[str, None] = {}
    while len(made) < count:
        word = chance.choice(known) + chance.choice(known)
        if len(word) > 2:
            made[word] = None
    return list(made)


def messages(listed: Sequence[str] = ()) -> Iterator[str]:
    """Endless messages: sentences that moods are learnt from, and questions; each with one of these words."""
    lessons = (resources.files("nlp") / "lessons" / "mood.jsonl").read_text("utf-8").splitlines()
    said = [str(json.loads(line)["text"]) for line in lessons] + list(islice(questions(1000), ASKED))
    chance = random.Random(6)
    while True:
        text = chance.choice(said)
        if chance.random() < 0.5:
            text = f"{text}，{chance.choice(said)}"
        yield f"{text}，{chance.choice(listed)}" if listed else text


def mixed(listed: Sequence[str], every: int) -> Iterator[str]:
    """Endless messages, one in so many with a listed word."""
    plain, hidden = messages(), messages(listed)
    while True:
        yield from islice(plain, every - 1)
        yield next(hidden)
