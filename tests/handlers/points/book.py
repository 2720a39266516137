"""A book on a real database: one transaction a step, as the engine has them, run again where it has to be."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.store.connection import Connection
from bot.store.database import Database
from bot.transaction import EventTransaction, Outdated
from bot.types.days import LocalDays
from handlers.points.ledger import Ledger
from handlers.points.settings import Points
from handlers.points.within import Outside

T = TypeVar("T")

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A Monday, 10:00 in Shanghai.
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@dataclass
class Book:
    """A ledger and the database that it writes to."""

    database: Database
    ledger: Ledger
    now: datetime = START
    conflicts: int = 0
    _numbers: Iterator[int] = field(default_factory=count)

    @classmethod
    def of(cls, database: Database, **rules: object) -> "Book":
        points = Points.model_validate(rules)
        return cls(database, Ledger(points, LocalDays(SHANGHAI, points.day_begins)))

    def forward(self, days: float = 0, **more: float) -> None:
        self.now += timedelta(days=days, **more)

    async def do(self, work: Callable[[Outside], Awaitable[T]], alone: bool = False) -> T:
        """What `work` returns in a transaction of its own that committed; a conflict runs it again."""
        name = f"step-{next(self._numbers)}"

        async def run(connection: Connection) -> T:
            transaction = EventTransaction(connection, name, self.now, 1)
            done = await work(Outside(self.now, transaction))
            await transaction.settle()
            return done

        while True:
            try:
                return await self.database.write(run, alone=alone)
            except Outdated:
                self.conflicts += 1
