"""How well a filter tells what must be caught from what must not, measured on labelled messages."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np

from nlp.jsonl import Unreadable, objects
from nlp.moderation.hit import Hit, gravest

# Neutral talk about a listed word: which of them are wrong is a matter of taste, so they do not count for precision.
STRETCH = "hn_context"
Z = 1.959964

Report = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Row:
    """A message that must be caught (`bad`) or must not. `kind`: the disguise, or the trap; `word`: what is behind."""

    text: str
    bad: bool
    kind: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A row and the gravest of its hits; None without any."""

    row: Row
    hit: Hit | None

    @property
    def is_right(self) -> bool:
        """Whether it was caught if it must be, and left alone otherwise."""
        return (self.hit is not None) == self.row.bad


@dataclass(frozen=True, slots=True)
class Share:
    """So many of all, as a rate and its 95 % interval (Wilson 1927); a share of none is 0."""

    some: int
    all: int

    @property
    def rate(self) -> float:
        return self.some / self.all if self.all else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        if not self.all:
            return 0.0, 1.0
        square = Z * Z / self.all
        middle = (self.rate + square / 2) / (1 + square)
        half = Z * sqrt(self.rate * (1 - self.rate) / self.all + square / self.all / 4) / (1 + square)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a filter made of labelled messages, and what each of them took, in microseconds on one thread."""

    judged: Sequence[Judged]
    micros: Sequence[float]

    @property
    def recall(self) -> Share:
        """How many of those that must be caught were."""
        return _share([one for one in self.judged if one.row.bad])

    @property
    def precision(self) -> Share:
        """How many of those that were caught must be."""
        caught = [one for one in self.judged if one.hit and one.row.kind != STRETCH]
        return Share(sum(one.row.bad for one in caught), len(caught))

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        recall, precision = self.recall.rate, self.precision.rate
        return 2 * recall * precision / (recall + precision) if recall + precision else 0.0

    def by_class(self, bad: bool) -> Mapping[str, Share]:
        """How many were caught in each class of those that must be caught, or must not."""
        classes: dict[str, list[Judged]] = defaultdict(list)
        for one in self.judged:
            if one.row.bad == bad:
                classes[one.row.kind].append(one)
        return {kind: _share(rows) for kind, rows in sorted(classes.items())}


def _share(rows: Sequence[Judged]) -> Share:
    return Share(sum(one.hit is not None for one in rows), len(rows))


def read_rows(path: Path) -> list[Row]:
    """The labelled messages of a JSONL file, {text, label, class, word}; Unreadable for anything else, or nothing."""
    return [_row(row, place) for place, row in objects(path)]


def _row(row: Mapping[str, Any], place: str) -> Row:
    if not isinstance(row.get("text"), str):
        raise Unreadable(f"{place}：缺少 text，应为一段文字")
    if str(row.get("label")) not in ("0", "1"):
        raise Unreadable(f"{place}：label 写 1（该抓）或 0（不该抓）")
    return Row(row["text"], str(row["label"]) == "1", str(row.get("class") or ""), str(row.get("word") or ""))


def tried(rows: Sequence[Row], hits: Callable[[str], Sequence[Hit]], report: Report) -> Trial:
    """What `hits` makes of the rows. All are looked at once before the clock runs: a bot is warm, too."""
    judged = []
    for number, row in enumerate(rows, 1):
        judged.append(Judged(row, gravest(hits(row.text))))
        report("正在检查", number / len(rows) / 2)
    micros = []
    for number, row in enumerate(rows, 1):
        began = time.perf_counter_ns()
        hits(row.text)
        micros.append((time.perf_counter_ns() - began) / 1000)
        report("正在计时", 0.5 + number / len(rows) / 2)
    return Trial(judged, micros)


def measured(trial: Trial) -> dict[str, Any]:
    """All measures by name."""
    return {
        "n": len(trial.judged),
        "recall": _rounded(trial.recall.rate),
        "precision": _rounded(trial.precision.rate),
        "f1": _rounded(trial.f1),
        "recall_by_class": _rates(trial.by_class(True)),
        "false_hit_by_class": _rates(trial.by_class(False)),
        "us_p50": round(float(np.percentile(trial.micros, 50)), 1),
        "us_p99": round(float(np.percentile(trial.micros, 99)), 1),
        "msgs_per_s": round(len(trial.micros) * 1e6 / max(sum(trial.micros), 1e-6)),
    }


def _rates(shares: Mapping[str, Share]) -> dict[str, float]:
    return {kind: _rounded(share.rate) for kind, share in shares.items()}


def _rounded(value: float) -> float:
    return round(value, 4)


def worst(judged: Iterable[Judged], recalls: Mapping[str, Share]) -> tuple[list[Judged], list[Judged]]:
    """The wrong catches, gravest first, and what was missed, from the classes that are caught best first."""
    wrong = [one for one in judged if not one.is_right]
    caught = sorted((one for one in wrong if one.hit), key=lambda one: -one.hit.entry.severity if one.hit else 0)
    missed = sorted((one for one in wrong if one.row.bad), key=lambda one: -recalls[one.row.kind].rate)
    return caught, missed
