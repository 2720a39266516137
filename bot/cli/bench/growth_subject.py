"""A process that holds a base of so many entries, and tells what it took and what a question costs there.

The vectors are random: they show what room and time so many take, and nothing about what is found.
"""

import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import ParamSpec, TypeVar

import numpy as np

from bot.calm import calm, give_back, take_turns
from bot.cli.bench.child import answer, questions
from bot.cli.bench.entries import questions as asked_of
from bot.cli.bench.entries import write
from bot.cli.bench.keyword_subject import resident
from bot.cli.bench.lag import watched
from knowledge.decision import calibrate
from knowledge.entries import Readings, load
from knowledge.fusion import Fusion
from knowledge.index import Index
from knowledge.sketch import meaning_of
from knowledge.vectors import BLOCK, VectorFile, Vectors
from nlp.tokenise import Tokeniser

P = ParamSpec("P")
T = TypeVar("T")

SIZE = 384


@dataclass(frozen=True, slots=True)
class Chance:
    """Random vectors of length 1, around one direction as those of sentences are."""

    chance: np.random.Generator
    id: str = "random"
    size: int = SIZE

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = self.chance.standard_normal((len(texts), SIZE), dtype=np.float32) + np.float32(2)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


class Subject:
    """A base in a folder, and what it took to make it, by figure; the loop beside it is watched meanwhile."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder, self.count = folder, count
        self.took: dict[str, float] = {}
        self.readings = Readings()
        write(folder / "faq.jsonl", count)
        self.texts = asked_of(count)

    async def build(self) -> None:
        """Read it, index it, learn how sure it is, and give it its vectors."""
        self.tokeniser = await self.timed("dictionary", Tokeniser.load)
        with calm():
            loaded = await self.timed("read", load, [self.folder / "faq.jsonl"], self.readings)
            self.index = await self.timed("index", Index, loaded.entries, self.tokeniser)
            await self.timed("calibrate", calibrate, self.index)
        gc.collect()
        self.took["words_mib"] = resident()
        encoder = Chance(np.random.default_rng(1))
        file, texts = VectorFile(self.folder, encoder), self.index.wordings.texts
        for start in range(0, len(texts), BLOCK):
            part = texts[start : start + BLOCK]
            file.add(part, encoder.encode(part))
        self.took["disk_mib"] = file.path.stat().st_size / 2**20
        meaning = await self.timed("vectors", meaning_of, lambda part: file.read(texts[part]), len(texts), encoder.size)
        self.both = Fusion(self.index, meaning, lambda text: encoder.encode([text])[0])
        gc.collect()
        self.took["both_mib"] = resident()

    async def change(self, number: int) -> None:
        """One entry is asked in another way: what reading its file and indexing it again take."""
        write(self.folder / "faq.jsonl", self.count, number)
        with calm():
            self.index = await self.timed("change", self.changed)

    def changed(self) -> Index:
        """The index of what the file holds now."""
        loaded = load([self.folder / "faq.jsonl"], self.readings)
        return Index(loaded.entries, self.tokeniser, self.index)

    async def timed(self, step: str, make: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """What a step makes on a thread; noted are its seconds, of CPU and in all, and how long it held up the loop.

        The last in milliseconds.
        """

        def worked() -> T:
            began = time.thread_time()
            made = make(*arguments, **named)
            self.took[f"{step}_cpu_s"] = time.thread_time() - began
            return made

        async with watched() as lag:
            began = time.perf_counter()
            made = await asyncio.to_thread(worked)
            self.took[f"{step}_s"] = time.perf_counter() - began
        self.took[f"{step}_held_ms"], self.took[f"{step}_held_p99_ms"] = lag.worst, lag.usual
        return made


def middle(search: Callable[[str], object], texts: Iterator[str]) -> float:
    """The median of the milliseconds of CPU that searches take."""
    spent = []
    for text in texts:
        began = time.thread_time_ns()
        search(text)
        spent.append((time.thread_time_ns() - began) / 1e6)
    return sorted(spent)[len(spent) // 2]


async def main() -> None:
    take_turns()
    give_back()
    with tempfile.TemporaryDirectory(prefix="qunban-bench-") as folder:
        subject = Subject(Path(folder), int(sys.argv[1]))
        await subject.build()
        await subject.change(subject.count // 2)
        async for asked in questions():
            words = middle(subject.index.search, islice(subject.texts, asked["count"]))
            both = middle(subject.both.search, islice(subject.texts, asked["count"]))
            answer(words_ms=words, both_ms=both, **subject.took)


if __name__ == "__main__":
    asyncio.run(main())
