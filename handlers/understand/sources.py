"""What may be meant by a message, wherever it comes from: the entries of the FAQ, the intents."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from bot.types.context import Context
from bot.types.outcome import Outcome
from knowledge.correction import Corrected


@dataclass(frozen=True, slots=True)
class Candidate:
    """One thing that may be meant. `likeness` in [0, 1] and the `nearest` of its wordings say why, for the trace.

    `label` names it in a choice; any of its `wordings` picks it there. `said` is the text that meant it, once it is
    taken.
    """

    source: str
    id: str
    label: str
    wordings: tuple[str, ...]
    likeness: float = 0.0
    nearest: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What one source makes of a message: its candidates, the best first, and how many of them a choice would offer.

    `score` is the calibrated probability that the first is meant, `among` that one of the `offered` is: both as if
    there were no other source.
    """

    candidates: tuple[Candidate, ...] = ()
    offered: int = 0
    score: float = 0.0
    among: float = 0.0


class Source(Protocol):
    """A kind of thing that may be meant, and what to do once it is."""

    @property
    def name(self) -> str: ...

    def look(self, text: str, with_meaning: bool = False) -> Any:
        """What a text finds; by its meaning too where the model has heard it. Pure; may run on a thread."""
        ...

    def corrected(self, text: str, looked: Any) -> Corrected | None:
        """What the text was probably meant to say, where what it found is nothing sure. Pure; may run on a thread."""
        ...

    def found(self, looked: Any, context: Context) -> Found:
        """What of that may be said here and now."""
        ...

    def candidate(self, id: str) -> Candidate | None:
        """A candidate that was offered before; None when it is gone."""
        ...

    async def take(self, candidate: Candidate, context: Context, reason: str, score: float | None = None) -> Outcome:
        """The outcome for the one that is meant."""
        ...


@dataclass(frozen=True, slots=True)
class Joint:
    """What all sources together make of a message: at most one of their candidates is meant.

    `best` is the first candidate of the source that is surest; `options` what a choice would offer, in turn.
    """

    best: Candidate | None
    score: float
    among: float
    options: tuple[Candidate, ...]

    def doubted(self, certainty: float) -> "Joint":
        """The same where it is only so certain that this was asked at all."""
        return replace(self, score=self.score * certainty, among=self.among * certainty)


def joined(found: Sequence[Found], most: int) -> Joint:
    """The sources compared in one step.

    Each has said how probable its candidate is beside "nothing": as odds, these share one "nothing".
    """
    found = sorted((one for one in found if one.candidates), key=lambda one: -one.score)
    if not found:
        return Joint(None, 0.0, 0.0, ())
    odds = [_odds(one.score) for one in found]
    among = sum(_odds(one.among) for one in found)
    return Joint(found[0].candidates[0], odds[0] / (1 + sum(odds)), among / (1 + among), tuple(_in_turn(found)[:most]))


def _odds(probability: float) -> float:
    return probability / max(1 - probability, 1e-9)


def _in_turn(found: Sequence[Found]) -> list[Candidate]:
    """The first of each source, then the second of each, and so on."""
    deep = max(one.offered for one in found)
    return [one.candidates[at] for at in range(deep) for one in found if at < min(one.offered, len(one.candidates))]
