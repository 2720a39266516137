"""What moderation found in a text, and what follows from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from nlp.moderation.entry import Entry

MASK = "*"


class Judgement(StrEnum):
    """What should happen to a text, mildest first."""

    PASS = "pass"
    AUDIT = "audit"
    REVIEW = "review"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found at `start` up to `end` (code points of the text as it was written) by a layer.

    `review`: this layer errs too often to hold anything back by itself, so people look first.
    """

    entry: Entry
    layer: str
    start: int
    end: int
    review: bool = False

    @property
    def judgement(self) -> Judgement:
        """What this hit asks for."""
        if self.entry.severity <= 1:
            return Judgement.AUDIT
        return Judgement.REVIEW if self.review or self.entry.severity == 2 else Judgement.BLOCK


def gravest(hits: Iterable[Hit]) -> Hit | None:
    """The hit that a text is judged by: highest severity, then longest, then first; None without hits."""
    return max(hits, key=lambda hit: (hit.entry.severity, hit.end - hit.start, -hit.start), default=None)


def masked(text: str, hits: Iterable[Hit]) -> str:
    """The text with every found character as a star; as long as before."""
    letters = list(text)
    for hit in hits:
        letters[hit.start : hit.end] = MASK * (hit.end - hit.start)
    return "".join(letters)
