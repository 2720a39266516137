"""How time and memory grow with the base: 1,000, 10,000 and 100,000 entries of three wordings, side by side."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any

from bot.cli.bench.child import child
from bot.cli.bench.machine import machine
from bot.cli.terminal import Progress, table

SIZES = (1_000, 10_000, 100_000)
# A base ten times as large may take so many times as much for a question; a little more than in proportion.
MOST_TIMES = 12.0
QUERIES = ("words_ms", "both_ms")
# What is done on a thread beside the loop, and how long that may hold it up, in milliseconds; the dictionary is read
# once, before anybody is listened to.
STEPS = ("read", "index", "calibrate", "vectors", "change")
MOST_HELD, MOST_HELD_ONCE = 20.0, 500.0


@dataclass(slots=True)
class Size:
    """What so many entries cost: figures that are taken once, and CPU milliseconds of a question, one a round."""

    took: dict[str, float] = field(default_factory=dict)
    rounds: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in QUERIES})


@dataclass(frozen=True, slots=True)
class Report:
    """What each size costs; rounds are interleaved."""

    sizes: dict[int, Size]
    questions: int

    def times(self, figure: str) -> dict[int, float]:
        """A question in multiples of the size before: the median of the ratios within each round."""
        found = {}
        for few, many in pairwise(sorted(self.sizes)):
            pairs = zip(self.sizes[few].rounds[figure], self.sizes[many].rounds[figure], strict=True)
            found[many] = median(later / max(earlier, 1e-9) for earlier, later in pairs)
        return found

    def held(self, count: int) -> float:
        """How long the loop was held up at most while so many entries were built or changed, in milliseconds."""
        return max(self.sizes[count].took.get(f"{step}_held_ms", 0.0) for step in STEPS)

    @property
    def kept(self) -> bool:
        """Whether questions take hardly more than in proportion, and the loop goes on meanwhile."""
        grown = all(times <= MOST_TIMES for figure in QUERIES for times in self.times(figure).values())
        once = max(size.took.get("dictionary_held_ms", 0.0) for size in self.sizes.values())
        return grown and once <= MOST_HELD_ONCE and all(self.held(count) <= MOST_HELD for count in self.sizes)

    def as_object(self) -> dict[str, Any]:
        return {
            "entries": {str(count): _figures(size) for count, size in self.sizes.items()},
            "times": {name: {str(count): round(x, 2) for count, x in self.times(name).items()} for name in QUERIES},
            "held_ms": {str(count): round(self.held(count), 2) for count in self.sizes},
            "promise": {"times": MOST_TIMES, "held_ms": MOST_HELD, "held_once_ms": MOST_HELD_ONCE},
            "kept": self.kept,
            "rounds": len(self.sizes[min(self.sizes)].rounds["words_ms"]),
            "questions": self.questions,
            "machine": machine(),
        }

    def as_text(self) -> str:
        head = (
            "问答",
            "一句（词）",
            "一句（词和意思）",
            "读入",
            "建索引",
            "学把握",
            "改一条",
            "最久停了",
            "内存（词）",
            "内存（都有）",
            "存盘",
        )
        rows = [self._row(count) for count in sorted(self.sizes)]
        grown = "，".join(f"{count:,} 条 {times:.1f} 倍" for count, times in self.times("both_ms").items())
        verdict = "做到了" if self.kept else "没做到"
        held = f"事件循环一次最多停 {MOST_HELD:.0f} 毫秒"
        promise = f"说好的：多十倍，一句不超过 {MOST_TIMES:.0f} 倍，{held}；这里{grown} —— {verdict}"
        note = "都有：词和意思。只算 CPU；意思用随机的向量代替，只看大小和快慢，不看答得对不对"
        return "\n".join([*table([head, *rows], right=(False, *(True,) * 10)), "", promise, note])

    def _row(self, count: int) -> tuple[str, ...]:
        size = self.sizes[count]
        words, both = (f"{median(size.rounds[name]):.1f} ms" for name in QUERIES)
        times = (f"{size.took[name]:.1f} 秒" for name in ("read_s", "index_s", "calibrate_s", "change_s"))
        room = (f"{size.took[name]:.0f} MiB" for name in ("words_mib", "both_mib", "disk_mib"))
        return (f"{count:,} 条", words, both, *times, f"{self.held(count):.1f} ms", *room)


def _figures(size: Size) -> dict[str, Any]:
    taken = {name: round(value, 4) for name, value in size.took.items()}
    asked = {name: round(median(values), 3) for name, values in size.rounds.items()}
    return {**taken, **asked, **{f"{name}_rounds": values for name, values in size.rounds.items()}}


async def measure(rounds: int, requests: int, progress: Progress, sizes: Sequence[int] = SIZES) -> Report:
    """Build each size in a process of its own, then ask them in turn; at most a hundred questions a round."""
    count = min(requests, 100)
    async with AsyncExitStack() as stack:
        found, children = {}, {}
        for size in sizes:
            progress(f"建 {size:,} 条问答")
            children[size] = await stack.enter_async_context(child("bot.cli.bench.growth_subject", str(size)))
            await children[size].ask(count=count)
            found[size] = Size()
        for number in range(rounds):
            progress(f"第 {number + 1}/{rounds} 轮")
            for size, subject in children.items():
                costs = await subject.ask(count=count)
                for name in QUERIES:
                    found[size].rounds[name].append(costs.pop(name))
                found[size].took = costs
    progress()
    return Report(found, count)
