"""Which of the intents a text means, if any: learnt from a few examples each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlp.classify.logistic import Beside, Dense, Design, Linear, fit, probabilities
from nlp.classify.sparse import Floats
from nlp.classify.terms import Terms
from nlp.encode.encoder import Encoder

# The label of what is none of the intents.
NONE = ""
STRENGTH = 10.0
# How long a vector is beside the terms of a text, which have length 1.
REACH = 1.5


@dataclass(frozen=True)
class Recogniser:
    """Gives every intent, and none of them, a probability. Immutable, so that any number of threads may share one."""

    labels: tuple[str, ...]
    terms: Terms
    middle: Floats | None
    model: Linear

    @classmethod
    def fit(cls, examples: Sequence[tuple[str, str]], others: Sequence[str], encoder: Encoder | None) -> "Recogniser":
        """Learn from examples (text, label), at least one a label; `others` are texts that mean none of them.

        Deterministic. Without an encoder it goes by words alone. Slow with many examples: call it on a thread.
        """
        texts = [*(text for text, _ in examples), *others]
        named = [*(label for _, label in examples), *(NONE for _ in others)]
        labels = tuple(dict.fromkeys((*named, NONE)))
        vectors = encoder.encode(texts) if encoder else None
        learning = cls(labels, Terms.of(texts), None if vectors is None else vectors.mean(axis=0), _nothing())
        numbers = np.array([labels.index(name) for name in named], np.int64)
        sizes = Counter(named)
        usual = float(np.median([size for label, size in sizes.items() if label != NONE] or [1]))
        counts = np.array([min(1.0, 2 * usual / sizes[name]) if name == NONE else 1.0 for name in named], np.float32)
        model = fit(learning._design(texts, vectors), numbers, len(labels), STRENGTH, counts)
        return cls(labels, learning.terms, learning.middle, model)

    def rank(self, text: str, vector: Floats | None) -> Sequence[tuple[str, float]]:
        """Every label with its probability, the likeliest first; the label of none is `""`. They sum up to one.

        `vector` is the encoder's for this text; None where the recogniser knows no vectors.
        """
        design = self._design([text], None if vector is None else vector[None])
        chances = probabilities(self.model.scores(design))[0]
        return [(self.labels[at], float(chances[at])) for at in np.argsort(-chances, kind="stable")]

    def _design(self, texts: Sequence[str], vectors: Floats | None) -> Design:
        rows = self.terms.rows(texts)
        if self.middle is None or vectors is None:
            return rows
        apart = vectors - self.middle
        lengths = np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-9)
        return Beside(rows, Dense(np.asarray(REACH * apart / lengths, np.float32)))


def _nothing() -> Linear:
    return Linear(np.zeros((1, 1), np.float32))
