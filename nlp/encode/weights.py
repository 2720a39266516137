"""The builtin model's weights as they are published: one file with the vocabulary and the 4-bit matrices.

Little-endian: magic, sizes, pieces with their scores, rules of normalisation, a directory of tensors. A 4-bit matrix is
row-major in blocks of 32 values of one row: a half-precision step d and 16 bytes, of which the low halves are the
values 0-15 and the high ones 16-31; a value is (half - 8) * d.
"""

import mmap
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.encode.encoder import Unusable

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

MAGIC = b"E5S1"
BLOCK = 32
BLOCK_BYTES = 18
MATRICES = ("q", "k", "v", "ao", "fi", "fo")


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the network, as the file has them."""

    hidden: int
    layers: int
    heads: int
    inner: int
    rows: int
    positions: int
    kinds: int
    epsilon: float
    block: int


@dataclass(frozen=True, slots=True)
class Specials:
    """The pieces that stand for no text, by their number."""

    begin: int
    end: int
    pad: int
    unknown: int


@dataclass(frozen=True, slots=True)
class _Tensor:
    four_bit: bool
    count: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Blocks:
    """A 4-bit matrix as it is stored: `steps` (rows, blocks), `values` 0-15 (rows, blocks, 32)."""

    steps: Floats
    values: Bytes

    def matrix(self) -> Floats:
        """What it stands for, (rows, columns)."""
        centred = self.values.astype(np.float32) - np.float32(8)
        centred *= self.steps[..., None]
        return centred.reshape(len(centred), -1)


class Weights:
    """The file, read where it is asked for. Unusable when it is another one, or not whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with path.open("rb") as file:
                self._bytes = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
            self._read()
        except (OSError, ValueError, struct.error, UnicodeDecodeError) as error:
            raise Unusable(f"{path} 不是完整的模型权重文件（{error}）") from error

    def vector(self, name: str) -> Floats:
        """A tensor that is stored in full, (values,)."""
        tensor = self._tensors[name]
        return np.frombuffer(self._bytes, "<f4", tensor.count, tensor.offset)

    def blocks(self, name: str, columns: int, rows: NDArray[np.intp] | None = None) -> Blocks:
        """A 4-bit matrix with that many columns; of `rows`, only those."""
        tensor = self._tensors[name]
        stored = np.frombuffer(self._bytes, _layout(), tensor.count // BLOCK, tensor.offset)
        stored = stored.reshape(-1, columns // BLOCK)
        if rows is not None:
            stored = stored[rows]
        halves = stored["halves"]
        values = np.concatenate((halves & 15, halves >> 4), axis=-1)
        return Blocks(stored["step"].astype(np.float32), values)

    def matrix(self, name: str, columns: int) -> Floats:
        """A 4-bit matrix in full, (rows, columns)."""
        return self.blocks(name, columns).matrix()

    @cached_property
    def columns(self) -> Mapping[str, int]:
        """How many values each kind of a layer's matrix takes in."""
        return {name: self.shape.inner if name == "fo" else self.shape.hidden for name in MATRICES}

    def _read(self) -> None:
        if bytes(self._bytes[:4]) != MAGIC or struct.unpack_from("<i", self._bytes, 4) != (1,):
            raise ValueError("开头不对")
        self.shape = Shape(*struct.unpack_from("<7ifi", self._bytes, 8))
        if self.shape.block != BLOCK or self.shape.hidden % BLOCK or self.shape.inner % BLOCK:
            raise ValueError("尺寸不对")
        count, begin, end, pad, unknown = struct.unpack_from("<5i", self._bytes, 44)
        self.specials = Specials(begin, end, pad, unknown)
        at = self._read_pieces(count, 64)
        at = self._read_rules(at)
        self._read_directory(at)
        self._check()

    def _read_pieces(self, count: int, at: int) -> int:
        (length,) = struct.unpack_from("<Q", self._bytes, at)
        ends = np.frombuffer(self._bytes, "<u4", count + 1, at + 8).tolist()
        at += 8 + 4 * (count + 1)
        self.scores: Sequence[float] = np.frombuffer(self._bytes, "<f4", count, at).tolist()
        at += 4 * count
        text = bytes(self._bytes[at : at + length])
        self.pieces = [text[start:end].decode() for start, end in pairwise(ends)]
        return int(at + length)

    def _read_rules(self, at: int) -> int:
        count, length = struct.unpack_from("<iI", self._bytes, at)
        end = at + 8 + length
        at += 8
        self.rules: dict[str, str] = {}
        for _ in range(count):
            point, size = struct.unpack_from("<IB", self._bytes, at)
            self.rules[chr(point)] = "".join(map(chr, struct.unpack_from(f"<{size}I", self._bytes, at + 5)))
            at += 5 + 4 * size
        if at != end:
            raise ValueError("规则不完整")
        return at

    def _read_directory(self, at: int) -> None:
        (count,) = struct.unpack_from("<i", self._bytes, at)
        at += 4
        self._tensors: dict[str, _Tensor] = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._bytes, at)
            name = bytes(self._bytes[at + 2 : at + 2 + length]).decode()
            four_bit, *rest = struct.unpack_from("<BIQQ", self._bytes, at + 2 + length)
            self._tensors[name] = _Tensor(bool(four_bit), *rest)
            at += 23 + length

    def _check(self) -> None:
        for name, tensor in self._tensors.items():
            stored = tensor.count // BLOCK * BLOCK_BYTES if tensor.four_bit else 4 * tensor.count
            if stored != tensor.length or tensor.offset + tensor.length > len(self._bytes):
                raise ValueError(f"{name} 不完整")
        missing = [name for name, count in self._expected() if self._count(name) != count]
        if missing:
            raise ValueError(f"{missing[0]} 没有或者大小不对")

    def _count(self, name: str) -> int:
        tensor = self._tensors.get(name)
        return tensor.count if tensor else 0

    def _expected(self) -> Sequence[tuple[str, int]]:
        hidden, inner = self.shape.hidden, self.shape.inner
        sizes = {"q": hidden, "k": hidden, "v": hidden, "ao": hidden, "fi": inner, "fo": hidden}
        found = [("emb.word", self.shape.rows * hidden), ("emb.pos", self.shape.positions * hidden)]
        found += [("emb.type", self.shape.kinds * hidden), ("emb.ln.w", hidden), ("emb.ln.b", hidden)]
        for layer in range(self.shape.layers):
            for name, out in sizes.items():
                found += [(f"l{layer}.{name}.w", out * self.columns[name]), (f"l{layer}.{name}.b", out)]
            found += [(f"l{layer}.{norm}.{part}", hidden) for norm in ("aln", "oln") for part in "wb"]
        return found


def _layout() -> np.dtype[np.void]:
    return np.dtype([("step", "<f2"), ("halves", "u1", BLOCK // 2)])
