"""The classifier beside plain logistic regressions that learn from the same rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nlp.classify.classifier import Classifier
from nlp.classify.experts import View
from nlp.classify.logistic import Beside, Dense, Design, fit
from nlp.classify.measures import Labels, accuracy, drawn, macro_f1
from nlp.classify.rows import Rows
from nlp.classify.sparse import Floats, Sparse
from nlp.encode.encoder import Encoder

# The usual settings of a baseline: weak regularisation, terms and vector of equal length.
STRENGTH = 10.0


@dataclass(frozen=True, slots=True)
class Result:
    """Means over all draws of the training rows, and what the first one told of each test row."""

    accuracy: float
    macro_f1: float
    told: Labels


Method = Callable[[Rows, Rows], Sequence[str]]


def compared(train: Rows, test: Rows, encoder: Encoder | None, shots: int = 0, seeds: int = 1) -> Mapping[str, Result]:
    """The classifier and each baseline, by name, on the same rows; with `shots` on as many draws as there are seeds."""
    draws = [drawn(train.labels, shots, seed) for seed in range(seeds)] if shots else [np.arange(len(train.texts))]
    truth = np.array(test.labels)
    results = {}
    for name, method in _methods(train, encoder).items():
        told = [np.array(method(train.take(rows.tolist()), test)) for rows in draws]
        results[name] = Result(
            float(np.mean([accuracy(truth, one) for one in told])),
            float(np.mean([macro_f1(truth, one) for one in told])),
            told[0],
        )
    return results


def _methods(train: Rows, encoder: Encoder | None) -> Mapping[str, Method]:
    def own(rows: Rows, test: Rows) -> Sequence[str]:
        classifier = Classifier.fit(rows.texts, rows.labels, encoder, vectors=rows.vectors)
        return _named(classifier.probabilities(test.texts, test.vectors), classifier.labels)

    if encoder is None or train.vectors is None:
        return {"qunban": own, "TF-IDF + LR": _baseline(words=True, meaning=False)}
    return {
        "qunban": own,
        "TF-IDF + LR": _baseline(words=True, meaning=False),
        "vector + LR": _baseline(words=False, meaning=True),
        "TF-IDF + vector + LR": _baseline(words=True, meaning=True),
    }


def _baseline(words: bool, meaning: bool) -> Method:
    def told(rows: Rows, test: Rows) -> Sequence[str]:
        view = View.of(rows.texts, rows.vectors)
        here, there = (view.see(some.texts, some.vectors) for some in (rows, test))
        rarity = _rarity(here.terms)

        def design(terms: Sparse, vectors: Dense | None) -> Design:
            weighed = _weighed(terms, rarity)
            if not meaning or vectors is None:
                return weighed
            return Beside(weighed, vectors) if words else vectors

        names = tuple(dict.fromkeys(rows.labels))
        numbers = np.array([names.index(label) for label in rows.labels], np.int64)
        model = fit(design(here.terms, here.vectors), numbers, len(names), STRENGTH)
        return _named(model.scores(design(there.terms, there.vectors)), names)

    return told


def _rarity(terms: Sparse) -> Floats:
    """The smoothed inverse document frequency of each term."""
    counts = np.bincount(terms.columns, minlength=terms.width)
    return np.asarray(np.log((1 + len(terms)) / (1 + counts)) + 1, np.float32)


def _weighed(terms: Sparse, rarity: Floats) -> Sparse:
    values = terms.values * rarity[terms.columns]
    owners = np.repeat(np.arange(len(terms)), np.diff(terms.starts))
    lengths = np.sqrt(np.bincount(owners, np.square(values), minlength=len(terms)))
    return Sparse((values / lengths[owners]).astype(np.float32), terms.columns, terms.starts, terms.width)


def _named(scores: Floats, names: Sequence[str]) -> Sequence[str]:
    return [names[at] for at in scores.argmax(axis=1)]
