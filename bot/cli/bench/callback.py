"""CPU per callback: our durable acknowledgement beside bare aiohttp and beside wechatpy without storing."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import median
from typing import Any

from bot.cli.bench.child import Child, child
from bot.cli.bench.load import CONNECTIONS
from bot.cli.bench.machine import machine
from bot.cli.bench.subjects import PATH, SUBJECTS
from bot.cli.terminal import Progress, table

MOST_TIMES_BARE = 2.5
LABELS: Mapping[str, str] = {
    "bare": "aiohttp 只读正文",
    "wechatpy": "wechatpy 解密解析，不存",
    "ours": "群伴，存盘后才应答",
}


@dataclass(frozen=True, slots=True)
class Report:
    """Microseconds of CPU per callback, by subject, one figure a round; rounds are interleaved."""

    rounds: dict[str, list[float]]
    requests: int

    def microseconds(self, subject: str) -> float:
        return median(self.rounds[subject])

    def times(self, subject: str) -> float:
        """Ours in multiples of another one: the median of the ratios within each round."""
        pairs = zip(self.rounds["ours"], self.rounds[subject], strict=True)
        return median(ours / other for ours, other in pairs)

    @property
    def kept(self) -> bool:
        """Whether the promise holds here."""
        return self.times("bare") <= MOST_TIMES_BARE and self.times("wechatpy") < 1

    def as_object(self) -> dict[str, Any]:
        return {
            "cpu_us": {name: round(self.microseconds(name), 1) for name in self.rounds},
            "cpu_us_rounds": {name: [round(us, 1) for us in rounds] for name, rounds in self.rounds.items()},
            "times_bare": round(self.times("bare"), 3),
            "times_wechatpy": round(self.times("wechatpy"), 3),
            "promise": {"times_bare": MOST_TIMES_BARE, "times_wechatpy": 1.0},
            "kept": self.kept,
            "rounds": len(self.rounds["ours"]),
            "requests": self.requests,
            "connections": CONNECTIONS,
            "machine": machine(),
        }

    def as_text(self) -> str:
        head = ("每条回调的 CPU", "中位数", "最低", "最高", "群伴是它的")
        rows = [
            (
                LABELS[name],
                *(f"{us:.0f} µs" for us in (median(rounds), min(rounds), max(rounds))),
                f"{self.times(name):.2f} 倍",
            )
            for name, rounds in self.rounds.items()
        ]
        verdict = "做到了" if self.kept else "没做到"
        promise = f"说好的：不超过 aiohttp 的 {MOST_TIMES_BARE} 倍，少于 wechatpy 不存盘 —— {verdict}"
        count = f"{len(self.rounds['ours'])} 轮 × {self.requests} 条，{CONNECTIONS} 个连接；只算收回调的进程"
        return "\n".join([*table([head, *rows], right=(False, True, True, True, True)), "", promise, count])

    def _row(self, name: str) -> tuple[str, ...]:
        rounds = self.rounds[name]
        figures = (f"{us:.0f} µs" for us in (median(rounds), min(rounds), max(rounds)))
        return (LABELS[name], *figures, f"{self.times(name):.2f} 倍")


async def measure(rounds: int, requests: int, progress: Progress) -> Report:
    """Run every subject once a round, after one round that does not count."""
    found: dict[str, list[float]] = {name: [] for name in SUBJECTS}
    async with AsyncExitStack() as stack:
        load = await stack.enter_async_context(child("bot.cli.bench.load"))
        servers = {name: await stack.enter_async_context(child("bot.cli.bench.subjects", name)) for name in SUBJECTS}
        for number in range(rounds + 1):
            progress(f"第 {number}/{rounds} 轮")
            for name, server in servers.items():
                cost = await _cost(server, load, requests)
                if number:
                    found[name].append(cost)
    progress()
    return Report(found, requests)


async def _cost(server: Child, load: Child, requests: int) -> float:
    before = await server.ask()
    answers = await load.ask(port=before["port"], path=PATH, count=requests)
    after = await server.ask()
    if answers["statuses"] != {"200": requests}:
        raise RuntimeError(f"answers other than 200: {answers['statuses']}")
    return float(after["cpu"] - before["cpu"]) / requests * 1e6
