"""What the learnt score makes of a text, for the rules that ask it: what they heard, and how sure it was."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from handlers.moderation.scoring import MOST, Scoring, told_of
from handlers.moderation.settings import ModerationRule, label_of
from nlp.moderation.hit import Hit
from nlp.moderation.score import Opinion, Score, hit_of


@dataclass(frozen=True, slots=True)
class Tone:
    """What a text sounds like most to a rule, the limit from which that counts, and the find when it does."""

    rule: str
    opinion: Opinion
    limit: float
    hit: Hit | None

    @property
    def as_object(self) -> dict[str, Any]:
        """For programs."""
        return {
            "rule": self.rule, "category": self.opinion.category, "chance": round(self.opinion.chance, 3),
            "limit": round(self.limit, 3), "verdict": self.hit.judgement.value if self.hit else "pass",
        }  # fmt: skip

    def __str__(self) -> str:
        sure = f"语气像{label_of(self.opinion.category)}的把握 {min(self.opinion.chance, MOST):.3f}"
        return f"{sure}，{'过了' if self.hit else '没过'}线 {self.limit:.3g}（规则 {self.rule}）"


def tones(text: str, rules: Iterable[ModerationRule], concerned: Collection[str]) -> Iterator[Tone]:
    """What rules hear that ask for it; those that are concerned by a word already do not ask."""
    asking = [(rule, rule.score) for rule in rules if rule.score is not None and rule.name not in concerned]
    if not asking or not text.strip():
        return
    score = Score.load()
    for rule, scoring in asking:
        if among := told_of(rule.categories):
            yield _heard(text, rule.name, scoring, among, score)


def _heard(text: str, rule: str, scoring: Scoring, among: Collection[str], score: Score) -> Tone:
    counts = score.opinion(text, among, scoring.limit)
    opinion = counts or score.opinion(text, among, 0.0)
    assert opinion, "every text has some probability of being anything"
    own = dict(zip(score.categories, map(float, score.limits), strict=True))[opinion.category]
    limit = own if scoring.limit is None else scoring.limit
    return Tone(rule, opinion, limit, hit_of(counts, text, scoring.severity) if counts else None)
