"""What the builtin model's precisions cost, side by side: time for one question, and memory."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from bot.cli.bench.child import child
from bot.cli.bench.machine import machine
from bot.cli.terminal import Progress, table
from nlp.encode.precision import Precision, precision_here

# Where bytes are chosen, they may take so many times as long as blocks.
MOST_TIMES = 1.0


@dataclass(slots=True)
class Cost:
    """Milliseconds for a question, median and 95th percentile, one a round; MiB; the likeness to single precision."""

    rss: float
    nearness: float
    p50: list[float] = field(default_factory=list)
    p95: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Report:
    """What each precision costs; rounds are interleaved."""

    costs: dict[Precision, Cost]
    questions: int
    chosen: Precision = field(default_factory=precision_here)

    @property
    def times(self) -> float | None:
        """Bytes in multiples of blocks: the median of the ratios within each round; None where one is missing."""
        if len(self.costs) < len(Precision):
            return None
        pairs = zip(self.costs[Precision.BYTES].p50, self.costs[Precision.BLOCKS].p50, strict=True)
        return median(ours / theirs for ours, theirs in pairs)

    @property
    def kept(self) -> bool:
        """Whether bytes are faster where they are chosen."""
        return self.chosen is not Precision.BYTES or self.times is None or self.times <= MOST_TIMES

    def as_object(self) -> dict[str, Any]:
        return {
            "precisions": {one.value: _figures(cost) for one, cost in self.costs.items()},
            "chosen": self.chosen.value,
            "times": None if self.times is None else round(self.times, 3),
            "promise": {"times": MOST_TIMES},
            "kept": self.kept,
            "rounds": self._rounds,
            "questions": self.questions,
            "machine": machine(),
        }

    def as_text(self) -> str:
        head = ("自带的模型", "一句中位", "p95", "内存", "和单精度的相似度")
        rows = [
            (
                one.value,
                f"{median(cost.p50):.1f} ms",
                f"{median(cost.p95):.1f} ms",
                f"{cost.rss:.0f} MiB",
                f"{cost.nearness:.5f}",
            )
            for one, cost in self.costs.items()
        ]
        ratio = f"8bit 的用时是 4bit 的 {self.times:.2f} 倍" if self.times else "另一种这里没有，没法比"
        chosen = f"这台机器用 {self.chosen.value}；{ratio} —— {'做到了' if self.kept else '没做到'}"
        rounds = f"{self._rounds} 轮 × {self.questions} 句，一句一句地算；相似度只看一句"
        return "\n".join([*table([head, *rows], right=(False, True, True, True, True)), "", chosen, rounds])

    @property
    def _rounds(self) -> int:
        return max((len(cost.p50) for cost in self.costs.values()), default=0)


def _figures(cost: Cost) -> dict[str, Any]:
    return {
        "p50_ms": round(median(cost.p50), 2),
        "p95_ms": round(median(cost.p95), 2),
        "p50_ms_rounds": cost.p50,
        "rss_mib": round(cost.rss, 1),
        "nearness": round(cost.nearness, 6),
    }


async def measure(rounds: int, requests: int, progress: Progress) -> Report:
    """Load each precision in a process of its own, then measure them in turn, after a round that is left out."""
    async with AsyncExitStack() as stack:
        costs, children = {}, {}
        for one in Precision:
            progress(f"载入模型 {one.value}")
            subject = await stack.enter_async_context(child("bot.cli.bench.encoder_subject", one.value))
            ready = await subject.ask(count=requests)
            if not ready.get("missing"):
                children[one], costs[one] = subject, Cost(ready["rss"], ready["nearness"])
        for number in range(rounds):
            progress(f"第 {number + 1}/{rounds} 轮")
            for one, subject in children.items():
                cost = await subject.ask(count=requests)
                costs[one].p50.append(cost["p50"])
                costs[one].p95.append(cost["p95"])
    progress()
    return Report(costs, requests)
