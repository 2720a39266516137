"""Questions that nobody could answer, gathered so that the same question in other words is one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zlib import crc32

import numpy as np
import regex
from numpy.typing import NDArray

from knowledge.entries import Entry
from nlp.normalise import core

Vectors = NDArray[np.float32]

# Words of politeness around a question: with and without them it is the same wording.
_AROUND = regex.compile(r"^(?:请问|您好|你好|亲)+|(?<=.{2})[呢呀啊吧哦嘛呐哈]+$")

# Enough for runs of characters of ten thousand short questions to seldom share a place.
WIDTH = 1024
LONGEST_RUN = 3
# Wordings that the likeness is learnt from; more would hardly change it.
SAMPLE = 1000
# Fewer wordings that have a sibling teach nothing; then what the shipped bases teach, by words and by meaning.
ENOUGH = 20
BY_WORDS, BY_MEANING = 0.3, 0.5
BLOCK = 512


@dataclass(frozen=True, slots=True)
class Asked:
    """One gap: its number (for ever), the words, where and when, and the thread, which tells who answered later."""

    id: int
    text: str
    at: datetime
    kind: str = ""
    group: str = ""
    thread: str = ""


@dataclass(frozen=True)
class Cluster:
    """The same question in all the words in which it was asked, in order. `id` is that of the first, and stays."""

    asked: tuple[Asked, ...]

    @property
    def id(self) -> int:
        """The number by which people name it."""
        return self.asked[0].id

    @cached_property
    def texts(self) -> Sequence[str]:
        """The different wordings, each as briefly as it was said: the most frequent first, otherwise the first."""
        counts = Counter(plainly(one.text) for one in self.asked)
        said: dict[str, str] = {}
        for one in self.asked:
            key = plainly(one.text)
            said[key] = min(said.get(key, one.text), one.text, key=len)
        order = {key: at for at, key in enumerate(said)}
        return [said[key] for key in sorted(counts, key=lambda key: (-counts[key], order[key]))]

    @property
    def groups(self) -> Mapping[str, int]:
        """How often in which named group; "" for anywhere else."""
        return Counter(one.group for one in self.asked)


def plainly(text: str) -> str:
    """A question as gaps are compared: without politeness and decoration."""
    plain = core(text)
    return _AROUND.sub("", plain) or plain


def clusters(asked: Sequence[Asked], vectors: Vectors, threshold: float) -> Sequence[Cluster]:
    """The gaps as clusters, the largest first; `vectors` has the row (of length 1) of each gap.

    Leader clustering (Hartigan, "Clustering Algorithms", 1975, ch. 3): in the order in which they were asked, a gap
    that is like no leader yet becomes one, so that a cluster keeps its number while gaps are added; then each gap
    goes to its nearest leader.
    """
    rows = list(_different(asked).values())
    leaders = _leaders(vectors[[members[0] for members in rows]], threshold)
    heads = vectors[[rows[leader][0] for leader in leaders]]
    nearest = _nearest(vectors[[members[0] for members in rows]], heads)
    gathered: dict[int, list[int]] = {}
    for at, members in zip(nearest, rows, strict=True):
        gathered.setdefault(at, []).extend(members)
    found = [Cluster(tuple(asked[row] for row in sorted(members))) for members in gathered.values()]
    return sorted(found, key=lambda cluster: (-len(cluster.asked), cluster.id))


def _different(asked: Sequence[Asked]) -> Mapping[str, list[int]]:
    """The rows of each text, as texts are compared, in order."""
    found: dict[str, list[int]] = {}
    for row, one in enumerate(asked):
        found.setdefault(plainly(one.text), []).append(row)
    return found


def _leaders(vectors: Vectors, threshold: float) -> list[int]:
    """The rows that are like none of the leaders before them."""
    heads = np.zeros((0, vectors.shape[1]), np.float32)
    leaders: list[int] = []
    for start in range(0, len(vectors), BLOCK):
        part = vectors[start : start + BLOCK]
        free = np.flatnonzero((part @ heads.T).max(axis=1, initial=-1.0) < threshold)
        fresh: list[int] = []
        likeness = part[free] @ part[free].T
        for at in range(len(free)):
            if not fresh or likeness[at, fresh].max() < threshold:
                fresh.append(at)
        leaders += [start + int(free[at]) for at in fresh]
        heads = np.concatenate([heads, part[free[fresh]]]) if fresh else heads
    return leaders


def _nearest(vectors: Vectors, heads: Vectors) -> list[int]:
    parts = (vectors[start : start + BLOCK] for start in range(0, len(vectors), BLOCK))
    return [int(at) for part in parts for at in np.argmax(part @ heads.T, axis=1)]


def threshold_of(entries: Sequence[Entry], vectors: Vectors, otherwise: float) -> float:
    """From which likeness on two questions are one, as the wordings of a base teach it; `vectors`: a row for each.

    The likeness that best parts a wording's nearest sibling from its nearest stranger (Youden, "Index for rating
    diagnostic tests", 1950); `otherwise` where the base is too small to teach it.
    """
    owners = np.repeat(np.arange(len(entries)), [len(entry.questions) for entry in entries])
    step = max(1, len(owners) // SAMPLE)
    likeness = vectors[::step] @ vectors.T
    rows = np.arange(len(owners))[::step]
    likeness[np.arange(len(rows)), rows] = -1
    same = owners[rows][:, None] == owners[None, :]
    siblings = np.where(same, likeness, -1).max(axis=1)
    strangers = np.where(same, -1, likeness).max(axis=1)
    taught = siblings > -1
    if taught.sum() < ENOUGH or len(entries) < 2:
        return otherwise
    siblings, strangers = np.sort(siblings[taught]), np.sort(strangers[taught])
    levels = np.unique(np.concatenate([siblings, strangers]))
    missed = np.searchsorted(siblings, levels) / len(siblings)
    wrong = 1 - np.searchsorted(strangers, levels) / len(strangers)
    return float(levels[np.argmin(missed + wrong)])


class Shingles:
    """Vectors by characters alone, for where there is no model: runs of up to three, weighed by how rare they are.

    Runs share `WIDTH` places by their hash (Weinberger et al., "Feature Hashing", ICML 2009).
    """

    def __init__(self, texts: Sequence[str]) -> None:
        times = np.zeros(WIDTH)
        for text in texts:
            times[list(set(_places(text)))] += 1
        self._weights = np.log((1 + len(texts)) / (1 + times)) + 1

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text, of length 1 (0 for a text without characters)."""
        rows = np.zeros((len(texts), WIDTH), np.float32)
        for row, text in zip(rows, texts, strict=True):
            places = list(set(_places(text)))
            row[places] = self._weights[places]
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        unit: Vectors = rows / np.maximum(lengths, np.float32(1e-9))
        return unit


def _places(text: str) -> Sequence[int]:
    plain = core(text)
    runs = (plain[at : at + size] for size in range(1, LONGEST_RUN + 1) for at in range(len(plain) - size + 1))
    return [crc32(run.encode(errors="replace")) % WIDTH for run in runs]
