"""A process that looks for a list of words, as they are, with several engines, and tells what each takes."""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from itertools import islice
from typing import Any

from bot.cli.bench.child import answer, questions
from bot.cli.bench.lists import mixed, words
from nlp.moderation.automaton import Automaton

EVERY = 20

# Finds the words of a text, those that overlap too where the engine can; the answer is how many.
Engine = Callable[[str], int]


def ours(listed: Sequence[str]) -> Engine:
    """The automaton that the filter is made of."""
    automaton = Automaton(listed)
    return lambda text: len(automaton.find(text))


def pyahocorasick(listed: Sequence[str]) -> Engine:
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for at, word in enumerate(listed):
        automaton.add_word(word, (at, word))
    automaton.make_automaton()
    return lambda text: len(list(automaton.iter(text)))


def flashtext(listed: Sequence[str]) -> Engine:
    """It finds the longest word at a place and goes on behind it."""
    from flashtext import KeywordProcessor

    processor = KeywordProcessor(case_sensitive=True)
    processor.add_keywords_from_list(list(listed))
    return lambda text: len(processor.extract_keywords(text, span_info=True))


def trie(listed: Sequence[str]) -> Engine:
    """Dictionaries in dictionaries, tried from each character on, as many write it."""
    root: dict[str, Any] = {}
    for word in listed:
        node = root
        for sign in word:
            node = node.setdefault(sign, {})
        node[""] = word
    return lambda text: sum(1 for _ in _walked(root, text))


def _walked(root: dict[str, Any], text: str) -> Iterator[tuple[int, int]]:
    for start in range(len(text)):
        node, end = root, start
        while end < len(text) and text[end] in node:
            node = node[text[end]]
            end += 1
            if "" in node:
                yield start, end


ENGINES: Mapping[str, Callable[[Sequence[str]], Engine]] = {
    "ours": ours,
    "pyahocorasick": pyahocorasick,
    "trie": trie,
    "flashtext": flashtext,
}
# The modules of those that the bot itself does not need.
MODULES: Mapping[str, str] = {"pyahocorasick": "ahocorasick", "flashtext": "flashtext"}


def built(listed: Sequence[str]) -> tuple[dict[str, Engine], dict[str, float]]:
    """The engines that are installed, and the seconds that each took to build."""
    engines, took = {}, {}
    for name, make in ENGINES.items():
        if find_spec(MODULES.get(name, "nlp")):
            began = time.perf_counter()
            engines[name] = make(listed)
            took[name] = time.perf_counter() - began
    return engines, took


def rate(engine: Engine, texts: Sequence[str]) -> tuple[float, int]:
    """Messages a second of CPU, and how many words were found."""
    began = time.thread_time_ns()
    found = sum(map(engine, texts))
    return len(texts) * 1e9 / max(time.thread_time_ns() - began, 1), found


async def main() -> None:
    listed = words(int(sys.argv[1]))
    engines, took = built(listed)
    texts = mixed(listed, EVERY)
    async for asked in questions():
        part = list(islice(texts, asked["count"]))
        costs = {name: rate(engine, part) for name, engine in engines.items()}
        answer(
            rates={name: cost[0] for name, cost in costs.items()},
            found={name: cost[1] for name, cost in costs.items()},
            build=took,
            characters=sum(map(len, part)) / len(part),
            firsts=len({word[0] for word in listed}),
        )


if __name__ == "__main__":
    asyncio.run(main())
