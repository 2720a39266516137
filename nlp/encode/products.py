"""The matrix products of the builtin model's graph in each of its precisions, computed on integers by onnxruntime."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nlp.encode.weights import BLOCK, Blocks, Weights
from nlp.encode.wire import Graph

Floats = NDArray[np.float32]

MICROSOFT = "com.microsoft"
INT8_ACTIVATIONS = 4
MOST = 127
# How much of a column's spread goes over to the weights; best among .4, .5 and .6 on our lessons.
SHARES: Mapping[str, float] = {"qkv": 0.6, "wide": 0.6, "narrow": 0.5}
# After the GELU tokens differ most in size: each has a scale of its own.
UNEVEN = "narrow"
LEAST = 1e-4


def shipped_peaks() -> Path:
    """What was learnt about activations; `python -m nlp.encode.peaks` writes it."""
    return Path(__file__).with_name("peaks.npz")


class Products(Protocol):
    """Writes products into a graph."""

    def __call__(self, graph: Graph, out: str, matrices: Sequence[str], state: str) -> str:
        """The product of a state with matrices side by side; its name, `out`: layer and kind, as in `l0.qkv`."""
        ...


@dataclass(frozen=True, slots=True)
class BlockProducts:
    """Weights stay in blocks of 32 with one scale each; onnxruntime scales activations by blocks of the same size."""

    weights: Weights

    def __call__(self, graph: Graph, out: str, matrices: Sequence[str], state: str) -> str:
        """Exact but for the activations: 0.9999 of what single precision gives."""
        columns = self.weights.columns[matrices[0].split(".")[1]]
        kept = [self.weights.blocks(f"{name}.w", columns) for name in matrices]
        values = np.concatenate([paired(blocks) for blocks in kept])
        graph.constant(f"{out}.w", values)
        graph.constant(f"{out}.scale", np.concatenate([blocks.steps for blocks in kept]).reshape(-1))
        return graph.node(
            "MatMulNBits", [state, f"{out}.w", f"{out}.scale"], out, domain=MICROSOFT,
            K=columns, N=len(values), bits=4, block_size=BLOCK, accuracy_level=INT8_ACTIVATIONS,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ByteProducts:
    """Weights in bytes with one scale for each output, activations with one for all: 0.9998, in half the time.

    Columns with large activations would take the others' bits: a part of their size goes over to the weights (Xiao et
    al. 2023, "SmoothQuant"). `peaks`: the largest activation of each column, by product. A text's vector depends on
    the texts beside it, so that each has to be encoded alone.
    """

    weights: Weights
    peaks: Mapping[str, Floats]

    @classmethod
    def shipped(cls, weights: Weights) -> "ByteProducts":
        """With the peaks that were learnt from our lessons; weights of other sizes go without."""
        with np.load(shipped_peaks()) as file:
            return cls(weights, {name: file[name].astype(np.float32) for name in file.files})

    def __call__(self, graph: Graph, out: str, matrices: Sequence[str], state: str) -> str:
        """The product, computed by onnxruntime on bytes."""
        kind = out.split(".")[1]
        columns = self.weights.columns[matrices[0].split(".")[1]]
        matrix = np.concatenate([self.weights.matrix(f"{name}.w", columns) for name in matrices]).T
        peaks = self.peaks.get(out)
        if peaks is not None and len(peaks) == columns:
            factors = _factors(peaks, np.abs(matrix).max(axis=1), SHARES[kind])
            matrix = matrix * factors[:, None]
            state = graph.node("Mul", [state, graph.constant(f"{out}.factors", 1 / factors)], f"{out}.smooth")
        if kind != UNEVEN:
            return _product(graph, out, matrix, state)
        even, sizes = _evened(graph, out, state)
        return graph.node("Mul", [_product(graph, f"{out}.even", matrix, even), sizes], out)


def _factors(peaks: Floats, weights: Floats, share: float) -> Floats:
    """What each column of the weights is multiplied by, and its activations are divided by."""
    factors = np.maximum(peaks, LEAST) ** share / np.maximum(weights, LEAST) ** (1 - share)
    middle = np.exp(np.log(factors).mean())
    even: Floats = (factors / middle).astype(np.float32)
    return even


def _evened(graph: Graph, out: str, state: str) -> tuple[str, str]:
    """The state with each token's largest value brought to 1, and those values."""
    graph.constant(f"{out}.last", np.array([-1], np.int64))
    graph.constant(f"{out}.least", np.array([LEAST], np.float32))
    largest = graph.node("ReduceMax", [state, f"{out}.last"], f"{out}.largest", keepdims=1)
    sizes = graph.node("Max", [largest, f"{out}.least"], f"{out}.sizes")
    return graph.node("Div", [state, sizes], f"{out}.evened"), sizes


def _product(graph: Graph, out: str, matrix: Floats, state: str) -> str:
    scales = (np.abs(matrix).max(axis=0) / MOST).astype(np.float32)
    graph.constant(f"{out}.w", np.rint(matrix / scales).astype(np.int8))
    graph.constant(f"{out}.scale", scales)
    return graph.node("DynamicQuantizeMatMul", [state, f"{out}.w", f"{out}.scale"], out, domain=MICROSOFT)


def paired(blocks: Blocks) -> NDArray[np.uint8]:
    """Two neighbours a byte, the first in the low half: (rows, blocks, 16)."""
    low, high = blocks.values[..., 0::2], blocks.values[..., 1::2]
    return low | (high << np.uint8(4))
