"""Answer, offer a choice, or admit not to know: thresholds come from the base itself."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from knowledge.chatter import CHATTER
from knowledge.ranking import Hit, Ranker
from knowledge.regression import Example, Logistic, fit

# Enough observations for three weights; more would only make a reload slower.
SAMPLES = 400
# How many entries a choice offers at most.
CHOICES = 3


class Verdict(StrEnum):
    """What to do with a question."""

    ANSWER = "answer"
    CHOICES = "choices"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict and its reason. `score` in [0, 1]: how probably the first of `hits` is meant.

    `options`: the one answer, the choices to offer, or nothing.
    """

    verdict: Verdict
    score: float
    hits: tuple[Hit, ...]
    options: tuple[Hit, ...] = ()


class Kind(StrEnum):
    """Where a calibration question comes from: the base, the base without its entry, or small talk."""

    ASKED = "asked"
    NEAR = "near"
    TALK = "talk"


# As many questions have an entry as have none; half of those without one are near to the base.
SHARES = {Kind.ASKED: 0.5, Kind.NEAR: 0.25, Kind.TALK: 0.25}


@dataclass(frozen=True, slots=True)
class Observation:
    """What a calibration question found, and where its own entry came (0 is first; -1: nowhere, or it has none)."""

    kind: Kind
    hits: tuple[Hit, ...]
    rank: int = -1


@dataclass(frozen=True, slots=True)
class _Scored:
    """An observation with its probability and its weight among the others."""

    score: float
    weight: float
    seen: Observation


@dataclass(frozen=True, slots=True)
class Decider:
    """Decides by the probability that the first hit is right: at least `sure`, answer; at least `unsure`, offer."""

    model: Logistic
    sure: float
    unsure: float

    def decide(self, hits: Sequence[Hit]) -> Decision:
        """The verdict on the hits of one question, the best first."""
        score = self.score(hits)
        if hits and score >= self.sure:
            return Decision(Verdict.ANSWER, score, tuple(hits), (hits[0],))
        if hits and score >= self.unsure:
            return Decision(Verdict.CHOICES, score, tuple(hits), tuple(_options(hits)))
        return Decision(Verdict.UNKNOWN, score, tuple(hits))

    def score(self, hits: Sequence[Hit]) -> float:
        """How probably the first hit is what was asked for; 0 without hits."""
        return self.model.probability(_features(hits)) if hits else 0.0


def calibrate(ranker: Ranker) -> Decider:
    """The decider for a base, from the base alone.

    Every wording is asked with itself hidden (leave-one-out), and once more with its whole entry hidden, which makes
    it a question near to the base without an answer; small talk stands for everything else. The threshold for an
    answer maximises F1 over these, the one for a choice separates questions with an entry from small talk best.
    """
    observations = [*_asked(ranker), *_talked(ranker)]
    counts = Counter(seen.kind for seen in observations)
    weights = {kind: SHARES[kind] * len(observations) / count for kind, count in counts.items()}
    model = fit([Example(_features(seen.hits), seen.rank == 0, weights[seen.kind]) for seen in observations], size=2)
    scored = [_Scored(model.probability(_features(seen.hits)), weights[seen.kind], seen) for seen in observations]
    scored.sort(key=lambda one: -one.score)
    sure = _best_f1(scored)
    return Decider(model, sure, min(sure, _best_separation(scored)))


def _features(hits: Sequence[Hit]) -> tuple[float, float]:
    """How well the first hit fits, and by how much better than the second."""
    if not hits:
        return 0.0, 0.0
    second = hits[1].score if len(hits) > 1 else 0.0
    return hits[0].score, hits[0].score - second


def _options(hits: Sequence[Hit]) -> Iterator[Hit]:
    """The first two, and a third that fits nearly as well as the second."""
    yield from hits[: CHOICES - 1]
    yield from (hit for hit in hits[CHOICES - 1 : CHOICES] if 2 * hit.score >= hits[0].score)


def _asked(ranker: Ranker) -> Iterator[Observation]:
    for number, place in _wordings(ranker):
        entry = ranker.entries[number]
        text, hidden = entry.questions[place], {(number, place)}
        if not entry.similar:
            text, hidden = _blurred(text), set()
        hits = ranker.search(text, CHOICES + 2, hidden)
        rank = next((rank for rank, hit in enumerate(hits) if hit.number == number), -1)
        yield Observation(Kind.ASKED, tuple(hits), rank)
        yield Observation(Kind.NEAR, tuple(hit for hit in hits if hit.number != number))


def _talked(ranker: Ranker) -> Iterator[Observation]:
    for text in CHATTER:
        yield Observation(Kind.TALK, tuple(ranker.search(text, CHOICES + 2)))


def _wordings(ranker: Ranker) -> Sequence[tuple[int, int]]:
    """An even sample of the base's wordings; those of entries with several wordings where there are enough."""
    every = [(n, place) for n, entry in enumerate(ranker.entries) for place in range(len(entry.questions))]
    several = [(n, place) for n, place in every if ranker.entries[n].similar]
    pool = several if len(several) >= SAMPLES // 4 else every
    step = max(1, len(pool) // SAMPLES)
    return pool[::step]


def _blurred(text: str) -> str:
    """A question in other words, where the base has none: its middle third replaced by empty words."""
    third = max(1, len(text) // 3)
    return text[:third] + "那个" + text[2 * third :]


def _best_f1(scored: Sequence[_Scored]) -> float:
    """The threshold that maximises F1 of answering (precision: right of answered; recall: right of answerable)."""
    answerable = sum(one.weight for one in scored if one.seen.kind is Kind.ASKED)
    answered = right = best = 0.0
    threshold = 1.0
    for one in scored:
        answered += one.weight
        right += one.weight * (one.seen.rank == 0)
        if 2 * right / (answered + answerable) > best:
            best, threshold = 2 * right / (answered + answerable), one.score
    return threshold


def _best_separation(scored: Sequence[_Scored]) -> float:
    """The threshold that parts questions whose entry would be among the choices from small talk best (Youden's J)."""
    signs = {Kind.ASKED: 1 / SHARES[Kind.ASKED], Kind.NEAR: 0.0, Kind.TALK: -1 / SHARES[Kind.TALK]}
    gain = best = 0.0
    threshold = 1.0
    for one in scored:
        is_useful = 0 <= one.seen.rank < CHOICES or one.seen.kind is not Kind.ASKED
        gain += one.weight * signs[one.seen.kind] * is_useful
        if gain >= best:
            best, threshold = gain, one.score
    return threshold
