"""`python -m nlp.encode.peaks` learns again from the lessons how large activations become, and writes `peaks.npz`."""

import os
from collections.abc import Mapping
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from nlp.encode.axes import wordings
from nlp.encode.building import PREFIX
from nlp.encode.download import WEIGHTS, Download
from nlp.encode.products import SHARES, shipped_peaks
from nlp.encode.progress import silent
from nlp.encode.reference import Reference
from nlp.encode.vocabulary import Vocabulary
from nlp.encode.weights import Weights

Floats = NDArray[np.float32]

SENTENCES = 200
# What each product takes in: the first of its matrices.
TAKEN: Mapping[str, str] = {"qkv": "q", "wide": "fi", "narrow": "fo"}


class Watching(Reference):
    """Remembers the largest values that each matrix has met."""

    def __init__(self, weights: Weights, rows: NDArray[np.intp]) -> None:
        super().__init__(weights, rows)
        self.met: dict[str, Floats] = {}

    def _linear(self, name: str, state: Floats) -> Floats:
        largest = np.abs(state).max(axis=0)
        self.met[name] = np.maximum(self.met.get(name, largest), largest)
        return super()._linear(name, state)


def learnt(weights: Weights, texts: list[str]) -> Mapping[str, Floats]:
    """The peaks over some texts; half a second for each."""
    vocabulary = Vocabulary(weights)
    watching = Watching(weights, vocabulary.rows)
    for text in texts:
        watching.tokens(np.array(vocabulary.tokenizer.encode(PREFIX + text).ids, np.intp))
    layers = range(weights.shape.layers)
    return {f"l{layer}.{kind}": watching.met[f"l{layer}.{TAKEN[kind]}"] for layer in layers for kind in SHARES}


def main() -> None:
    """Learn and write."""
    texts = sorted(set(wordings(Path(__file__).parents[1] / "lessons")))
    with TemporaryDirectory() as place:
        weights = Weights(Download(WEIGHTS, dict(os.environ))(Path(place), silent))
        peaks = learnt(weights, Random(0).sample(texts, SENTENCES))
    halves = {name: found.astype(np.float16) for name, found in peaks.items()}
    np.savez_compressed(shipped_peaks(), allow_pickle=False, **halves)


if __name__ == "__main__":
    main()
