"""A process that answers from so many entries, by words or with a model, and tells what a question costs there."""

import asyncio
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from bot.app import Wiring, build_brain, load_config
from bot.brain import Brain
from bot.calm import calmly, give_back, take_turns
from bot.cli.bench.child import answer, questions
from bot.cli.bench.entries import write
from bot.cli.bench.keyword_subject import events, resident
from bot.cli.bench.lag import watched
from bot.cli.bench.question_texts import Asked
from bot.types.attachments import Unkept
from bot.types.declarations import Handler
from bot.types.ports import Shelf

IN_FLIGHT = 200
ASK = "import sys; from bot.cli import main; sys.exit(main(sys.argv[1:]))"
CONFIG = '[faq]\nfiles = ["faq.jsonl"]\n'


class Subject:
    """A base in a folder, and the bot's brain for it."""

    def __init__(self, folder: Path, count: int, model: str) -> None:
        self.count = count
        self.path = folder / "config.toml"
        self.path.write_text(f'{CONFIG}[understand]\nmodel = "{model}"\n', encoding="utf-8")
        write(folder / "faq.jsonl", count)
        self.machine = Wiring().machine
        self.shelf = Shelf(replace(self.machine, patient=True))
        self.texts = iter(Asked(count))

    async def load(self) -> float:
        """Learn all that there is to be known; how long the loop is held up at most, in milliseconds."""
        async with watched() as lag:
            await asyncio.to_thread(calmly, self.build)
        # What is learnt stays on the shelf; from here on it is the brain of a bot at work.
        self.shelf.machine = self.machine
        self.brain = self.build()
        return lag.worst

    def build(self) -> Brain:
        """The brain of what the files hold now."""
        return build_brain(calmly(load_config, self.path, {}, shelf=self.shelf), self.shelf, Unkept())

    @property
    def handler(self) -> Handler:
        """What understands."""
        return next(handler for handler in self.brain.handlers if handler.name == "understand")

    async def one_by_one(self, count: int) -> Sequence[float]:
        """Milliseconds for each question, in ascending order."""
        spent = []
        for event in events(islice(self.texts, count)):
            began = time.perf_counter()
            await self.handler.prepare(event)
            spent.append((time.perf_counter() - began) * 1000)
        return sorted(spent)

    async def at_once(self) -> float:
        """How long the loop is held up at most while many wait for their answer, in milliseconds."""
        heard: Iterator[object] = events(islice(self.texts, IN_FLIGHT))
        async with watched() as lag:
            await asyncio.gather(*(self.handler.prepare(event) for event in heard))  # type: ignore[arg-type]
        return lag.worst

    async def at_rest(self) -> float:
        """How long the loop is held up at most for half a second while nothing is asked: the rest is the machine's."""
        async with watched() as lag:
            await asyncio.sleep(0.5)
        return lag.worst

    async def changing(self, changed: int) -> tuple[float, float]:
        """One entry changes: seconds until it is found by words, and how long the loop is held up at most."""
        await asyncio.to_thread(write, self.path.parent / "faq.jsonl", self.count, changed)
        began = time.perf_counter()
        async with watched() as lag:
            self.brain = await asyncio.to_thread(calmly, self.build)
        return time.perf_counter() - began, lag.worst

    async def asked(self, count: int) -> float:
        """Lines a second that `qunban ask` answers, from the first answer on: its start does not count."""
        lines = [json.dumps({"text": text}, ensure_ascii=False) for text in islice(self.texts, count)]
        path = self.path.with_name("lines.jsonl")
        path.write_text("\n".join(lines), encoding="utf-8")
        times = await asyncio.to_thread(_answered, self.path, path)
        return (len(times) - 1) / (times[-1] - times[0])


def _answered(config: Path, lines: Path) -> Sequence[float]:
    """When each line of a file was answered."""
    command = [sys.executable, "-c", ASK, "ask", "-c", str(config), "--jsonl"]
    with lines.open("rb") as file, subprocess.Popen(command, stdin=file, stdout=subprocess.PIPE) as asking:
        return [time.perf_counter() for _ in asking.stdout or ()]


async def main() -> None:
    count, model = int(sys.argv[1]), sys.argv[2]
    take_turns()
    give_back()
    with tempfile.TemporaryDirectory(prefix="qunban-bench-") as folder:
        began = time.perf_counter()
        subject = Subject(Path(folder), count, model)
        held_loading = await subject.load()
        load = time.perf_counter() - began
        gc.collect()
        rss = resident()
        async for asked in questions():
            spent = await subject.one_by_one(asked["count"])
            idle, held = await subject.at_rest(), await subject.at_once()
            update, held_building = await subject.changing(asked["round"])
            lines = await subject.asked(asked["count"])
            answer(
                p50=spent[len(spent) // 2], p95=spent[len(spent) * 95 // 100], held=held, idle=idle, update=update,
                held_building=held_building, lines=lines, rss=rss, load=load, held_loading=held_loading,
            )  # fmt: skip


if __name__ == "__main__":
    asyncio.run(main())
