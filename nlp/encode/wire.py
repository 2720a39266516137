"""ONNX files, written without the onnx package: the few messages of its protocol buffers that a graph needs.

Field numbers and types as in onnx.proto (ONNX, IR version 10).
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

IR_VERSION = 10
_DOMAINS = (("", 21), ("com.microsoft", 1))
_VARINT, _BYTES, _FIXED32 = 0, 2, 5


class Kind(IntEnum):
    """The types of tensors that are used here, by their numbers in ONNX."""

    FLOAT = 1
    UINT8 = 2
    INT8 = 3
    INT32 = 6
    INT64 = 7
    INT4 = 22


_KINDS: Mapping[str, Kind] = {
    "float32": Kind.FLOAT, "uint8": Kind.UINT8, "int8": Kind.INT8, "int32": Kind.INT32, "int64": Kind.INT64,
}  # fmt: skip


@dataclass(slots=True)
class Graph:
    """Nodes and constants in the making."""

    name: str
    _nodes: list[bytes] = field(default_factory=list)
    _constants: list[bytes] = field(default_factory=list)
    _inputs: list[bytes] = field(default_factory=list)
    _outputs: list[bytes] = field(default_factory=list)

    def constant(self, name: str, values: NDArray[Any]) -> str:
        """A tensor of the graph; its name."""
        return self.packed(name, _KINDS[values.dtype.name], values.shape, np.ascontiguousarray(values).tobytes())

    def packed(self, name: str, kind: Kind, shape: Sequence[int], raw: bytes) -> str:
        """A tensor whose bytes are ready; its name."""
        dims = [_number(1, size) for size in shape]
        self._constants.append(b"".join([*dims, _number(2, kind), _text(8, name), _message(9, raw)]))
        return name

    def node(self, operator: str, inputs: Sequence[str], *outputs: str, domain: str = "", **attributes: Any) -> str:
        """An operation; the name of its first output."""
        parts = [_text(1, name) for name in inputs] + [_text(2, name) for name in outputs]
        parts += [_text(3, outputs[0]), _text(4, operator)]
        parts += [_message(5, _attribute(name, value)) for name, value in attributes.items()]
        self._nodes.append(b"".join([*parts, _text(7, domain)]))
        return outputs[0]

    def input(self, name: str, kind: Kind, shape: Sequence[int | str]) -> str:
        """A value that is handed in; its name. Sizes that change have a name."""
        self._inputs.append(_value(name, kind, shape))
        return name

    def output(self, name: str, kind: Kind, shape: Sequence[int | str]) -> None:
        """A value that is handed out."""
        self._outputs.append(_value(name, kind, shape))

    def model(self, producer: str) -> bytes:
        """The whole file."""
        graph = _repeated(1, self._nodes) + _text(2, self.name) + _repeated(5, self._constants)
        graph += _repeated(11, self._inputs) + _repeated(12, self._outputs)
        domains = [_text(1, domain) + _number(2, version) for domain, version in _DOMAINS]
        return _number(1, IR_VERSION) + _text(2, producer) + _message(7, graph) + _repeated(8, domains)


def _attribute(name: str, value: float | int | Sequence[int]) -> bytes:
    if isinstance(value, float):
        return _text(1, name) + _key(2, _FIXED32) + struct.pack("<f", value) + _number(20, 1)
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, 2)
    return _text(1, name) + b"".join(_number(8, one) for one in value) + _number(20, 7)


def _value(name: str, kind: Kind, shape: Sequence[int | str]) -> bytes:
    sizes = [_text(2, size) if isinstance(size, str) else _number(1, size) for size in shape]
    tensor = _number(1, kind) + _message(2, _repeated(1, sizes))
    return _text(1, name) + _message(2, _message(1, tensor))


def _repeated(number: int, messages: Iterable[bytes]) -> bytes:
    return b"".join(_message(number, message) for message in messages)


def _message(number: int, content: bytes) -> bytes:
    return _key(number, _BYTES) + _varint(len(content)) + content


def _text(number: int, content: str) -> bytes:
    return _message(number, content.encode())


def _number(number: int, value: int) -> bytes:
    return _key(number, _VARINT) + _varint(value)


def _key(number: int, wire: int) -> bytes:
    return _varint(number << 3 | wire)


def _varint(value: int) -> bytes:
    rest, groups = value & (1 << 64) - 1, bytearray()
    while rest > 127:
        groups.append(rest & 127 | 128)
        rest >>= 7
    return bytes([*groups, rest])
