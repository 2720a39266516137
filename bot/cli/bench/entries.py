"""Made-up questions and answers, any number and always the same, and questions that ask for them in other words."""

import json
import random
from array import array
from collections.abc import Iterator
from pathlib import Path

from bot.cli.bench.rules import ASKED, CHAT, PLACES, THINGS

WHOSE = "新会员 老会员 学生 员工 周末 夜里 国外 团购 企业 试用 家里 公司".split()  # noqa: SIM905
ENDS = ("", "呀", "呢", "，急", "，谢谢", "，在线等")

Parts = tuple[str, str, str, str]


class Made:
    """What questions are made of: half a million, in an order that puts like beside unlike.

    Only the order is kept: the process that holds it is measured.
    """

    def __init__(self) -> None:
        self._order = array("I", range(len(WHOSE) * len(PLACES) * len(THINGS) * len(ASKED)))
        random.Random(3).shuffle(self._order)

    def __getitem__(self, at: int) -> Parts:
        rest, asked = divmod(self._order[at], len(ASKED))
        rest, thing = divmod(rest, len(THINGS))
        whose, place = divmod(rest, len(PLACES))
        return WHOSE[whose], PLACES[place], THINGS[thing], ASKED[asked]


def wordings(whose: str, place: str, thing: str, asked: str) -> tuple[str, ...]:
    """One question in three ways."""
    return (
        f"{whose}在{place}的{thing}{asked}？",
        f"{place}{whose}用的{thing}，{asked}",
        f"想问{thing}{asked}，{whose}，{place}",
    )


def write(path: Path, count: int, changed: int | None = None) -> None:
    """A JSONL file of so many entries, three wordings each; the one at `changed` is asked in another way."""
    made = Made()
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            mine = made[number]
            question, *similar = wordings(*mine)
            if number == changed:
                question = f"全新的问法：{question}"
            row = {"question": question, "similar": similar, "answer": f"这是第 {number} 条：{mine[2]}的说明请看首页。"}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def questions(count: int) -> Iterator[str]:
    """Endless questions for a base of so many entries, none of them twice: three in four have an answer."""
    chance, made = random.Random(4), Made()
    number = 0
    while True:
        number += 1
        whose, place, thing, asked = made[chance.randrange(count)]
        yield f"{thing}，{whose}在{place}买的，{asked}{chance.choice(ENDS)}{number}"
        yield f"{place}{asked}，说的是{thing}，{whose}，第{number}次问"
        yield f"{whose}{thing}{asked}{chance.choice(ENDS)}，{place}那边，{number}"
        yield f"{chance.choice(CHAT)}{number}"
