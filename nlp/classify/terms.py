"""Texts as terms: runs of characters, which need no dictionary and see what marks and endings tell."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from nlp.classify.sparse import Sparse
from nlp.normalise import normalise

# The longest run of characters that is a term.
LONGEST = 3
# Of a longer text the beginning tells what it is about.
READ = 512
# Stands before and after a text, so that how it begins and ends is a term too.
EDGE = "\0"


@dataclass(frozen=True)
class Terms:
    """The terms of some texts, each with its number.

    They are not weighted by rarity: a regression learns what each tells, and with five texts a class it learns better
    without (2 to 6 errors fewer in a thousand on three intent sets), for the rarest terms are mostly names.
    """

    numbers: Mapping[str, int]

    @classmethod
    def of(cls, texts: Iterable[str], least: int = 1) -> "Terms":
        """The terms that at least so many of these texts hold."""
        counts = Counter(term for text in texts for term in dict.fromkeys(runs(text)))
        found = (term for term, count in counts.items() if count >= least)
        return cls({term: number for number, term in enumerate(found)})

    def rows(self, texts: Iterable[str]) -> Sparse:
        """One row a text, of length 1: one and the logarithm of each known term's count."""
        return Sparse.of([self._row(text) for text in texts], len(self.numbers))

    def _row(self, text: str) -> tuple[Sequence[int], Sequence[float]]:
        numbers = self.numbers
        # Not a Counter: it is slow with a generator, and this is done for every message.
        counts: dict[int, int] = {}
        for term in runs(text):
            if (number := numbers.get(term)) is not None:
                counts[number] = counts.get(number, 0) + 1
        values = [1 + log(count) if count > 1 else 1.0 for count in counts.values()]
        length = sum(value * value for value in values) ** 0.5 or 1.0
        return list(counts), [value / length for value in values]


def runs(text: str) -> Sequence[str]:
    """All runs of one to `LONGEST` characters of a text, its edges among them."""
    text = f"{EDGE}{normalise(text)[:READ]}{EDGE}"
    return [text[at : at + size] for size in range(1, LONGEST + 1) for at in range(len(text) - size + 1)]
