"""An ONNX graph (or what computes like one) and its tokenizer as an encoder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from nlp.encode.encoder import Unusable
from nlp.encode.folder import Manifest
from nlp.encode.gate import Gate
from nlp.encode.graph import SENTENCES, TOKENS
from nlp.encode.parts import Axes, Parts, shipped_axes
from nlp.encode.pieces import Numbering, Pieces, Tokens
from nlp.encode.precision import Precision, precision_here
from nlp.encode.prompts import prompt_of

Floats = NDArray[np.float32]

# Another runtime may round in another way; a patch of it does not.
RUNTIME = f"onnxruntime-{onnxruntime.__version__.rpartition('.')[0]}"
# Of a longer text the beginning tells what it is about; questions have 15 tokens on the average.
LONGEST = 96
# More at once, texts and tokens, costs memory and saves no time: with 8-bit activations a batch is hardly faster by the
# sentence.
BATCH, ROOM = 16, 512
# Single precision and bytes give 0.9996 and more; a runtime that reads the blocks otherwise gives 0.8.
NEAREST = 0.998


class Computing(Protocol):
    """What computes: it gives `sentences` (empty: it does not) or `tokens`, outputs by their names."""

    @property
    def runtime(self) -> str: ...

    @property
    def sentences(self) -> str: ...

    @property
    def tokens(self) -> str: ...

    def run(self, outputs: Sequence[str], numbers: NDArray[np.int64], mask: NDArray[np.int64]) -> Sequence[Floats]:
        """Outputs for a batch of padded token numbers."""
        ...


@dataclass(frozen=True, slots=True)
class Graph:
    """A session and what it wants and gives by name: `sentences` is empty when it gives tokens only."""

    session: Any
    inputs: frozenset[str]
    sentences: str
    tokens: str
    gate: Gate
    runtime: str = RUNTIME

    @classmethod
    def open(cls, path: Path, threads: int = 1) -> "Graph":
        """The graph of a file. Unusable when onnxruntime cannot run it."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # The arena keeps what the largest batch ever took, and is no faster than malloc.
        options.enable_cpu_mem_arena = False
        if precision_here() is Precision.BLOCKS:
            # Bytes would be multiplied without room for their sums: the runtime is to take the slower, exact way.
            options.add_session_config_entry("session.x64quantprecision", "1")
        gate = Gate()
        try:
            with gate:
                session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime has no class of its own for what it finds wrong in a file
            raise Unusable(f"{path} 不是完整的 ONNX 模型，或者这台机器运行不了") from error
        outputs = [output.name for output in session.get_outputs()]
        sentences = next((name for name in outputs if name == SENTENCES), "")
        tokens = next((name for name in outputs if name in (TOKENS, "last_hidden_state")), "")
        if not (sentences or tokens):
            raise Unusable(f"{path} 不是句向量模型：输出里没有 {SENTENCES} 或 last_hidden_state")
        return cls(session, frozenset(one.name for one in session.get_inputs()), sentences, tokens, gate)

    def run(self, outputs: Sequence[str], numbers: NDArray[np.int64], mask: NDArray[np.int64]) -> Sequence[Floats]:
        """Outputs for a batch of padded token numbers."""
        given = {"input_ids": numbers, "attention_mask": mask, "token_type_ids": np.zeros_like(numbers)}
        fed = {name: values for name, values in given.items() if name in self.inputs}
        with self.gate:
            results: Sequence[Floats] = self.session.run(list(outputs), fed)
        return results


@dataclass(frozen=True, slots=True)
class Pooling:
    """How the tokens' states become one vector: `mean` over them, or the first (`cls`)."""

    kind: str = "mean"

    def __call__(self, states: Floats, mask: NDArray[np.int64]) -> Floats:
        """(batch, size) from (batch, tokens, size)."""
        if self.kind == "cls":
            return states[:, 0]
        summed: Floats = (states * mask[..., None].astype(np.float32)).sum(axis=1)
        mean: Floats = summed / mask.sum(axis=1, keepdims=True).astype(np.float32)
        return mean


