"""Looking for the words of lists: the automaton beside other engines, and how a whole filter grows with its list."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from bot.cli.bench.child import child
from bot.cli.bench.machine import machine
from bot.cli.terminal import Progress, table

SIZES = (1_000, 10_000, 100_000, 500_000)
# The list that engines are compared with, and that promises about messages are for.
COMPARED = 100_000
LEAST_TIMES, LEAST_STREAMS, MOST_P99 = 10.0, 40_000.0, 1000.0
# For the longest list: seconds until it is built, milliseconds that the loop stood still, milliseconds for a word more.
MOST_BUILD, MOST_HELD, MOST_ADDED = 5.0, 150.0, 50.0
LABELS: Mapping[str, str] = {
    "ours": "群伴用的自动机", "pyahocorasick": "pyahocorasick", "trie": "字典树", "flashtext": "flashtext",
}  # fmt: skip

Rounds = list[dict[str, float]]


@dataclass(frozen=True, slots=True)
class Report:
    """What each engine and each length of list costs, one object a round. `engines`: messages a second of CPU."""

    engines: Rounds
    build: dict[str, float]
    sizes: dict[int, Rounds]
    messages: int
    facts: dict[str, float] = field(default_factory=dict)

    def of(self, size: int, figure: str) -> float:
        """The median of the rounds."""
        return median(one[figure] for one in self.sizes[size])

    @property
    def times(self) -> float:
        """Our rate in multiples of pyahocorasick's: the median of the ratios within each round; 0 without it."""
        ratios = [one["ours"] / one["pyahocorasick"] for one in self.engines if "pyahocorasick" in one]
        return median(ratios) if ratios else 0.0

    @property
    def promises(self) -> dict[str, tuple[str, bool]]:
        """Each promise, what came of it here (Chinese), and whether it was kept; what was not measured is left out."""
        return {**self._of_engines(), **self._of_messages(), **self._of_the_longest()}

    def _of_engines(self) -> dict[str, tuple[str, bool]]:
        if not self.times:
            return {}
        told = f"照原样找，至少是 pyahocorasick 的 {LEAST_TIMES:.0f} 倍；这里 {self.times:.1f} 倍"
        return {"times": (told, self.times >= LEAST_TIMES)}

    def _of_messages(self) -> dict[str, tuple[str, bool]]:
        size = max((size for size, rounds in self.sizes.items() if "streams_rate" in rounds[0]), default=None)
        if size is None:
            return {}
        rate, p99 = self.of(size, "streams_rate"), max(self.of(size, "p99_us"), self.of(size, "hit_p99_us"))
        told = f"字形、夹符号、拼音三层一起，一个核每秒至少 {LEAST_STREAMS:,.0f} 条；这里 {rate:,.0f} 条"
        whole = f"全部各层，p99 不到 {MOST_P99 / 1000:.0f} 毫秒；这里 {p99 / 1000:.2f} 毫秒"
        return {"streams_rate": (told, rate >= LEAST_STREAMS), "p99_us": (whole, p99 < MOST_P99)}

    def _of_the_longest(self) -> dict[str, tuple[str, bool]]:
        size = max(self.sizes)
        build, held, added = (self.of(size, figure) for figure in ("build_s", "held_ms", "added_ms"))
        return {
            "build_s": (f"{size:,} 个词 {MOST_BUILD:.0f} 秒内建好；这里 {build:.1f} 秒", build < MOST_BUILD),
            "held_ms": (f"事件循环一次最多停 {MOST_HELD:.0f} 毫秒；这里 {held:.0f} 毫秒", held <= MOST_HELD),
            "added_ms": (f"加一个词 {MOST_ADDED:.0f} 毫秒内生效；这里 {added:.1f} 毫秒", added < MOST_ADDED),
        }

    @property
    def kept(self) -> bool:
        """Whether all promises hold here."""
        return all(kept for _, kept in self.promises.values())

    def as_object(self) -> dict[str, Any]:
        return {
            "engines": {
                name: {"per_s": round(median(one[name] for one in self.engines)), "build_s": round(self.build[name], 2)}
                for name in self.build
            },
            "times_pyahocorasick": round(self.times, 2),
            "words": {
                str(size): {figure: round(self.of(size, figure), 2) for figure in rounds[0]}
                for size, rounds in self.sizes.items()
            },
            "promise": {name: {"told": told, "kept": kept} for name, (told, kept) in self.promises.items()},
            "kept": self.kept,
            "rounds": len(self.engines),
            "messages": self.messages,
            **self.facts,
            "machine": machine(),
        }

    def as_text(self) -> str:
        engines = [
            (LABELS[name], f"{median(one[name] for one in self.engines):,.0f} 条", f"{seconds:.1f} 秒")
            for name, seconds in self.build.items()
        ]
        promises = [f"说好的：{told} —— {'做到了' if kept else '没做到'}" for told, kept in self.promises.values()]
        note = f"{len(self.engines)} 轮 × {self.messages} 条消息，平均 {self.facts.get('characters', 0):.0f} 个字；"
        note += "除了建表的时间，只算 CPU"
        return "\n".join(
            [
                *table([("照原样找", "每秒", "建表"), *engines], right=(False, True, True)), "",
                *table([_HEAD, *map(self._row, sorted(self.sizes))], right=(False, *(True,) * (len(_HEAD) - 1))), "",
                *promises, note,
            ]
        )  # fmt: skip

    def _row(self, size: int) -> tuple[str, ...]:
        times = (f"{self.of(size, name):.0f} µs" for name in ("p50_us", "p99_us", "hit_p50_us", "hit_p99_us"))
        build = f"{self.of(size, 'build_s'):.1f} 秒（CPU {self.of(size, 'build_cpu_s'):.1f}）"
        held, added = (f"{self.of(size, name):.0f} ms" for name in ("held_ms", "added_ms"))
        room = f"{self.of(size, 'mib'):.0f} MiB"
        return f"{size:,} 个", f"{self.of(size, 'whole_rate'):,.0f} 条", *times, build, held, added, room


_HEAD = ("词表", "每秒", "没命中", "p99", "命中", "p99", "建好", "循环停了", "加一个词", "内存")


async def measure(
    rounds: int, requests: int, progress: Progress, sizes: Sequence[int] = SIZES, compared: int = COMPARED
) -> Report:
    """Build each in a process of its own, one after the other; then measure them in turn."""
    async with AsyncExitStack() as stack:
        progress(f"用几种引擎各建 {compared:,} 个词")
        rivals = await stack.enter_async_context(child("bot.cli.bench.moderation_rivals", str(compared)))
        told = await rivals.ask(count=requests)
        children = {}
        for size in sizes:
            progress(f"建 {size:,} 个词")
            streams = ("streams",) if size == compared else ()
            children[size] = await stack.enter_async_context(
                child("bot.cli.bench.moderation_subject", str(size), *streams)
            )
            await children[size].ask(count=requests)
        engines: Rounds = []
        found: dict[int, Rounds] = {size: [] for size in sizes}
        for number in range(rounds):
            progress(f"第 {number + 1}/{rounds} 轮")
            engines.append((await rivals.ask(count=requests))["rates"])
            for size, subject in children.items():
                found[size].append(await subject.ask(count=requests))
    progress()
    facts = {"characters": round(told["characters"], 1), "first_characters": told["firsts"]}
    return Report(engines, told["build"], found, requests, facts)
