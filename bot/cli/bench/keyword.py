"""Time per message and memory of 10, 1,000 and 10,000 keyword rules, side by side."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from bot.cli.bench.child import child
from bot.cli.bench.machine import machine
from bot.cli.terminal import Progress, table

SIZES = (10, 1_000, 10_000)
# Ten thousand rules may cost as much more than ten.
MOST_TIMES = 2.0


@dataclass(frozen=True, slots=True)
class Size:
    """What so many rules cost: CPU microseconds per message, median and 99th percentile a round; MiB; seconds."""

    p50: list[float]
    p99: list[float]
    rss: float
    load: float
    hits: int
    near: int


@dataclass(frozen=True, slots=True)
class Report:
    """What each number of rules costs; rounds are interleaved."""

    sizes: dict[int, Size]
    messages: int

    def times(self, figure: str) -> float:
        """The most rules in multiples of the fewest: the median of the ratios within each round."""
        fewest, most = (getattr(self.sizes[size], figure) for size in (min(self.sizes), max(self.sizes)))
        ratios = [float(many / few) for few, many in zip(fewest, most, strict=True)]
        return median(ratios)

    def kib_per_rule(self) -> float:
        """KiB of memory that each rule of the last step took."""
        *_, (few, many) = pairwise(sorted(self.sizes))
        return (self.sizes[many].rss - self.sizes[few].rss) * 1024 / (many - few)

    @property
    def kept(self) -> bool:
        """Whether the promise holds here."""
        return self.times("p99") <= MOST_TIMES and self.times("p50") <= MOST_TIMES

    def as_object(self) -> dict[str, Any]:
        return {
            "rules": {str(count): _figures(size) for count, size in self.sizes.items()},
            "times_p50": round(self.times("p50"), 3),
            "times_p99": round(self.times("p99"), 3),
            "kib_per_rule": round(self.kib_per_rule(), 2),
            "promise": {"times_p50": MOST_TIMES, "times_p99": MOST_TIMES},
            "kept": self.kept,
            "rounds": len(self.sizes[min(self.sizes)].p50),
            "messages": self.messages,
            "machine": machine(),
        }

    def as_text(self) -> str:
        head = ("关键词规则", "每条消息中位", "p99", "内存", "检查并载入")
        rows = [
            (
                f"{count:,} 条",
                f"{median(size.p50):.0f} µs",
                f"{median(size.p99):.0f} µs",
                f"{size.rss:.0f} MiB",
                f"{size.load:.1f} 秒",
            )
            for count, size in self.sizes.items()
        ]
        verdict = "做到了" if self.kept else "没做到"
        promise = f"说好的：一万条不超过十条的 {MOST_TIMES:.0f} 倍；这里中位 {self.times('p50'):.2f} 倍，"
        promise += f"p99 {self.times('p99'):.2f} 倍 —— {verdict}"
        rounds = len(self.sizes[min(self.sizes)].p50)
        count = f"{rounds} 轮 × {self.messages} 条消息，只算 CPU；每条规则约 {self.kib_per_rule():.1f} KiB（含配置）"
        return "\n".join([*table([head, *rows], right=(False, True, True, True, True)), "", promise, count])


def _figures(size: Size) -> dict[str, Any]:
    return {
        "p50_us": round(median(size.p50), 1),
        "p99_us": round(median(size.p99), 1),
        "p50_us_rounds": size.p50,
        "p99_us_rounds": size.p99,
        "rss_mib": round(size.rss, 1),
        "load_s": round(size.load, 2),
        "share_hit": round(size.hits / 100, 2),
        "share_near": round(size.near / 100, 2),
    }


async def measure(rounds: int, requests: int, progress: Progress, sizes: Sequence[int] = SIZES) -> Report:
    """Build each number of rules in a process of its own, then measure them in turn, after a round that is left out."""
    async with AsyncExitStack() as stack:
        found, children = {}, {}
        for size in sizes:
            progress(f"载入 {size:,} 条规则")
            children[size] = await stack.enter_async_context(child("bot.cli.bench.keyword_subject", str(size)))
            ready = await children[size].ask(count=requests)
            found[size] = Size([], [], ready["rss"], ready["load"], ready["hits"], ready["near"])
        for number in range(rounds):
            progress(f"第 {number + 1}/{rounds} 轮")
            for size, subject in children.items():
                cost = await subject.ask(count=requests)
                found[size].p50.append(cost["p50"])
                found[size].p99.append(cost["p99"])
    progress()
    return Report(found, requests)
