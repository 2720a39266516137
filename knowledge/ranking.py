"""What a search gives, and what every way of searching has in common."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from knowledge.entries import Entry

# A wording of the base: the number of its entry and its place among that entry's questions.
Wording = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that may be meant. `score` in [0, 1] tells how well it fits; `question` is the nearest wording.

    `number` is the entry's place in the base. `closeness`, up to 1, is what a decision goes by: the score ranks, but
    shared words weigh less in it. `compare` reads the question and the entry side by side.
    """

    entry: Entry
    number: int
    score: float
    question: str
    closeness: float
    compare: Callable[[], tuple[bool, ...]] = field(default=tuple, compare=False, repr=False)

    @property
    def differences(self) -> tuple[bool, ...]:
        """Which of `knowledge.compare`'s differences hold; read when they are asked for, since most hits never are."""
        return self.compare()


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
