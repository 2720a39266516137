"""Answer, offer a choice, or admit not to know: how sure one can be is learnt from the base itself."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from math import ceil, exp

import numpy as np

from knowledge.chatter import CHATTER
from knowledge.compare.weights import Weights
from knowledge.evaluation import area
from knowledge.ranking import Hit, Ranker
from knowledge.regression import Example, Logistic, fit

# Enough observations for three weights; more would only make a reload slower.
SAMPLES = 400
# How many entries a choice offers at most.
CHOICES = 3
# How often the curve is fitted; afterwards it hardly moves.
ROUNDS = 5


class Verdict(StrEnum):
    """What to do with a question."""

    ANSWER = "answer"
    CHOICES = "choices"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict and its reason. `score` in [0, 1]: how probably the first of `hits` is meant.

    `among`: how probably one of those is meant that a choice would offer, which are the first `offered`.
    """

    verdict: Verdict
    score: float
    hits: tuple[Hit, ...]
    among: float = 0.0
    offered: int = 0

    @property
    def options(self) -> tuple[Hit, ...]:
        """The one answer, the choices to offer, or nothing."""
        most = {Verdict.ANSWER: 1, Verdict.CHOICES: self.offered, Verdict.UNKNOWN: 0}
        return self.hits[: most[self.verdict]]

    def doubted(self, certainty: float) -> "Decision":
        """The same where it is only so certain that this was asked at all."""
        score, among = self.score * certainty, self.among * certainty
        return replace(self, verdict=verdict(score, among) if self.hits else self.verdict, score=score, among=among)


class Kind(StrEnum):
    """Where a calibration question comes from: the base, the base without its entry, small talk."""

    ASKED = "asked"
    NEAR = "near"
    TALK = "talk"


# As many questions have an entry as have none, half of those near to the base.
SHARES: Mapping[Kind, float] = {Kind.ASKED: 0.5, Kind.NEAR: 0.25, Kind.TALK: 0.25}


@dataclass(frozen=True, slots=True)
class Observation:
    """What a calibration question found, and where its own entry came (0 is first; -1: nowhere, or it has none)."""

    kind: Kind
    hits: tuple[Hit, ...]
    rank: int = -1

    def example(self, known: Weights, weight: float) -> Example:
        """Whether the first hit is what was asked for, and what tells that."""
        doubt = known.doubt(self.hits[0].differences) if self.hits else 0.0
        return Example(_led(self.hits), self.rank == 0, weight, doubt)


# What it is worth to the one who asks; to say that one does not know is worth nothing and harms nobody.
ANSWER_RIGHT, ANSWER_WRONG = 1.0, -0.8
CHOICE_RIGHT, CHOICE_WRONG = 0.4, -0.2
# The lead of the first hit over the second counts beside its closeness, up to where it tells no more.
LEAD, FULL_LEAD = 0.6, 0.2


@dataclass(frozen=True, slots=True)
class Decider:
    """Gives the verdict that is worth most, by two probabilities that the base itself has taught (Platt 1999).

    `first`: that the first hit is what was asked for; `among`: that it is one of those a choice would offer. What sets
    the first hit's wordings apart from the question counts against the first, as `weights` say. Of two hits that fit
    equally well either may be meant; with `steepness` the lead of the first ends that. `separation`: how often
    a question that the base answers scored above one that it does not, in calibration.
    """

    first: Logistic
    among: Logistic
    weights: Weights
    steepness: float
    separation: float = 0.5

    def decide(self, hits: Sequence[Hit]) -> Decision:
        """The verdict on the hits of one question, the best first."""
        if not hits:
            return Decision(Verdict.UNKNOWN, 0.0, ())
        score = self.score(hits)
        among = max(score, self.among.probability(_closeness(hits)))
        return Decision(verdict(score, among), score, tuple(hits), among, _offered(hits))

    def score(self, hits: Sequence[Hit]) -> float:
        """How probably the first hit is what was asked for: 0 without hits, 1 for the very words of the base."""
        if not hits or hits[0].score >= 1:
            return float(bool(hits))
        inside = self.first.probability(_led(hits), self.weights.doubt(hits[0].differences))
        return inside / (1 + exp(-self.steepness * _lead(hits)))


def calibrate(ranker: Ranker) -> Decider:
    """The decider for a base, from the base alone.

    Every wording is asked twice: blurred, and with itself hidden (leave-one-out), which is harder than life, since
    managers write wordings that differ. Without their entries these are questions near to the base that have no
    answer, unless another entry says the same; small talk stands for everything else.
    """
    observations = [*_asked(ranker), *_talked(ranker)]
    known = Weights.load()
    first, weights = _first(observations, known)
    among = [
        Example(_closeness(one.hits), one.rank in range(CHOICES), weight)
        for one, weight in zip(observations, weights, strict=True)
    ]
    decider = Decider(first, fit(among, size=1), known, ranker.steepness)
    return replace(decider, separation=_separation(decider, observations))


