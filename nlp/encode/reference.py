"""The builtin model computed with numpy alone, in single precision: what the runtime's results are measured by."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from nlp.encode.weights import Weights

Floats = NDArray[np.float32]


class Reference:
    """A forward pass, one sentence at a time; `rows` are the table's kept rows."""

    def __init__(self, weights: Weights, rows: NDArray[np.intp]) -> None:
        self._weights = weights
        self._rows = rows

    def tokens(self, numbers: NDArray[np.intp]) -> Floats:
        """The last layer's states of the tokens of one sentence, (tokens, hidden)."""
        weights, hidden = self._weights, self._weights.shape.hidden
        words = weights.blocks("emb.word", hidden, self._rows[numbers]).matrix()
        positions = weights.vector("emb.pos").reshape(-1, hidden)[: len(numbers)]
        state = self._norm("emb.ln", words + positions + weights.vector("emb.type").reshape(-1, hidden)[0])
        for layer in range(weights.shape.layers):
            state = self._layer(f"l{layer}", state)
        return state

    def sentence(self, numbers: NDArray[np.intp]) -> Floats:
        """The sentence's vector of length 1, (hidden,)."""
        mean = self.tokens(numbers).mean(axis=0)
        length: np.float32 = np.linalg.norm(mean)
        vector: Floats = mean / length
        return vector

    def _layer(self, name: str, state: Floats) -> Floats:
        middle = self._norm(f"{name}.aln", state + self._linear(f"{name}.ao", self._attention(name, state)))
        bent = _gelu(self._linear(f"{name}.fi", middle))
        return self._norm(f"{name}.oln", middle + self._linear(f"{name}.fo", bent))

    def _attention(self, name: str, state: Floats) -> Floats:
        heads = self._weights.shape.heads
        queries, keys, values = (
            self._linear(f"{name}.{part}", state).reshape(len(state), heads, -1).transpose(1, 0, 2) for part in "qkv"
        )
        scores = queries @ keys.transpose(0, 2, 1) / np.float32(sqrt(queries.shape[-1]))
        weighed = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weighed /= weighed.sum(axis=-1, keepdims=True)
        mixed: Floats = (weighed @ values).transpose(1, 0, 2).reshape(len(state), -1)
        return mixed

    def _linear(self, name: str, state: Floats) -> Floats:
        matrix = self._weights.matrix(f"{name}.w", state.shape[-1])
        return state @ matrix.T + self._weights.vector(f"{name}.b")

    def _norm(self, name: str, state: Floats) -> Floats:
        centred = state - state.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + self._weights.shape.epsilon)
        normed: Floats = centred / spread * self._weights.vector(f"{name}.w") + self._weights.vector(f"{name}.b")
        return normed


def _gelu(state: Floats) -> Floats:
    return state * np.float32(0.5) * (1 + _erf(state / np.float32(sqrt(2))))


def _erf(x: Floats) -> Floats:
    """The error function to 1.5e-7, after Abramowitz and Stegun, "Handbook of Mathematical Functions", 7.1.26."""
    size = np.abs(x)
    t = 1 / (1 + np.float32(0.3275911) * size)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    signed: Floats = np.sign(x) * (1 - series * np.exp(-size * size)).astype(np.float32)
    return signed
