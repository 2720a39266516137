"""Which of the intents a text means, if any: learnt from a few examples each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlp.classify.classifier import Classifier
from nlp.classify.sparse import Floats
from nlp.encode.encoder import Encoder

# The label of what is none of the intents.
NONE = ""


@dataclass(frozen=True)
class Recogniser:
    """Gives every intent, and none of them, a probability. Immutable, so that any number of threads may share one."""

    classifier: Classifier

    @classmethod
    def fit(cls, examples: Sequence[tuple[str, str]], others: Sequence[str], encoder: Encoder | None) -> "Recogniser":
        """Learn from examples (text, label), at least one a label; `others` are texts that mean none of them.

        Of what people say, as much is taken to mean none as one of them. An intent's name is an example, too.
        Deterministic. Without an encoder it goes by words alone. Slow with many examples: call it on a thread.
        """
        texts = [*(text for text, _ in examples), *others]
        labels = [*(label for _, label in examples), *(NONE for _ in others)]
        counts = np.ones(len(texts), np.float32)
        counts[len(examples) :] = min(1.0, len(examples) / max(1, len(others)))
        return cls(Classifier.fit(texts, labels, encoder, counts=counts))

    def rank(self, text: str, vector: Floats | None) -> Sequence[tuple[str, float]]:
        """Every label with its probability, the likeliest first; the label of none is `""`. They sum up to one.

        `vector` is the encoder's for this text; None where the recogniser has learnt without one.
        """
        chances = self.classifier.probabilities([text], None if vector is None else vector[None])[0]
        return [(self.classifier.labels[at], float(chances[at])) for at in np.argsort(-chances, kind="stable")]
