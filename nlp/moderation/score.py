"""How much a text sounds like abuse or like an advertisement: one more signal, for people to look at.

`python -m nlp.moderation.score FOLDER` learns it again and writes `score.npz`, which is shipped; `score.md` beside it
says from what, and how well it judges.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.classify.logistic import chances
from nlp.classify.sparse import Floats, Numbers, Sparse
from nlp.moderation.entry import Entry
from nlp.moderation.hit import Hit
from nlp.moderation.layers import Layer
from nlp.normalise import normalise

ABUSE, AD = "abuse", "ad"
# What a find is called where a list would name its word.
WORDS: Mapping[str, str] = {ABUSE: "语气像骂人", AD: "语气像广告"}

# Runs of up to so many characters are terms, and fall into so many places (feature hashing, Weinberger 2009).
LONGEST, BITS = 3, 17
# Of a longer text the beginning tells what it is.
READ = 512
_EDGE = "\0"
_ODD, _MIXED = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a text sounds like, and with what probability."""

    category: str
    chance: float


@dataclass(frozen=True)
class Score:
    """Weights of (places, categories), in steps of `steps`, and what makes honest probabilities of their sums.

    `limits`: from which probability on hardly any ordinary message is judged so. Immutable, for any number of threads.
    """

    categories: tuple[str, ...]
    weights: NDArray[np.int8]
    steps: Floats
    start: Floats
    honest: Floats
    limits: Floats

    @classmethod
    def load(cls) -> "Score":
        """What is shipped; some milliseconds."""
        with resources.files("nlp").joinpath("moderation/score.npz").open("rb") as file, np.load(file) as arrays:
            numbers = [arrays[name] for name in ("weights", "steps", "start", "honest", "limits")]
            return cls(tuple(map(str, arrays["categories"])), *numbers)

    def save(self, path: Path) -> None:
        """Write the file."""
        with path.open("wb") as file:
            np.savez_compressed(
                file, allow_pickle=False, categories=np.array(self.categories), weights=self.weights,
                steps=self.steps, start=self.start, honest=self.honest, limits=self.limits,
            )  # fmt: skip

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """(texts, categories): how probably each text is of each category; what is left is that it is neither."""
        sums = rows(texts).times(self.weights) * self.steps + self.start
        return honest_chances(sums, self.honest)

    def opinion(self, text: str, among: Iterable[str] = (ABUSE, AD), limit: float | None = None) -> Opinion | None:
        """What a text most probably sounds like; None below the limit (by default the category's own)."""
        found = self.probabilities([text])[0]
        limits = self.limits if limit is None else [limit] * len(self.categories)
        told = [
            Opinion(category, float(chance))
            for category, chance, least in zip(self.categories, found, limits, strict=True)
            if category in among and chance >= least
        ]
        return max(told, key=lambda opinion: opinion.chance, default=None)


def honest_chances(sums: Floats, honest: Floats) -> Floats:
    """Sums of weights as probabilities; `honest` (sums + 1, categories) makes them so, the last row the bias."""
    ordinary = np.zeros((len(sums), 1), np.float32)
    judged = np.concatenate((sums, ordinary + 1), axis=1) @ honest
    return chances(np.concatenate((ordinary, judged), axis=1))[:, 1:]


def hit_of(opinion: Opinion, text: str, severity: int) -> Hit:
    """An opinion as a find over the whole of a text; people look first, whatever its severity."""
    entry = Entry(WORDS[opinion.category], opinion.category, severity, note=f"{opinion.chance:.2f}")
    return Hit(entry, Layer.SCORE, 0, len(text), review=True)


def rows(texts: Sequence[str]) -> Sparse:
    """One row for each of some texts, of length 1: one and the logarithm of each term's count, at the term's place."""
    found = [_row(text) for text in texts]
    starts = np.cumsum([0, *(len(columns) for columns, _ in found)])
    columns, values = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Sparse(values, columns, starts, 1 << BITS)


def _row(text: str) -> tuple[Numbers, Floats]:
    found, counts = np.unique(_places(text), return_counts=True)
    values = 1 + np.log(counts.astype(np.float32))
    return found, np.asarray(values / np.linalg.norm(values), np.float32)


def _places(text: str) -> Numbers:
    """The place of each run of characters of a text, its edges among them."""
    written = f"{_EDGE}{normalise(text)[:READ]}{_EDGE}".encode("utf-32-le", "replace")
    points = np.frombuffer(written, np.uint32).astype(np.uint64)
    mixed, found = np.zeros(len(points), np.uint64), []
    for size in range(1, min(LONGEST, len(points)) + 1):
        mixed = mixed[: len(points) - size + 1] * np.uint64(_ODD) + points[size - 1 :] + np.uint64(1)
        found.append(((mixed ^ (mixed >> np.uint64(29))) * np.uint64(_MIXED)) >> np.uint64(64 - BITS))
    return np.concatenate(found).astype(np.int64)


def main(arguments: Sequence[str]) -> None:
    """Learn from the data sets in a folder and from our own lessons, and write the file beside this one."""
    from nlp.moderation.teaching import taught

    taught(Path(arguments[0])).save(Path(__file__).with_suffix(".npz"))


if __name__ == "__main__":
    main(sys.argv[1:])
