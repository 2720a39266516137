"""A process whose bot has a book of so many entries, and tells how long members wait there."""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.app import build_brain, load_config
from bot.brain import Brain, Decided
from bot.cli.bench.child import answer, questions
from bot.cli.bench.points_book import LAST, Book, fill_postgres, fill_sqlite, member
from bot.store.connection import Connection
from bot.store.database import Database
from bot.store.schema import migrate
from bot.transaction import EventTransaction
from bot.types.attachments import Unkept
from bot.types.context import Context, Trace
from bot.types.events import Conversation, Event, Message, Tick
from bot.types.ports import Shelf, Thread

# What people say is heard as it is: dictionaries and models stay closed.
CONFIG = """
[points]
caps = { "签到" = 200 }
expire = "365d"

[signin]
points = 5
streak = { 7 = 20, 30 = 100 }
lucky = { 5 = "10%" }
"""
FIRST = 50
Work = Callable[[Context], Awaitable[object]]


class Subject:
    """A bot and its book. Each round is a day of its own, so that everybody can sign in again."""

    def __init__(self, database: Database, book: Book, brain: Brain) -> None:
        self.database, self.book, self.brain = database, book, brain
        self.ledger: Any = next(handler for handler in brain.handlers if handler.name == "points").ledger  # type: ignore[attr-defined]
        self.now = LAST
        self.numbers = random.Random(3)

    async def round(self, count: int) -> dict[str, float]:
        """Milliseconds that so many members wait for each thing, half of them and all but one in twenty."""
        self.now += timedelta(days=1)
        await self.settle()
        who = [member(n) for n in self.numbers.sample(range(len(self.book.keys)), min(count, len(self.book.keys)))]
        took = {
            "signin": [await self.sign_in(one) for one in who],
            "top": [await self.timed(partial(_top, self.ledger)) for _ in who],
            "rank": [await self.timed(partial(_rank, self.ledger, one)) for one in who],
            "balance": [await self.timed(partial(_balance, self.ledger, one)) for one in who],
        }
        return {f"{name}_p{share}": _at(times, share) for name, times in took.items() for share in (50, 95)}

    async def sign_in(self, who: str) -> float:
        """Milliseconds from hearing 签到 until it is kept for good."""
        self.now += timedelta(milliseconds=50)
        where, id = Conversation("app:bench", "direct", who), f"{who}:{self.now.isoformat()}"
        heard = Message(id=id, conversation=where, member=who, at=self.now, received_at=self.now, text="签到")
        began = time.perf_counter()
        decided = await self._decide(heard)
        took = (time.perf_counter() - began) * 1000
        assert decided.handler == "signin", decided
        return took

    async def settle(self) -> None:
        """Have places brought up to date, as the bot does every few seconds."""
        at, book = self.now, Conversation("system", "direct", "points")
        tick = Tick(id="settle", conversation=book, at=at, received_at=at, name="points.settle", due=at, data={})
        while "了 0 个" not in (await self._decide(tick)).outcome.reason:
            pass

    async def timed(self, work: Work) -> float:
        """Milliseconds of what is only looked up; the transaction around it does not count."""
        took = 0.0

        async def watched(context: Context) -> None:
            nonlocal took
            began = time.perf_counter()
            found = await work(context)
            took = (time.perf_counter() - began) * 1000
            assert found is not None

        where = Conversation("app:bench", "direct", "somebody")
        asked = Message(id="asked", conversation=where, member="somebody", at=self.now, received_at=self.now, text="")
        await self._write(asked, watched)
        return took

    async def _decide(self, event: Event) -> Decided:
        prepared, made = await self.brain.prepare(event), []

        async def decide(context: Context) -> None:
            made.append(await self.brain.decide(event, prepared, context))

        await self._write(event, decide)
        return made[-1]

    async def _write(self, message: Event, work: Work) -> None:
        async def write(connection: Connection) -> None:
            transaction = EventTransaction(connection, message.id, self.now, 8)
            await work(self._context(message, transaction))
            await transaction.settle()

        await self.database.write(write)

    def _context(self, message: Event, transaction: EventTransaction) -> Context:
        directory = self.brain.directory
        return Context(
            now=self.now,
            chance=random.Random(message.id),
            transaction=transaction,
            conversation=message.conversation,
            thread=Thread(message.thread),
            member=directory.member(message.conversation.door, message.member),
            group=None,
            trace=Trace(),
        )


async def _top(ledger: Any, context: Context) -> object:
    return await ledger.top(context.transaction, FIRST)


async def _rank(ledger: Any, who: str, context: Context) -> object:
    return await ledger.rank(context, who)


async def _balance(ledger: Any, who: str, context: Context) -> object:
    return await ledger.balance(context.transaction, who)


def _at(times: Sequence[float], percent: int) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def _brain(folder: Path) -> Brain:
    path = folder / "config.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return build_brain(load_config(path, {}), Shelf(), Unkept())


async def _filled(folder: Path, url: str, book: Book) -> Database:
    """A database with the book; in a file of its own unless there is a URL."""
    database = await Database.open(url or f"sqlite:///{folder / 'qunban.db'}")
    await migrate(database)
    if url:
        await fill_postgres(url, book)
        return database
    await database.close()
    fill_sqlite(folder / "qunban.db", book)
    return await Database.open(f"sqlite:///{folder / 'qunban.db'}")


async def main() -> None:
    rows, url = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""
    with tempfile.TemporaryDirectory(prefix="qunban-bench-") as name:
        folder, book = Path(name), Book(rows)
        began = time.perf_counter()
        database = await _filled(folder, url, book)
        filled = time.perf_counter() - began
        try:
            subject = Subject(database, book, _brain(folder))
            async for asked in questions():
                answer(**await subject.round(asked["count"]), filled_s=filled)
        finally:
            await database.close()


if __name__ == "__main__":
    asyncio.run(main())