def _first(observations: Sequence[Observation], known: Weights) -> tuple[Logistic, Sequence[float]]:
    """The curve of the first hit, and how much each observation counted in the end.

    Near questions are negative only if no entry says the same as the one that was taken away. Nobody has told which
    do; so they count by how improbable the curve itself thinks that, and it is fitted again (expectation maximisation,
    Dempster, Laird and Rubin 1977; for labels like these, Elkan and Noto, "Learning Classifiers from Only Positive and
    Unlabeled Data", KDD 2008). Without it a base in which many entries are alike would hardly answer.
    """
    counts = Counter(seen.kind for seen in observations)
    shares = {kind: SHARES[kind] * len(observations) / count for kind, count in counts.items()}
    examples = [seen.example(known, shares[seen.kind]) for seen in observations]
    first = fit(examples, size=1)
    for _ in range(ROUNDS - 1):
        weights = [
            shares[seen.kind] * _unanswered(seen, first, example)
            for seen, example in zip(observations, examples, strict=True)
        ]
        examples = [replace(example, weight=weight) for example, weight in zip(examples, weights, strict=True)]
        first = fit(examples, size=1, start=first)
    return first, [example.weight for example in examples]


def _unanswered(seen: Observation, first: Logistic, example: Example) -> float:
    """How probably a question is what its kind says: of a near one, that its first hit does not answer it."""
    return 1 - first.probability(example.features, example.offset) if seen.kind is Kind.NEAR else 1.0


def _separation(decider: Decider, observations: Sequence[Observation]) -> float:
    """The area under the ROC curve of asked questions against all others; 0.5, a coin's, where one side is missing."""
    scores = [(decider.score(seen.hits), seen.kind is Kind.ASKED) for seen in observations]
    asked = np.array([score for score, is_asked in scores if is_asked])
    others = np.array([score for score, is_asked in scores if not is_asked])
    return area(asked, others) if len(asked) and len(others) else 0.5


def verdict(score: float, among: float) -> Verdict:
    """The verdict that is worth most: the best candidate is meant with probability `score`, an offered with `among`."""
    answer = _worth(score, ANSWER_RIGHT, ANSWER_WRONG)
    choice = _worth(max(score, among), CHOICE_RIGHT, CHOICE_WRONG)
    if answer >= max(choice, 0):
        return Verdict.ANSWER
    return Verdict.CHOICES if choice >= 0 else Verdict.UNKNOWN


def is_better(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether a look with such a `score` and `among` says more than another, or as much and is surer of it."""
    order = [Verdict.UNKNOWN, Verdict.CHOICES, Verdict.ANSWER]
    here, there = (order.index(verdict(*look)) for look in (one, other))
    return here > 0 and (here, *one[::-1]) > (there, *other[::-1])


def _worth(probability: float, right: float, wrong: float) -> float:
    return probability * right + (1 - probability) * wrong


def _lead(hits: Sequence[Hit]) -> float:
    """By how much the first hit fits better than the second."""
    return hits[0].score - (hits[1].score if len(hits) > 1 else 0.0)


def _led(hits: Sequence[Hit]) -> tuple[float]:
    """How close the first hit is, and how far it leads."""
    return (hits[0].closeness + LEAD * min(_lead(hits), FULL_LEAD) if hits else 0.0,)


def _closeness(hits: Sequence[Hit]) -> tuple[float]:
    """How close the first hit is, however close the others are."""
    return (hits[0].closeness if hits else 0.0,)


def _offered(hits: Sequence[Hit]) -> int:
    """The first two, and a third that fits at least half as well as the first."""
    return sum(at < CHOICES - 1 or 2 * hit.score >= hits[0].score for at, hit in enumerate(hits[:CHOICES]))


def _asked(ranker: Ranker) -> Iterator[Observation]:
    for number, place in _wordings(ranker):
        entry = ranker.entries[number]
        wording = entry.questions[place]
        yield from _observed(number, ranker.search(_blurred(wording), CHOICES + 2))
        if entry.similar:
            yield from _observed(number, ranker.search(wording, CHOICES + 2, {(number, place)}))


def _observed(number: int, hits: Sequence[Hit]) -> Iterator[Observation]:
    rank = next((rank for rank, hit in enumerate(hits) if hit.number == number), -1)
    yield Observation(Kind.ASKED, tuple(hits), rank)
    yield Observation(Kind.NEAR, tuple(hit for hit in hits if hit.number != number))


def _talked(ranker: Ranker) -> Iterator[Observation]:
    for text in CHATTER:
        yield Observation(Kind.TALK, tuple(ranker.search(text, CHOICES + 2)))


def _wordings(ranker: Ranker) -> Iterator[tuple[int, int]]:
    """An even sample of the base's wordings; those of entries with several wordings where there are enough."""
    several = sum(len(entry.questions) for entry in ranker.entries if entry.similar)
    least = 1 if 4 * several >= SAMPLES else 0
    count = several if least else sum(len(entry.questions) for entry in ranker.entries)
    pool = (
        (number, place)
        for number, entry in enumerate(ranker.entries)
        if len(entry.similar) >= least
        for place in range(len(entry.questions))
    )
    return islice(pool, 0, None, max(1, ceil(count / SAMPLES)))


def _blurred(text: str) -> str:
    """A question in partly other words: its middle third replaced by an empty one."""
    third = max(1, len(text) // 3)
    return text[:third] + "那个" + text[2 * third :]
