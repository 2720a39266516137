"""What a question costs with 2,000 entries, by words and with the model, and how long the event loop is held up."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from bot.cli.bench.child import child
from bot.cli.bench.machine import machine
from bot.cli.bench.question_texts import MIX
from bot.cli.terminal import Progress, table

ENTRIES = 2_000
LABELS: Mapping[str, str] = {"none": "只按词", "builtin": "词和意思"}
KINDS: Mapping[str, str] = {
    "whole": "说全的", "short": "少说一点的", "slip": "有错字的", "missing": "库里没有的", "talk": "闲话",
}  # fmt: skip
# Milliseconds for one question, from text to hits.
MOST_MS: Mapping[str, float] = {"none": 1.0, "builtin": 15.0}
# Lines a second that `qunban ask` answers.
FEWEST_LINES: Mapping[str, float] = {"none": 500.0, "builtin": 50.0}
# Milliseconds that the event loop may be held up, with 200 questions in flight or an index building.
MOST_HELD = 20.0
# The same while all is loaded, once, before anybody is listened to.
MOST_HELD_LOADING = 500.0
# Seconds until a changed entry is found by words.
MOST_UPDATE = 1.0
# MiB of memory.
MOST_MIB: Mapping[str, float] = {"none": 200.0, "builtin": 450.0}

# A figure and the name that programs know it by.
FIGURES: Mapping[str, str] = {
    "p50": "p50_ms",
    "p95": "p95_ms",
    "idle": "held_idle_ms",
    "held": "held_ms",
    "held_building": "held_building_ms",
    "update": "update_s",
    "lines": "lines_per_s",
}


@dataclass(slots=True)
class Kind:
    """What it costs one way; a figure a round. Milliseconds; `update` seconds; `lines` a second; MiB."""

    rss: float = 0.0
    load: float = 0.0
    rounds: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in FIGURES})
    held_loading: float = 0.0

    def __getitem__(self, figure: str) -> float:
        return median(self.rounds[figure])


@dataclass(frozen=True, slots=True)
class Report:
    """What each way costs; rounds are interleaved."""

    kinds: Mapping[str, Kind]
    questions: int

    def promises(self, name: str) -> Mapping[str, bool]:
        """Which promises hold for one way."""
        kind = self.kinds[name]
        return {
            "p50_ms": kind["p50"] <= MOST_MS[name],
            "loop_held_ms": max(kind["held"], kind["held_building"]) <= MOST_HELD
            and kind.held_loading <= MOST_HELD_LOADING,
            "update_s": kind["update"] < MOST_UPDATE,
            "lines_per_s": kind["lines"] >= FEWEST_LINES[name],
            "rss_mib": kind.rss <= MOST_MIB[name],
        }

    @property
    def kept(self) -> bool:
        """Whether all promises hold here."""
        return all(all(self.promises(name).values()) for name in self.kinds)

    def as_object(self) -> dict[str, Any]:
        return {
            "entries": ENTRIES,
            "kinds": {name: self._figures(name) for name in self.kinds},
            "promise": {
                "p50_ms": dict(MOST_MS), "loop_held_ms": MOST_HELD, "loop_held_loading_ms": MOST_HELD_LOADING,
                "update_s": MOST_UPDATE,
                "lines_per_s": dict(FEWEST_LINES), "rss_mib": dict(MOST_MIB),
            },
            "kept": self.kept,
            "questions": self.questions,
            "mix": dict(MIX),
            "machine": machine(),
        }  # fmt: skip

    def as_text(self) -> str:
        head = (
            f"{ENTRIES:,} 条问答",
            "中位",
            "p95",
            "闲着",
            "载入时",
            "200 句同时",
            "改一条时",
            "改一条",
            "ask 每秒",
            "内存",
        )
        rows = [self._row(name) for name in self.kinds]
        broken = [
            f"{LABELS[name]}的 {what}"
            for name in self.kinds
            for what, holds in self.promises(name).items()
            if not holds
        ]
        verdict = f"没做到：{'、'.join(broken)}" if broken else "都做到了"
        note = "“闲着”“载入时”“同时”“改一条时”是事件循环最久停了多久；“改一条”到按词能找到为止"
        asked = "每百句问话里：" + "，".join(f"{KINDS[kind]} {share} 句" for kind, share in MIX.items())
        return "\n".join([*table([head, *rows], right=(False, *(True,) * 9)), "", f"说好的 —— {verdict}", note, asked])

    def _row(self, name: str) -> tuple[str, ...]:
        kind = self.kinds[name]
        return (
            LABELS[name], *(f"{kind[figure]:.1f} ms" for figure in ("p50", "p95", "idle")),
            f"{kind.held_loading:.1f} ms", *(f"{kind[figure]:.1f} ms" for figure in ("held", "held_building")),
            f"{kind['update']:.2f} 秒", f"{kind['lines']:.0f} 句", f"{kind.rss:.0f} MiB",
        )  # fmt: skip

    def _figures(self, name: str) -> dict[str, Any]:
        kind = self.kinds[name]
        figures = {unit: round(kind[figure], 3) for figure, unit in FIGURES.items()}
        rounds = {f"{unit}_rounds": [round(one, 3) for one in kind.rounds[figure]] for figure, unit in FIGURES.items()}
        rest = {
            "rss_mib": round(kind.rss, 1),
            "load_s": round(kind.load, 2),
            "held_loading_ms": round(kind.held_loading, 3),
            "kept": self.promises(name),
        }
        return {**figures, **rounds, **rest}


async def measure(
    rounds: int, requests: int, progress: Progress, kinds: Sequence[str] = tuple(LABELS), entries: int = ENTRIES
) -> Report:
    """Build the base each way in a process of its own, then measure them in turn."""
    found = {name: Kind() for name in kinds}
    async with AsyncExitStack() as stack:
        children = {}
        for name in kinds:
            progress(f"载入 {entries:,} 条问答，{LABELS[name]}（第一次要学几分钟）")
            opening = child("bot.cli.bench.question_subject", str(entries), name)
            children[name] = await stack.enter_async_context(opening)
        for number in range(rounds):
            for name, subject in children.items():
                progress(f"第 {number + 1}/{rounds} 轮，{LABELS[name]}")
                costs = await subject.ask(count=requests, round=number)
                found[name].rss, found[name].load = costs["rss"], costs["load"]
                found[name].held_loading = costs["held_loading"]
                for figure in FIGURES:
                    found[name].rounds[figure].append(costs[figure])
    progress()
    return Report(found, requests)
