"""The weights file: read whole, or refused."""

import struct
from pathlib import Path

import numpy as np
import pytest

from nlp.encode.encoder import Unusable
from nlp.encode.weights import Weights
from tests.nlp.encode.tiny import PIECES, tiny_weights


def stored(folder: Path, content: bytes) -> Path:
    path = folder / "weights.bin"
    path.write_bytes(content)
    return path


def test_pieces_scores_and_rules_are_read(tmp_path: Path) -> None:
    weights = Weights(stored(tmp_path, tiny_weights()))
    assert weights.pieces == PIECES
    assert weights.scores[:3] == pytest.approx([0, -0.1, -0.2])
    assert weights.rules == {"\xa0": " "}


def test_low_halves_are_the_first_values_of_a_block(tmp_path: Path) -> None:
    content = bytearray(tiny_weights())
    weights = Weights(stored(tmp_path, bytes(content)))
    at = weights._tensors["l0.q.w"].offset
    content[at : at + 18] = struct.pack("<e", 0.5) + bytes([0x8F, *[0x88] * 15])
    first = Weights(stored(tmp_path, bytes(content))).matrix("l0.q.w", 32)[0]
    assert first[0] == 0.5 * 7
    assert not first[1:].any()


def test_the_published_file_is_what_it_is_said_to_be(weights: Weights) -> None:
    shape = weights.shape
    assert (shape.hidden, shape.layers, shape.heads, shape.inner, shape.rows) == (384, 12, 12, 1536, 250037)
    assert len(weights.pieces) == 250002
    assert weights.pieces[:4] == ["<s>", "<pad>", "</s>", "<unk>"]
    assert len(weights.rules) == 4837
    assert np.abs(weights.matrix("l11.fo.w", 1536)).max() < 5


@pytest.mark.parametrize("kept", [0, 3, 40, 90, 400, 2000, -1])
def test_a_file_that_is_cut_off_is_refused_with_its_name(kept: int, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"weights\.bin 不是完整的模型权重文件"):
        Weights(stored(tmp_path, tiny_weights()[:kept]))


@pytest.mark.parametrize(
    "content", [b"PK\3\4 something else entirely", b"E5S1" + struct.pack("<i", 9) + bytes(200), b"E5S1" + b"\xff" * 500]
)
def test_another_file_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(Unusable):
        Weights(stored(tmp_path, content))


def test_a_file_without_one_of_its_tensors_is_refused(tmp_path: Path) -> None:
    content = tiny_weights().replace(b"l1.fo.b", b"l1.fo.x")
    with pytest.raises(Unusable, match=r"l1\.fo\.b"):
        Weights(stored(tmp_path, content))
