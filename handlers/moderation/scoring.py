"""How a rule uses the learnt score, which judges by the tone of a whole message: to record, or to ask people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import PlainValidator

from bot.types.fields import wrong
from nlp.moderation.hit import Hit
from nlp.moderation.score import ABUSE, AD, Score, hit_of

RECORD, CALL = "只记录", "通知"
LEAST, MOST = 0.5, 0.999
# What it can tell, and what lists call that.
TOLD: Mapping[str, Sequence[str]] = {ABUSE: (ABUSE, "profanity"), AD: (AD,)}

_CURE = f'score 写 "{RECORD}"、"{CALL}"，或从多大把握起通知，如 0.95（{LEAST} 到 {MOST}）'


@dataclass(frozen=True, slots=True)
class Scoring:
    """What follows from the score: a record, or people are asked; from which probability on, None: its own limits."""

    calls: bool = False
    limit: float | None = None

    @property
    def severity(self) -> int:
        """How grave a find is at most: the score alone never holds anything back."""
        return 2 if self.calls else 1


def _scoring(value: object) -> Scoring:
    if isinstance(value, Scoring):
        return value
    if value in (RECORD, CALL):
        return Scoring(calls=value == CALL)
    if isinstance(value, float) and LEAST <= value <= MOST:
        return Scoring(calls=True, limit=value)
    raise wrong(_CURE)


Scored = Annotated[Scoring, PlainValidator(_scoring)]


def told_of(categories: Iterable[str]) -> tuple[str, ...]:
    """Which of these categories the score can tell; both where none is named."""
    named = set(categories)
    return tuple(one for one, names in TOLD.items() if not named or named & set(names))


def scored(scoring: Scoring, categories: Iterable[str], text: str, score: Score) -> list[Hit]:
    """What the score finds in a text for a rule: one thing at most."""
    opinion = score.opinion(text, told_of(categories), scoring.limit)
    return [hit_of(opinion, text, scoring.severity)] if opinion else []
