"""The usual ways to classify texts, to be measured beside ours: logistic regressions that learn from the same rows."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from nlp.classify.experts import View
from nlp.classify.logistic import Beside, Dense, Design, fit
from nlp.classify.rows import Rows
from nlp.classify.sparse import Floats, Sparse

# Learns from some rows and names the labels of others.
Method = Callable[[Rows, Rows], Sequence[str]]

# The usual settings of a baseline: weak regularisation, terms and vector of equal length.
STRENGTH = 10.0


def baselines(with_vectors: bool) -> Mapping[str, Method]:
    """By name; those that look at vectors only where rows have them."""
    by_words = {"char 1-3 TF-IDF + LR": _baseline(words=True, meaning=False)}
    if not with_vectors:
        return by_words
    return {
        **by_words,
        "e5 + LR": _baseline(words=False, meaning=True),
        "TF-IDF + e5 + LR": _baseline(words=True, meaning=True),
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
