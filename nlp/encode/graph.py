"""The builtin model as an ONNX graph for onnxruntime.

BERT with the layer norms after each block (Devlin et al. 2018), erf GELU. Its products are written by `products.py`.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.encode.products import MICROSOFT, Products, paired
from nlp.encode.weights import BLOCK, Weights
from nlp.encode.wire import Graph, Kind

SENTENCES = "sentence_embedding"
TOKENS = "token_embeddings"
# Added to the attention to padding before the softmax.
MASKED = -10000.0


class Author:
    """Writes the graph of the weights, with a table of the given rows."""

    def __init__(self, weights: Weights, rows: NDArray[np.intp], products: Products) -> None:
        self._weights = weights
        self._rows = rows
        self._products = products
        self._graph = Graph("encoder")

    def write(self) -> bytes:
        """The file. In: `input_ids`, `attention_mask` (batch, tokens).

        Out: `sentence_embedding` (batch, hidden), means over the tokens, of length 1; `token_embeddings` (batch,
        tokens, hidden), as the last layer leaves them.
        """
        graph, hidden = self._graph, self._weights.shape.hidden
        graph.input("input_ids", Kind.INT64, ("batch", "tokens"))
        graph.input("attention_mask", Kind.INT64, ("batch", "tokens"))
        graph.output(SENTENCES, Kind.FLOAT, ("batch", hidden))
        graph.output(TOKENS, Kind.FLOAT, ("batch", "tokens", hidden))
        graph.constant("one", np.array([1], np.int64))
        graph.constant("parts", np.array([hidden] * 3, np.int64))
        graph.node("Cast", ["attention_mask"], "heard", to=int(Kind.INT32))
        state = self._embedded()
        layers = self._weights.shape.layers
        for layer in range(layers):
            state = self._layer(f"l{layer}", state, TOKENS if layer == layers - 1 else f"l{layer}.out")
        self._pool()
        return graph.model("qunban")

    def _embedded(self) -> str:
        graph, weights, hidden = self._graph, self._weights, self._weights.shape.hidden
        table = weights.blocks("emb.word", hidden, self._rows)
        # Unsigned halves would need their zero points: with the top bit turned they are signed, and need none.
        packed = (paired(table) ^ 0x88).tobytes()
        graph.packed("words", Kind.INT4, (len(self._rows), hidden), packed)
        graph.constant("words.scale", table.steps)
        words = graph.node(
            "GatherBlockQuantized", ["words", "input_ids", "words.scale"], "word",
            domain=MICROSOFT, gather_axis=0, quantize_axis=1, block_size=BLOCK,
        )  # fmt: skip
        kind = weights.vector("emb.type").reshape(-1, hidden)[0]
        graph.constant("positions", weights.vector("emb.pos").reshape(-1, hidden) + kind)
        graph.constant("zero", np.array([0], np.int64))
        graph.node("Shape", ["input_ids"], "length", start=1, end=2)
        position = graph.node("Slice", ["positions", "zero", "length", "zero"], "position")
        both = graph.node("Add", [words, position], "embedded")
        norm = [self._constant("emb.ln.w"), self._constant("emb.ln.b")]
        return graph.node("LayerNormalization", [both, *norm], "l.in", axis=-1, epsilon=weights.shape.epsilon)

    def _layer(self, name: str, state: str, out: str) -> str:
        attended = self._attention(name, state)
        mixed = self._product(f"{name}.mixed", [f"{name}.ao"], attended)
        middle = self._joined(mixed, state, f"{name}.aln", f"{name}.ao.b", f"{name}.middle")
        wide = self._product(f"{name}.wide", [f"{name}.fi"], middle)
        bent = self._graph.node(
            "BiasGelu", [wide, self._constant(f"{name}.fi.b")], f"{name}.bent", domain=MICROSOFT
        )  # fmt: skip
        narrow = self._product(f"{name}.narrow", [f"{name}.fo"], bent)
        return self._joined(narrow, middle, f"{name}.oln", f"{name}.fo.b", out)

    def _attention(self, name: str, state: str) -> str:
        both = self._product(f"{name}.qkv", [f"{name}.{part}" for part in "qkv"], state)
        parts = [f"{name}.{part}" for part in "qkv"]
        self._graph.node("Split", [both, "parts"], *parts, axis=-1)
        bias = np.concatenate([self._weights.vector(f"{part}.b") for part in parts])
        self._graph.constant(f"{name}.qkv.b", bias)
        return self._graph.node(
            "MultiHeadAttention", [*parts, f"{name}.qkv.b", "heard"], f"{name}.attended",
            domain=MICROSOFT, num_heads=self._weights.shape.heads, mask_filter_value=MASKED,
        )  # fmt: skip

    def _joined(self, change: str, state: str, norm: str, bias: str, out: str) -> str:
        inputs = [change, state, *(self._constant(name) for name in (f"{norm}.w", f"{norm}.b", bias))]
        return self._graph.node(
            "SkipLayerNormalization", inputs, out, domain=MICROSOFT, epsilon=self._weights.shape.epsilon
        )  # fmt: skip

    def _product(self, out: str, matrices: Sequence[str], state: str) -> str:
        return self._products(self._graph, out, matrices, state)

    def _pool(self) -> None:
        """The mean's divisor would cancel when the length becomes 1, so there is none."""
        graph = self._graph
        graph.constant("two", np.array([2], np.int64))
        graph.node("Cast", ["attention_mask"], "counted", to=int(Kind.FLOAT))
        graph.node("Unsqueeze", ["counted", "two"], "counted.wide")
        graph.node("Mul", [TOKENS, "counted.wide"], "summed.parts")
        graph.node("ReduceSum", ["summed.parts", "one"], "summed", keepdims=0)
        graph.node("ReduceL2", ["summed", "one"], "summed.length", keepdims=1)
        graph.node("Div", ["summed", "summed.length"], SENTENCES)

    def _constant(self, name: str) -> str:
        return self._graph.constant(name, self._weights.vector(name))
