"""How well a base answers questions whose right entries are known."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.entries import Entry
from nlp.bootstrap import between, samples
from nlp.jsonl import Unreadable, objects

Mask = NDArray[np.bool_]
Values = NDArray[np.float64]


class Kind(StrEnum):
    """Where a question of an evaluation comes from: from an entry, near one, of other things, of far ones."""

    IN = "in"
    NEAR = "near"
    OTHER = "other"
    FAR = "far"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the entry that is meant; None when there is none."""

    text: str
    gold: str | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a question: ids found, the best first; how sure the decision is, and whether it answers."""

    asked: Asked
    found: tuple[str, ...]
    score: float
    answers: bool
    ms: float

    @property
    def rank(self) -> int:
        """Where the right entry came, 0 first; far behind everything when it did not come."""
        return self.found.index(self.asked.gold) if self.asked.gold in self.found else 1_000_000


def read_entries(path: Path) -> tuple[Entry, ...]:
    """The entries of lines {id, question, answer, paraphrases}; the answer may be empty."""
    return tuple(
        Entry(
            id=_text(row, "id", place),
            question=_text(row, "question", place),
            similar=_texts(row, "paraphrases", place),
            answers=(str(row.get("answer") or ""),),
        )
        for place, row in objects(path)
    )


def read_questions(path: Path, entries: Sequence[Entry]) -> tuple[Asked, ...]:
    """The questions of lines {query, gold, kind}; without a kind it is `in` with a gold and `other` without.

    A gold is the id of one of the entries, or null (or empty) where no entry is meant.
    """
    ids = {entry.id for entry in entries}
    return tuple(_asked(row, place, ids) for place, row in objects(path))


def _asked(row: Mapping[str, Any], place: str, ids: Set[str]) -> Asked:
    gold = None if row.get("gold") == "" else row.get("gold")
    if gold is not None and (not isinstance(gold, str) or gold not in ids):
        raise Unreadable(
            f"{place}：gold 写的 {gold} 不在问答库里，请改成库里那一条的 id；"
            "库里没有答案的，gold 写 null，kind 写 near、other 或 far"
        )
    kind = str(row.get("kind") or (Kind.IN if gold else Kind.OTHER))
    if kind not in list(Kind):
        raise Unreadable(f"{place}：kind 应为 {'、'.join(Kind)} 之一，现在是 {kind}")
    if (kind == Kind.IN) != (gold is not None):
        raise Unreadable(f"{place}：kind 为 in 的要写 gold（答案的 id），其它的 gold 应为 null")
    return Asked(_text(row, "query", place), gold, Kind(kind))


def _text(row: Mapping[str, Any], key: str, place: str) -> str:
    value = row.get(key)
    if value is None or value == "":
        raise Unreadable(f"{place}：缺少 {key}")
    if not isinstance(value, str):
        raise Unreadable(f"{place}：{key} 应为一段文字，加上引号")
    return value


def _texts(row: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
    values = row.get(key) or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise Unreadable(f'{place}：{key} 应为一组文字，如 ["…", "…"]')
    return tuple(values)


@dataclass(frozen=True, slots=True)
class Table:
    """What was told, as columns."""

    kinds: NDArray[np.str_]
    ranks: NDArray[np.int64]
    scores: Values
    answers: Mask
    ms: Values

    @classmethod
    def of(cls, told: Sequence[Told]) -> "Table":
        """The columns of these rows."""
        return cls(
            np.array([one.asked.kind.value for one in told], dtype=np.str_),
            np.array([one.rank for one in told], dtype=np.int64),
            np.array([one.score for one in told]),
            np.array([one.answers for one in told], dtype=np.bool_),
            np.array([one.ms for one in told]),
        )

    def __len__(self) -> int:
        return len(self.kinds)

    def taken(self, rows: NDArray[np.int64]) -> "Table":
        """These rows only, each as often as it is named."""
        return Table(self.kinds[rows], self.ranks[rows], self.scores[rows], self.answers[rows], self.ms[rows])

    @property
    def inside(self) -> Mask:
        """Which rows have an entry."""
        inside: Mask = self.kinds == Kind.IN
        return inside


Metric = Callable[[Table], float]


def top1(table: Table) -> float:
    """The share of `in` questions whose entry comes first, whatever the decision."""
    return _share(table.ranks[table.inside] < 1)


def top3(table: Table) -> float:
    """The share of `in` questions whose entry is among the first three."""
    return _share(table.ranks[table.inside] < 3)


def mrr(table: Table) -> float:
    """The mean reciprocal rank of the right entry."""
    ranks = table.ranks[table.inside]
    return float(np.mean(np.where(ranks < 1_000_000, 1 / (1 + ranks), 0))) if len(ranks) else 0.0


def f1(table: Table) -> float:
    """Precision: right answers of all answered; recall: right answers of all `in`."""
    right = int((table.answers & table.inside & (table.ranks == 0)).sum())
    told, asked = int(table.answers.sum()), int(table.inside.sum())
    return 2 * right / (told + asked) if told + asked else 0.0


def false_answer_rate(table: Table) -> float:
    """The share of questions without an entry that were answered."""
    return _share(table.answers[~table.inside])


def auroc(table: Table, kind: Kind | None = None) -> float:
    """How often an `in` question scores above one without an entry (of that kind); a tie is half."""
    out = ~table.inside if kind is None else table.kinds == kind
    return area(table.scores[table.inside], table.scores[out])


def area(positive: Values, negative: Values) -> float:
    """The area under the ROC curve (Mann and Whitney's U); NaN when one side is empty."""
    if not len(positive) or not len(negative):
        return float("nan")
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, "left") + np.searchsorted(ordered, positive, "right")
    return float(below.mean() / 2 / len(ordered))


def _share(mask: Mask) -> float:
    return float(mask.mean()) if len(mask) else 0.0


METRICS: Mapping[str, Metric] = {
    "top1": top1,
    "top3": top3,
    "mrr": mrr,
    "auroc": auroc,
    "f1": f1,
    "false_answer_rate": false_answer_rate,
}


def measured(table: Table) -> Mapping[str, Any]:
    """All metrics by name; what cannot be measured is None."""
    values: dict[str, Any] = {"n_in": int(table.inside.sum()), "n_out": int((~table.inside).sum())}
    for name, metric in METRICS.items():
        values[name] = _known(metric(table))
    values["auroc_by_kind"] = {kind.value: _known(auroc(table, kind)) for kind in _kinds(table)}
    values["ms_p50"], values["ms_p95"] = (_known(float(np.percentile(table.ms, part))) for part in (50, 95))
    return values


def _kinds(table: Table) -> Sequence[Kind]:
    return [kind for kind in Kind if kind is not Kind.IN and (table.kinds == kind).any()]


def _known(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 4)


def intervals(table: Table, seed: int = 0) -> Mapping[str, tuple[float, float]]:
    """The 95 % intervals of all metrics, those of AUROC by kind as `auroc near`: percentile bootstrap by question."""
    metrics = {**METRICS, **{f"auroc {kind}": _by_kind(kind) for kind in _kinds(table)}}
    found: dict[str, list[float]] = {name: [] for name in metrics}
    for rows in samples(len(table), seed):
        drawn = table.taken(rows)
        for name, metric in metrics.items():
            found[name].append(metric(drawn))
    return {name: between(values) for name, values in found.items()}


def _by_kind(kind: Kind) -> Metric:
    return lambda table: auroc(table, kind)
