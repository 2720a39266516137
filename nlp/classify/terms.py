"""Texts as weighted terms: runs of characters, the rarer the weightier (TF-IDF)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from nlp.classify.sparse import Floats, Sparse
from nlp.normalise import normalise

# The longest run of characters that is a term.
LONGEST = 3
# Of a longer text the beginning tells what it is about.
READ = 512


@dataclass(frozen=True)
class Terms:
    """The terms of some texts, each with its number, and how much each tells (inverse document frequency)."""

    numbers: Mapping[str, int]
    rarity: Floats

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Terms":
        """The terms that these texts hold."""
        counts = Counter(term for text in texts for term in set(runs(text)))
        numbers = {term: number for number, term in enumerate(counts)}
        rarity = [log((1 + len(texts)) / (1 + count)) + 1 for count in counts.values()]
        return cls(numbers, np.array(rarity, np.float32))

    def rows(self, texts: Iterable[str]) -> Sparse:
        """One row a text, of length 1: the logarithm of each term's count, times its rarity. What is unknown is left out."""
        return Sparse.of([self._row(text) for text in texts], len(self.numbers))

    def _row(self, text: str) -> tuple[Sequence[int], Sequence[float]]:
        counts = Counter(number for term in runs(text) if (number := self.numbers.get(term)) is not None)
        columns = list(counts)
        values = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * self.rarity[columns]
        length = float(np.linalg.norm(values)) or 1.0
        return columns, [float(value) for value in values / length]


def runs(text: str) -> Sequence[str]:
    """All runs of one to `LONGEST` characters of a text, between its edges."""
    text = normalise(text)[:READ]
    return [text[at : at + size] for size in range(1, LONGEST + 1) for at in range(len(text) - size + 1)]
