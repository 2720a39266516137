"""A text classifier that finds out by itself how far to go by words and how far by meaning.

Several experts learn from the same rows; how they judge rows that were hidden from them decides what each opinion
counts (stacking, Wolpert 1992) and makes the probabilities honest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import regex

from nlp.classify.descent import minimise
from nlp.classify.experts import Expert, View, designs, experts
from nlp.classify.logistic import Linear, chances
from nlp.classify.measures import folds
from nlp.classify.sparse import Floats, Numbers
from nlp.encode.encoder import Encoder

FOLDS = 5
# With many rows fewer parts will do: each is learnt from enough.
MANY, MANY_FOLDS = 3000, 3
# From so many scores on (rows times classes) one quick expert does for all, and one hidden part shows how sure it is.
VERY_MANY = 150_000
# What opinions count before anything is known, in the order of the experts (words, naive Bayes, meaning, both in two
# proportions), and
# how many observations that knowledge is worth.
PRIOR = (0.1, 0.02, 0.1, 0.5, 0.5)
PRIOR_ALONE = (1.0, 0.02)
PRIOR_ONE = (1.0,)
PRIOR_WORTH = 20.0
_LETTERS = regex.compile(r"\p{Han}|\p{L}{2,}")


@dataclass(frozen=True)
class Classifier:
    """Gives every class a probability. Immutable, so that any number of threads may share one."""

    labels: tuple[str, ...]
    view: View
    models: tuple[Linear, ...]
    shares: Floats

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        labels: Sequence[str],
        encoder: Encoder | None = None,
        vectors: Floats | None = None,
        counts: Floats | None = None,
        least: int = 1,
    ) -> "Classifier":
        """Learn from texts and their labels; deterministic. Slow with many rows: call it on a thread.

        A label that has letters is an example of its class, too. `vectors` are the encoder's for the texts, where they
        are at hand; `counts` say how much each row counts. Terms of fewer than `least` texts are left out.
        """
        rows = _Rows.of(texts, labels, encoder, vectors, counts)
        view = View.of(rows.texts, rows.vectors, max(least, 2) if rows.are_very_many else least, rows.are_very_many)
        panel = experts(view.see(rows.texts, rows.vectors))
        hidden = np.flatnonzero(rows.folds >= 0)
        opinions = [_judged(expert, rows)[hidden] for expert in panel]
        shares = _shares(opinions, rows.numbers[hidden], rows.counts[hidden])
        models = tuple(expert.model(rows.numbers, len(rows.classes), rows.counts) for expert in panel)
        return cls(rows.classes, view, models, shares)

    def probabilities(self, texts: Sequence[str], vectors: Floats | None = None) -> Floats:
        """(texts, labels): how probably each label is right. `vectors`, where it learnt with an encoder: the texts'."""
        looked = designs(self.view.see(texts, vectors))
        scores = np.array([model.scores(design) for model, design in zip(self.models, looked, strict=True)])
        return chances(_blended(_log(scores), self.shares))


@dataclass(frozen=True)
class _Rows:
    """What is learnt from: the texts, then the names of the classes. `folds`: the part of each text.

    Names are in no part (-1), so that whoever learns sees them.
    """

    texts: Sequence[str]
    classes: tuple[str, ...]
    numbers: Numbers
    vectors: Floats | None
    counts: Floats
    folds: Numbers

    @classmethod
    def of(
        cls,
        texts: Sequence[str],
        labels: Sequence[str],
        encoder: Encoder | None,
        vectors: Floats | None,
        counts: Floats | None,
    ) -> "_Rows":
        classes = tuple(dict.fromkeys(labels))
        names = [label for label in classes if _LETTERS.search(label)]
        spoken = [_spoken(name) for name in names]
        places = {label: at for at, label in enumerate(classes)}
        numbers = np.array([places[label] for label in (*labels, *names)], np.int64)
        weights = np.ones(len(numbers), np.float32)
        weights[: len(texts)] = 1 if counts is None else counts
        parts = folds(numbers[: len(texts)], MANY_FOLDS if len(texts) > MANY else FOLDS)
        if len(numbers) * len(classes) > VERY_MANY:
            parts[parts > 0] = -1
        own = np.concatenate((parts, np.full(len(names), -1)))
        every = None if encoder is None else _encoded(encoder, texts, spoken, vectors)
        return cls([*texts, *spoken], classes, numbers, every, weights, own)

    @property
    def are_very_many(self) -> bool:
        """Whether the usual experts would take too long."""
        return len(self.texts) * len(self.classes) > VERY_MANY


def _encoded(encoder: Encoder, texts: Sequence[str], spoken: Sequence[str], vectors: Floats | None) -> Floats:
    known = encoder.encode(texts) if vectors is None else vectors
    every = np.concatenate((known, encoder.encode(spoken))) if spoken else known
    return np.asarray(every, np.float32)


def _spoken(label: str) -> str:
    """A label as somebody would say it."""
    return regex.sub(r"[._\-/:]+", " ", label).strip()


def _judged(expert: Expert, rows: _Rows) -> Floats:
    """What the expert says about each row when it has not seen it."""
    judged = np.zeros((len(rows.numbers), len(rows.classes)), np.float32)
    for fold in range(rows.folds.max() + 1):
        hidden = rows.folds == fold
        seen = np.flatnonzero(~hidden)
        judged[hidden] = _log(expert.learn(seen, rows.numbers, len(rows.classes), rows.counts)[hidden])
    return judged


def _log(scores: Floats) -> Floats:
    """Scores as logarithms of probabilities."""
    raised = scores - scores.max(axis=-1, keepdims=True)
    return np.asarray(raised - np.log(np.exp(raised).sum(axis=-1, keepdims=True)), np.float32)


def _blended(opinions: Floats, shares: Floats) -> Floats:
    """The opinions, (experts, rows, classes), as one."""
    together = shares @ opinions.reshape(len(opinions), -1)
    return np.asarray(together.reshape(opinions.shape[1:]), np.float32)


def _shares(opinions: Sequence[Floats], labels: Numbers, counts: Floats) -> Floats:
    """What each opinion counts: the most probable positive factors under a log-normal prior."""
    known = next(prior for prior in (PRIOR, PRIOR_ALONE, PRIOR_ONE) if len(prior) == len(opinions))
    prior = np.log(np.array(known, np.float32))
    stacked = np.stack(opinions)
    rows = np.arange(len(labels))

    def slope(logs: Floats) -> tuple[float, Floats]:
        shares = np.exp(logs)
        error = chances(_blended(stacked, shares))
        loss = -float((counts * np.log(np.maximum(error[rows, labels], 1e-30))).sum(dtype=np.float64))
        error[rows, labels] -= 1
        pull = np.einsum("erc,rc->e", stacked, error * counts[:, None]) * shares
        away = logs - prior
        return loss + PRIOR_WORTH / 2 * float(away @ away), (pull + PRIOR_WORTH * away).astype(np.float32)

    return np.exp(minimise(slope, prior))
