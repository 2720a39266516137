"""How well a way to classify does, learnt and tested on rows that any other way can be given, too."""

import numpy as np

from nlp.classify.baselines import Method
from nlp.classify.classifier import Classifier
from nlp.classify.measures import Judged, drawn, folds
from nlp.classify.rows import Rows
from nlp.encode.encoder import Encoder

# Parts of rows that have no test rows beside them: each is judged by what learnt the others.
PARTS = 5


def own(encoder: Encoder | None) -> Method:
    """The classifier of this package."""

    def told(rows: Rows, test: Rows) -> list[str]:
        classifier = Classifier.fit(rows.texts, rows.labels, encoder, vectors=rows.vectors)
        return [classifier.labels[at] for at in classifier.probabilities(test.texts, test.vectors).argmax(axis=1)]

    return told


def tested(method: Method, train: Rows, test: Rows, shots: int = 0, seeds: int = 1) -> Judged:
    """Learnt from `train`, once; with `shots` from so many rows a class, once for each seed."""
    draws = [drawn(train.labels, shots, seed) for seed in range(seeds)] if shots else [np.arange(len(train.texts))]
    return Judged.of(test.labels, [method(train.take(rows.tolist()), test) for rows in draws])


def crossed(method: Method, rows: Rows, seeds: int) -> Judged:
    """Each row judged by what learnt the other parts of the rows, once for each seed (cross-validation)."""
    return Judged.of(rows.labels, [_by_others(method, rows, seed) for seed in range(seeds)])


def _by_others(method: Method, rows: Rows, seed: int) -> list[str]:
    parts, told = folds(np.array(rows.labels), PARTS, seed), [""] * len(rows.texts)
    for part in range(PARTS):
        hidden, seen = np.flatnonzero(parts == part).tolist(), np.flatnonzero(parts != part).tolist()
        for row, label in zip(hidden, method(rows.take(seen), rows.take(hidden)), strict=True):
            told[row] = label
    return told
