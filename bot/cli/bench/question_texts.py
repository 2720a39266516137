"""What a made-up base is asked: mostly as customers write, some with a slip, some of what is not in it."""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from importlib import resources

from bot.cli.bench.entries import ENDS, Made, Parts
from bot.cli.bench.rules import TYPOS

# Of a hundred messages: questions that say all there is to say and questions that leave something out, the same with a
# slip, questions for entries that are missing, and what is said beside questions.
MIX: Mapping[str, int] = {"whole": 50, "short": 15, "slip": 10, "missing": 10, "talk": 15}
OPENINGS = ("", "", "", "请问", "你好，", "想问下", "麻烦问一下，", "亲，")


class Asked:
    """Endless texts for a base of so many entries, always the same, none of them twice."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._chance = random.Random(4)

    # Made when the first is asked: the memory of the process that asks is measured before.
    @cached_property
    def _made(self) -> Made:
        return Made()

    @cached_property
    def _said(self) -> Sequence[str]:
        """What customers say to a shop or a community, that moods are learnt from."""
        lessons = (resources.files("nlp") / "lessons" / "mood.jsonl").read_text("utf-8").splitlines()
        return [str(json.loads(line)["text"]) for line in lessons]

    def __iter__(self) -> Iterator[str]:
        made: Mapping[str, Callable[[], str]] = {
            "whole": self._whole, "short": self._short, "slip": self._slip, "missing": self._missing,
            "talk": self._talk,
        }  # fmt: skip
        told: set[str] = set()
        while True:
            (kind,) = self._chance.choices(list(MIX), list(MIX.values()))
            text = made[kind]()
            if text not in told:
                told.add(text)
                yield text

    def _whole(self) -> str:
        return self._in_words(self._made[self._chance.randrange(self._count)])

    def _in_words(self, parts: Parts) -> str:
        whose, place, thing, asked = parts
        body = self._chance.choice(
            (
                f"{whose}在{place}买的{thing}{asked}",
                f"{thing}，{whose}在{place}买的，{asked}",
                f"{thing}{asked}，{whose}，{place}的",
                f"{place}{asked}，说的是{thing}，{whose}",
                f"{whose}{thing}{asked}，{place}那边",
                f"{place}{whose}{thing}{asked}",
            )
        )
        return self._dressed(body)

    def _short(self) -> str:
        whose, place, thing, asked = self._made[self._chance.randrange(self._count)]
        bodies = (f"{place}的{thing}{asked}", f"{whose}{thing}{asked}", f"{thing}{asked}", f"{asked}，{place}的{thing}")
        return self._dressed(self._chance.choice(bodies))

    def _dressed(self, body: str) -> str:
        return f"{self._chance.choice(OPENINGS)}{body}{self._chance.choice(ENDS)}"

    def _slip(self) -> str:
        text = self._chance.choice((self._whole, self._short))()
        for right, wrong in TYPOS:
            if right in text:
                return text.replace(right, wrong)
        at = self._chance.randrange(len(text) - 1)
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]

    def _missing(self) -> str:
        return self._in_words(self._made[self._count + self._chance.randrange(self._count)])

    def _talk(self) -> str:
        text = self._chance.choice(self._said)
        return text if self._chance.random() < 0.5 else f"{text}，{self._chance.choice(self._said)}"