class OnnxEncoder:
    """Encodes with onnxruntime on the CPU, in this thread."""

    def __init__(
        self, id: str, graph: Computing, numbering: Numbering, prefix: str = "", pooling: Pooling | None = None,
        pad: int = 0, axes: Axes | None = None, batch: int = BATCH,
    ) -> None:  # fmt: skip
        self._graph = graph
        self._numbering = numbering
        self._prefix = prefix
        self._pooling = pooling or Pooling()
        self._pad = pad
        self._batch = batch
        # What a text begins with: the tokens of the prefix, after the one that begins all texts.
        self._start = len(numbering.numbers(prefix)) - 1
        self.id = f"{id}/{graph.runtime}"
        self.parts: Parts | None = None
        self.size = len(self.encode(["好"])[0])
        if axes and len(axes.middle) == self.size and graph.sentences and graph.tokens:
            self.parts = Parts(self.id, axes, self.own_tokens)

    @classmethod
    def built(cls, folder: Path, manifest: Manifest, threads: int = 1) -> "OnnxEncoder":
        """The encoder of a folder that was built here. Unusable when it does not compute what it should."""
        pieces = Pieces.read(folder / "tokenizer.json", LONGEST)
        graph = Graph.open(folder / "model.onnx", threads)
        batch = 1 if manifest.alone else BATCH
        axes = Axes.load(shipped_axes())
        encoder = cls(
            manifest.id, graph, pieces, prompt_of(folder), pad=pieces.number("<pad>"), axes=axes, batch=batch
        )  # fmt: skip
        nearness = float(encoder.encode([manifest.probe.text])[0] @ np.array(manifest.probe.vector, np.float32))
        if not nearness >= NEAREST:
            raise Unusable(f"模型 {folder} 在这台机器上算得不对（{nearness:.3f}），请删掉这个文件夹再来一次")
        return encoder

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row a text, (n, size), of length 1."""
        if not texts:
            return np.zeros((0, self.size), np.float32)
        numbers = [self._numbers(text) for text in texts]
        order = sorted(range(len(texts)), key=lambda at: len(numbers[at]))
        parts = _batches(order, numbers, self._batch)
        rows = [self._vectors([texts[at] for at in part], [numbers[at] for at in part]) for part in parts]
        vectors = np.concatenate(rows)
        placed = np.empty_like(vectors)
        placed[order] = vectors
        return placed

    def tokens(self, texts: Sequence[str]) -> Sequence[Floats]:
        """The states of each text's tokens, (tokens, size), with those of prefix and special tokens."""
        found = []
        for text in texts:
            padded, mask = self._padded([self._numbers(text)])
            (states,) = self._graph.run([self._graph.tokens], padded, mask)
            found.append(states[0])
        return found

    def own_tokens(self, texts: Sequence[str]) -> Sequence[Floats]:
        """The states of each text's tokens without those of prefix and special tokens."""
        return [states[self._start : -1] for states in self.tokens(texts)]

    def _numbers(self, text: str) -> Tokens:
        # The library does not bear halves of characters.
        return self._numbering.numbers(self._prefix + text.encode(errors="ignore").decode())

    def _vectors(self, texts: Sequence[str], numbers: Sequence[Tokens]) -> Floats:
        padded, mask = self._padded(numbers)
        if self.parts:
            vectors, states = self._graph.run([self._graph.sentences, self._graph.tokens], padded, mask)
            for text, state, tokens in zip(texts, states, numbers, strict=True):
                self.parts.remember(text, state[self._start : len(tokens) - 1])
        elif self._graph.sentences:
            (vectors,) = self._graph.run([self._graph.sentences], padded, mask)
        else:
            (states,) = self._graph.run([self._graph.tokens], padded, mask)
            vectors = self._pooling(states, mask)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True).astype(np.float32)
        unit: Floats = vectors / np.maximum(lengths, np.float32(1e-12))
        return unit

    def _padded(self, numbers: Sequence[Tokens]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        longest = max(map(len, numbers))
        padded = np.full((len(numbers), longest), self._pad, np.int64)
        mask = np.zeros_like(padded)
        for row, tokens in enumerate(numbers):
            padded[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        return padded, mask


def _batches(order: Sequence[int], numbers: Sequence[Tokens], most: int) -> Iterator[Sequence[int]]:
    """Texts by length, at most so many in a part, of which each has room when it is padded to its last."""
    part: list[int] = []
    for at in order:
        if part and (len(part) == most or (len(part) + 1) * len(numbers[at]) > ROOM):
            yield part
            part = []
        part.append(at)
    yield part
