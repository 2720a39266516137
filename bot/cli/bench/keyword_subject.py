"""A process that holds so many keyword rules as the bot would, and tells what looking at messages costs there."""

import asyncio
import gc
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from bot.app import build_brain, load_config
from bot.cli.bench.child import answer, questions
from bot.cli.bench.rules import messages, rules
from bot.types.attachments import Unkept
from bot.types.declarations import Handler
from bot.types.events import Conversation, Message
from bot.types.ports import Shelf


def loaded(count: int) -> tuple[Handler, object]:
    """The handler of so many rules, and what the bot keeps beside it."""
    with tempfile.TemporaryDirectory(prefix="qunban-bench-") as folder:
        path = Path(folder) / "config.toml"
        path.write_text(rules(count), encoding="utf-8")
        config = load_config(path, {})
    brain = build_brain(config, Shelf(), Unkept())
    return next(handler for handler in brain.handlers if handler.name == "keyword"), (config, brain)


def resident() -> float:
    """MiB that this process holds now; at its peak where the system does not tell."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * resource.getpagesize() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def events(texts: Iterator[str]) -> Iterator[Message]:
    now, where = datetime.now(UTC), Conversation("app:bench", "direct", "somebody")
    for number, text in enumerate(texts):
        yield Message(id=str(number), conversation=where, member="somebody", at=now, received_at=now, text=text)


async def costs(handler: Handler, heard: Iterator[Message]) -> AsyncIterator[tuple[int, bool, bool]]:
    """Nanoseconds of CPU for each message, whether a rule took it, whether one nearly did."""
    for message in heard:
        began = time.thread_time_ns()
        look = await handler.prepare(message)
        spent = time.thread_time_ns() - began
        yield spent, bool(getattr(look, "hits", ())), bool(getattr(look, "near", ()))


async def main() -> None:
    count = int(sys.argv[1])
    began = time.perf_counter()
    handler, kept = loaded(count)
    load = time.perf_counter() - began
    gc.collect()
    rss, heard = resident(), events(messages(count))
    async for asked in questions():
        found = [cost async for cost in costs(handler, islice(heard, asked["count"]))]
        spent = sorted(one[0] / 1000 for one in found)
        shares = [100 * sum(one[at] for one in found) // len(found) for at in (1, 2)]
        answer(
            p50=spent[len(spent) // 2], p99=spent[len(spent) * 99 // 100], rss=rss, load=load, hits=shares[0],
            near=shares[1],
        )  # fmt: skip
    del kept


if __name__ == "__main__":
    asyncio.run(main())
