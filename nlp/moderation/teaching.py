"""What the score learns from: two open data sets of offensive language, and rows of our own.

A folder holds `offensive_cold_train.jsonl` (COLD, Apache-2.0), `offensive_swsr_train.jsonl` (SWSR, MIT) and
`moderation_dev.jsonl` (our own), each line with `text` and `label`. No set without an open licence is used.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from nlp.classify.logistic import Dense, fit
from nlp.classify.measures import folds
from nlp.classify.sparse import Floats, Numbers
from nlp.jsonl import objects
from nlp.moderation.score import ABUSE, AD, Score, honest_chances, rows

ORDINARY = "ordinary"
LABELS = (ORDINARY, ABUSE, AD)
# The prior variance of the weights, as for every classifier of ours.
STRENGTH = 5.0
# Few rows of ours stand for very many ordinary and advertising messages.
OWN_COUNTS = 3.0
# So many rows are put together from clauses of ours: people write several in one message.
MIXED_ORDINARY, MIXED_ADS = 4000, 2500
SHORTEST_AD = 12
# One of so many parts is hidden; it tells how sure the score may be.
PARTS = 3
# At the limits, of hidden rows: at most so many ordinary ones are judged wrongly, and so much that is found is right.
WRONG = 2 / 10_000
RIGHT = 0.98
# Disguises are undone by the layers; the score is to learn what is said.
READABLE = frozenset(
    ("plain", "traditional", "case", "fullwidth", "symbol", "emoji", "space", "combo", "kangxi_compat", "repeat")
)
_CLAUSE = re.compile(r"[，。！？；]")
_JOINTS = ("，", ",", " ", "。", "；", "！", "\n")


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text and what it is; `counts`: how much; `own`: whether it is ours and ordinary."""

    text: str
    label: str
    counts: float = 1.0
    own: bool = False


def taught(folder: Path) -> Score:
    """The score that the data sets of a folder and our own lessons teach; minutes, deterministic."""
    learnt = [*_own(), *_open(folder)]
    design = rows([one.text for one in learnt])
    labels = np.array([LABELS.index(one.label) for one in learnt])
    counts = np.array([one.counts for one in learnt], np.float32)
    parts = folds(labels, PARTS)
    hidden, seen = np.flatnonzero(parts == 0), np.flatnonzero(parts)
    part = fit(design.take(seen), labels[seen], len(LABELS), STRENGTH, counts[seen])
    sums = _apart(part.scores(design.take(hidden)))
    honest = _apart(fit(Dense(sums), labels[hidden], len(LABELS), STRENGTH, counts[hidden]).weights)
    weights = _apart(fit(design, labels, len(LABELS), STRENGTH, counts).weights)
    steps = np.asarray(np.abs(weights[:-1]).max(axis=0) / 127, np.float32)
    whole = np.round(weights[:-1] / steps).astype(np.int8)
    found = honest_chances(sums, honest)
    own = np.array([learnt[at].own for at in hidden])
    limits = np.maximum(np.quantile(found[own], 1 - WRONG, axis=0), _sure(found, labels[hidden])).astype(np.float32)
    return Score(LABELS[1:], whole, steps, weights[-1], honest, limits)


def _apart(scores: Floats) -> Floats:
    """Scores of the categories beside that of what is ordinary."""
    return np.asarray(scores[:, 1:] - scores[:, :1], np.float32)


def _sure(found: Floats, labels: Numbers) -> Floats:
    """For each category the probability from which on nearly all that is found is right."""
    least = np.ones(found.shape[1], np.float32)
    for category in range(found.shape[1]):
        order = np.argsort(-found[:, category], kind="stable")
        right = np.cumsum(labels[order] == category + 1) / np.arange(1, len(order) + 1)
        enough = np.flatnonzero(right >= RIGHT)
        least[category] = found[order[enough[-1]], category] if len(enough) else 1.0
    return least


def _open(folder: Path) -> Iterator[Lesson]:
    for name in ("offensive_cold_train.jsonl", "offensive_swsr_train.jsonl"):
        for _, row in objects(folder / name):
            yield Lesson(row["text"], ABUSE if int(row["label"]) else ORDINARY)
    for _, row in objects(folder / "moderation_dev.jsonl"):
        is_readable = row["class"] in READABLE and row["category"] != "contact"
        if not int(row["label"]):
            yield Lesson(row["text"], ORDINARY)
        elif is_readable:
            yield Lesson(row["text"], ABUSE if row["category"] == "profanity" else AD)


def _own() -> Iterator[Lesson]:
    """Our lessons, and what is put together from them."""
    chance = np.random.default_rng(0)
    manners = [(row["text"], row["label"]) for row in _lessons("manners")]
    yield from (Lesson(text, label, OWN_COUNTS, label == ORDINARY) for text, label in manners)
    ordinary = list(dict.fromkeys(_ordinary()))
    yield from (Lesson(text, ORDINARY, own=True) for text in ordinary)
    spoken = [row["text"] for row in _lessons("mood")] + [text for text, label in manners if label == ORDINARY]
    for _ in range(MIXED_ORDINARY):
        said = chance.choice(spoken if chance.random() < 0.7 else ordinary, chance.integers(2, 5))
        yield Lesson(_JOINTS[chance.integers(len(_JOINTS))].join(said), ORDINARY, own=True)
    yield from _ads([text for text, label in manners if label == AD], chance)


def _ads(texts: Sequence[str], chance: np.random.Generator) -> Iterator[Lesson]:
    """Advertisements made of clauses of several: trades differ, and how they are praised does not."""
    clauses = [list(filter(None, _CLAUSE.split(text))) for text in texts]
    for _ in range(MIXED_ADS):
        said: list[str] = []
        for at in chance.integers(0, len(clauses), chance.integers(1, 4)):
            several = clauses[int(at)]
            first = int(chance.integers(len(several)))
            said += several[first : first + int(chance.integers(1, 4))]
        if sum(map(len, said)) >= SHORTEST_AD:
            yield Lesson("，".join(said), AD)


def _ordinary() -> Iterator[str]:
    """Questions and remarks of ordinary customers."""
    for name in ("commerce", "daily", "digital", "finance", "questions", "service"):
        for row in _lessons(name):
            yield from (row["question"], *row["same"], *(near["text"] for near in row["near"]))
    yield from (row["text"] for row in _lessons("mood"))


def _lessons(name: str) -> Iterator[Mapping[str, Any]]:
    path = Path(str(resources.files("nlp").joinpath(f"lessons/{name}.jsonl")))
    return (row for _, row in objects(path))
