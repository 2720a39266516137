"""What a search gives, and what every way of searching has in common."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from knowledge.entries import Entry

# A wording of the base: the number of its entry and its place among that entry's questions.
Wording = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that may be meant. `score` in [0, 1] tells how well it fits; `question` is the nearest wording.

    `number` is the entry's place in the base. `closeness`, up to 1, is what a decision goes by: the score ranks, but
    shared words weigh less in it. `differences`, for the first hits, tells which of `knowledge.compare`'s hold.
    """

    entry: Entry
    number: int
    score: float
    question: str
    closeness: float
    differences: tuple[bool, ...] = ()


class Ranker(Protocol):
    """One way to find the entries nearest to a question: by words, by meaning, or by both.

    Pure and safe on any thread. A dense ranker joins by this protocol; a fusion of rankers is a ranker too.
    """

    @property
    def entries(self) -> Sequence[Entry]:
        """The base."""
        ...

    @property
    def steepness(self) -> float:
        """How fast, as its lead in score grows, the first hit becomes likelier than the second (logistic)."""
        ...

    def search(self, text: str, limit: int = 10, hidden: Collection[Wording] = ()) -> Sequence[Hit]:
        """The nearest entries, the best first; wordings in `hidden` count as not written (for leave-one-out)."""
        ...
