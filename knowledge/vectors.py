"""Vectors of a base's wordings, kept on disk by the encoder's id and the text's hash, so that none is made twice."""

import fcntl
from collections.abc import Iterator, Sequence
from hashlib import blake2b, sha256
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from nlp.encode import Encoder, Report
from nlp.encode.progress import silent

Vectors = NDArray[np.float32]
Known = NDArray[np.bool_]

# Encoded and stored together: some 0.2 s, so that little is lost by a stop and progress is seen.
PIECE = 16
# 150 MB for vectors of 384. What grows beyond is begun anew, for nothing in it is lost for good.
MOST_ROWS = 200_000
# Half precision leaves a length within this of 1; other rows are not ours.
OFF = 0.01


class VectorFile:
    """Rows of (hash of the text, vector in half precision) that only grow; several processes may add to it.

    A row that was cut off by a crash is overwritten by the next one, and a damaged one is not believed.
    """

    def __init__(self, folder: Path, encoder: Encoder, most: int = MOST_ROWS) -> None:
        name = sha256(encoder.id.encode()).hexdigest()[:24]
        self.path = folder / f"{name}.vectors"
        self._row = np.dtype([("text", "<u8"), ("vector", "<f2", encoder.size)])
        self._most = most

    def read(self, texts: Sequence[str]) -> tuple[Vectors, Known]:
        """The vectors of those texts that have one, (n, size), and which these are; the other rows are 0."""
        stored = self._stored()
        wanted = _hashes(texts)
        order = np.argsort(stored["text"], kind="stable")
        hashes = stored["text"][order]
        places = np.minimum(np.searchsorted(hashes, wanted), max(len(hashes) - 1, 0))
        known = hashes[places] == wanted if len(hashes) else np.zeros(len(wanted), np.bool_)
        vectors = np.zeros((len(texts), self._row["vector"].shape[0]), np.float32)
        vectors[known] = stored["vector"][order[places[known]]]
        lengths = np.linalg.norm(vectors, axis=1)
        known &= np.abs(lengths - 1) < OFF
        vectors[~known] = 0
        return vectors, known

    def add(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Store the vectors of texts."""
        rows = np.zeros(len(texts), self._row)
        rows["text"] = _hashes(texts)
        rows["vector"] = vectors
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX)
            self._trim(file, len(rows))
            file.write(rows.tobytes())

    def _trim(self, file: BinaryIO, more: int) -> None:
        rows, rest = divmod(file.seek(0, 2), self._row.itemsize)
        if rows + more > self._most:
            file.truncate(0)
        elif rest:
            file.truncate(rows * self._row.itemsize)

    def _stored(self) -> np.ndarray[tuple[int], np.dtype[np.void]]:
        rows = self.path.stat().st_size // self._row.itemsize if self.path.exists() else 0
        return np.memmap(self.path, self._row, "r", shape=(rows,)) if rows else np.zeros(0, self._row)


class KeptEncoder:
    """An encoder that keeps what it made, also on disk: for texts of the configuration, never for what people said.

    Vectors come back in half precision, whether they were kept or not.
    """

    def __init__(self, encoder: Encoder, folder: Path, report: Report = silent) -> None:
        self.id = encoder.id
        self.size = encoder.size
        self._encoder = encoder
        self._file = VectorFile(folder, encoder)
        self._report = report
        self._held: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text, (n, size), of length 1. `report` may end the work; what was made is kept."""
        new = [text for text in dict.fromkeys(texts) if text not in self._held]
        if new:
            self._held.update(zip(new, self._made(new), strict=True))
        return np.array([self._held[text] for text in texts], np.float32).reshape(len(texts), self.size)

    def missing(self, texts: Sequence[str]) -> int:
        """How many of them would have to be made."""
        return int((~self._file.read(texts)[1]).sum())

    def _made(self, texts: Sequence[str]) -> Vectors:
        vectors, known = self._file.read(texts)
        missing = np.flatnonzero(~known)
        for done, places in _pieces(missing):
            self._report("学习问答的意思", done / len(missing))
            asked = [texts[place] for place in places.tolist()]
            made = self._encoder.encode(asked).astype(np.float16)
            self._file.add(asked, made.astype(np.float32))
            vectors[places] = made
        return vectors


def _pieces(places: NDArray[np.intp]) -> Iterator[tuple[int, NDArray[np.intp]]]:
    return ((start, places[start : start + PIECE]) for start in range(0, len(places), PIECE))


def _hashes(texts: Sequence[str]) -> NDArray[np.uint64]:
    digests = b"".join(blake2b(text.encode(errors="replace"), digest_size=8).digest() for text in texts)
    return np.frombuffer(digests, "<u8").astype(np.uint64)
