"""A made-up book of any size, written as years of signing in would leave it, past all that checks it."""

import json
import random
import secrets
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from bot.app import DECLARED

DAYS = 20
DAY_MS = 86_400_000
# 20:00 of the day before in Shanghai; whoever signs in next does so on the day after the last one here.
LAST = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
# As `handlers.points.boards` counts: widths of sixteen times each other.
BITS, LEVELS = 4, 7
# Rows handed over at once.
CHUNK = 20_000

Row = tuple[object, ...]


def member(number: int) -> str:
    """The id of a member."""
    return f"member{number}"


@dataclass
class Book:
    """Members who signed in on each of twenty days, in another order each day; `rows` in all."""

    rows: int
    keys: list[str] = field(init=False)
    amounts: list[list[int]] = field(init=False)
    days: list[str] = field(init=False)
    _last: int = field(init=False)

    def __post_init__(self) -> None:
        chance = random.Random(self.rows)
        self.keys = [chance.randbytes(8).hex() for _ in range(self.rows // DAYS)]
        self.days = [(LAST - timedelta(days=DAYS - 1 - day)).date().isoformat() for day in range(DAYS)]
        self._last = round(LAST.timestamp() * 1000)
        self.amounts = [[chance.randint(1, 40) for _ in range(DAYS)] for _ in self.keys]

    def tables(self) -> Iterator[tuple[str, Iterable[Row]]]:
        """Each table with its rows, values in the order of its columns as they are stored."""
        yield "members", ((member(n), key, self._at(0, n)) for n, key in enumerate(self.keys))
        yield "points_entries", self._entries()
        yield "points_balances", self._balances()
        yield "signins", self._signins()
        yield "signin_members", self._standings()
        yield "versions", self._versions()
        scores = list(self._scores())
        yield "points_scores", (row for row, _ in scores)
        yield "points_tallies", self._tallies(scores)

    def _entries(self) -> Iterator[Row]:
        chance = random.Random(2)
        sums, heads = [0] * len(self.keys), [""] * len(self.keys)
        for id, (day, number) in enumerate(self._turns(), 1):
            amount, at, head = self.amounts[number][day], self._at(day, number), chance.randbytes(32).hex()
            sums[number] += amount
            event = f"signin:{self.days[day]}"
            yield (
                id, self.keys[number], day + 1, at, amount, "earn", "签到", event, "", "", 0, sums[number], 0,
                heads[number], head,
            )  # fmt: skip
            heads[number] = head

    def _turns(self) -> Iterator[tuple[int, int]]:
        """Who signs in on which day, in the order of time."""
        chance, order = random.Random(1), list(range(len(self.keys)))
        for day in range(DAYS):
            chance.shuffle(order)
            yield from ((day, number) for number in order)

    def _balances(self) -> Iterator[Row]:
        for number, key in enumerate(self.keys):
            total = sum(self.amounts[number])
            today = json.dumps({"签到": self.amounts[number][-1]}, ensure_ascii=False)
            at = self._at(DAYS - 1, number)
            yield (
                key,
                DAYS,
                secrets.token_hex(32),
                at,
                total,
                total,
                0,
                total,
                1,
                self._at(0, number),
                self.days[-1],
                today,
            )

    def _signins(self) -> Iterator[Row]:
        return (
            (self.keys[number], self.days[day], self._at(day, number), day + 1, False) for day, number in self._turns()
        )

    def _standings(self) -> Iterator[Row]:
        return ((key, self.days[0], self.days[-1], DAYS, DAYS, DAYS, "", 0) for key in self.keys)

    def _versions(self) -> Iterator[Row]:
        for number, key in enumerate(self.keys):
            yield (f"points:{key}", DAYS, self._at(DAYS - 1, number))
            yield (f"signin:{key}", DAYS, self._at(DAYS - 1, number))

    def _scores(self) -> Iterator[tuple[Row, tuple[str, int]]]:
        """The boards of all time and of the month, settled; with each row its board and score."""
        for board in ("total", f"month:{self.days[-1][:7]}"):
            for number, key in enumerate(self.keys):
                score, at = sum(self.amounts[number]), self._at(DAYS - 1, number)
                reached = None if board == "total" else at
                yield (board, key, score, -at, reached, score, False), (board, score)

    def _tallies(self, scores: Sequence[tuple[Row, tuple[str, int]]]) -> Iterator[Row]:
        counted = Counter(
            (board, level, score >> BITS * level) for _, (board, score) in scores for level in range(LEVELS)
        )
        for (board, level, bucket), members in sorted(counted.items()):
            yield (board, level, bucket, members, None if board == "total" else self._last)

    def _at(self, day: int, number: int) -> int:
        """When a member signed in on a day, as the tables have it."""
        return self._last - (DAYS - 1 - day) * DAY_MS + number * 100 % (DAY_MS // 8)


def columns_of(table: str) -> Sequence[str]:
    """The columns of a declared table, in their order."""
    declared = next(one.table for one in DECLARED if one.table.name == table)
    return [column.name for column in declared.columns]


def fill_sqlite(path: Path, book: Book) -> None:
    """Write a book into a file that has the tables, as fast as can be."""
    connection = sqlite3.connect(path)
    for pragma in ("synchronous = OFF", "cache_size = -400000"):
        connection.execute(f"PRAGMA {pragma}")
    for table, rows in book.tables():
        names = columns_of(table)
        places = ", ".join("?" * len(names))
        connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})", rows)
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


async def fill_postgres(url: str, book: Book) -> None:
    """Write a book into a database that has the tables, as fast as can be; then its planner knows it."""
    import asyncpg

    connection = await asyncpg.connect(url)
    for table, rows in book.tables():
        given = iter(rows)
        while chunk := list(islice(given, CHUNK)):
            await connection.copy_records_to_table(table, records=chunk, columns=columns_of(table))
    await connection.execute("SELECT setval(pg_get_serial_sequence('points_entries', 'id'), $1)", book.rows)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
