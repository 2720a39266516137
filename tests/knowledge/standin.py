"""An encoder whose vectors mean nothing: for what vectors are kept in, never for what they are worth."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray


class Standin:
    """One vector a text, of length 1, always the same; tells what it was asked for."""

    def __init__(self, size: int = 32, id: str = "standin") -> None:
        self.id = id
        self.size = size
        self.parts = None
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        rows = [np.random.default_rng(crc32(text.encode())).standard_normal(self.size) for text in texts]
        vectors = np.array(rows, np.float32).reshape(len(texts), self.size)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
