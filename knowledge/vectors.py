"""Vectors of a base's wordings, kept on disk by the encoder's id and the text's hash, so that none is made twice."""

import fcntl
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b, sha256
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from nlp.encode import Encoder, Report
from nlp.encode.progress import silent

log = logging.getLogger(__name__)

Vectors = NDArray[np.float32]
Known = NDArray[np.bool_]
Rows = np.ndarray[tuple[int], np.dtype[np.void]]

# Encoded and stored together: some 0.2 s, so that little is lost by a stop and progress is seen.
PIECE = 16
# Texts added or rows moved in one step.
BLOCK = 4096
# Bytes of rows unpacked in one step: four times as much as 32-bit numbers, and no thread waits long for another.
STEP = 256 * 1024
# What a sweep leaves of vectors that are not in use, the youngest: 40 MB. Other bots' bases may be among them.
SPARE = 100_000
# A whole row has length 1 but for rounding; what is off by more was damaged.
OFF = 0.001


class Sized(Protocol):
    """Whose vectors they are, and how many numbers each has."""

    @property
    def id(self) -> str: ...

    @property
    def size(self) -> int: ...


@dataclass(frozen=True, slots=True)
class _Table:
    """A file as it was found: its rows, and their hashes in ascending order with the places where they are."""

    rows: Rows
    hashes: NDArray[np.uint64]
    order: NDArray[np.intp]
    inode: int = 0

    def places(self, texts: Sequence[str]) -> NDArray[np.intp]:
        """The youngest rows of the texts; -1 where there is none."""
        wanted = _hashes(texts)
        if not len(self.hashes):
            return np.full(len(wanted), -1)
        at = np.searchsorted(self.hashes, wanted, side="right") - 1
        return np.where(self.hashes[at] == wanted, self.order[at], -1)


class VectorFile:
    """Rows of (hash of the text, scale, vector in bytes) that only grow; several processes may read and add at once.

    One byte a number moves no cosine by more than 0.006 and no first hit of 2,333 real questions to a worse one; half
    the size of 16-bit numbers. A row that a kill cut off is cut away by the next writer, and a damaged one is not
    believed. `sweep` puts a new file in place of the old one, which whoever reads it keeps.
    """

    def __init__(self, folder: Path, encoder: Sized) -> None:
        name = sha256(encoder.id.encode()).hexdigest()[:24]
        self.path = folder / f"{name}.vectors8"
        self._row = np.dtype([("text", "<u8"), ("scale", "<f4"), ("vector", "i1", (encoder.size,))])
        self._table = _Table(np.zeros(0, self._row), np.zeros(0, np.uint64), np.zeros(0, np.intp))

    @property
    def row_size(self) -> int:
        """Bytes a row takes."""
        return self._row.itemsize

    def read(self, texts: Sequence[str]) -> tuple[Vectors, Known]:
        """The vectors of those texts that have one, (n, size), and which these are; the other rows are 0."""
        table = self._refreshed()
        vectors = np.zeros((len(texts), self._row["vector"].shape[0]), np.float32)
        known = np.zeros(len(texts), np.bool_)
        for part in self._parts(len(texts)):
            places = table.places(texts[part])
            known[part] = places >= 0
            vectors[part][known[part]] = _unpacked(table.rows[places[places >= 0]])
            known[part] &= np.abs(np.linalg.norm(vectors[part], axis=1) - 1) < OFF
        vectors[~known] = 0
        return vectors, known

    def known(self, texts: Sequence[str]) -> Known:
        """Which of the texts have a vector."""
        parts = (self.read(texts[part])[1] for part in self._parts(len(texts)))
        return np.concatenate([np.zeros(0, np.bool_), *parts])

    def add(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Store the vectors of texts. OSError where that is impossible."""
        rows = _packed(texts, vectors, self._row)
        with self._locked() as file:
            rest = file.seek(0, os.SEEK_END) % self._row.itemsize
            if rest:
                file.truncate(file.tell() - rest)
            file.write(rows.tobytes())

    def sweep(self, texts: Sequence[str], spare: int = SPARE) -> None:
        """Leave the vectors of these texts and the `spare` youngest of the others, when there are twice as many."""
        if len(self._refreshed().rows) < 2 * (len(texts) + spare):
            return
        with self._locked():
            table = self._refreshed()
            used = np.isin(table.rows["text"], _hashes(texts))
            last = np.zeros(len(used), np.bool_)
            last[table.order[np.append(table.hashes[1:] != table.hashes[:-1], True)]] = True
            others = np.flatnonzero(last & ~used)
            kept = np.sort(
                np.concatenate((np.flatnonzero(last & used), others[len(others) - min(spare, len(others)) :]))
            )
            fresh = self.path.with_suffix(".new")
            with fresh.open("wb") as file:
                for start in range(0, len(kept), BLOCK):
                    file.write(table.rows[kept[start : start + BLOCK]].tobytes())
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path)

    def _parts(self, count: int) -> Iterator[slice]:
        step = max(1, STEP // self._row.itemsize)
        return (slice(start, start + step) for start in range(0, count, step))

    @contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        """The file, to be added to by nobody else; the one that is there by then."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        while True:
            with self.path.open("ab") as file:
                fcntl.flock(file.fileno(), fcntl.LOCK_EX)
                if self.path.exists() and os.path.samestat(os.fstat(file.fileno()), self.path.stat()):
                    yield file
                    return

    def _refreshed(self) -> _Table:
        """The file as it is now. One whole table takes the place of another: several threads may look."""
        before = self._table
        try:
            with self.path.open("rb") as file:
                found = os.fstat(file.fileno())
                count = found.st_size // self._row.itemsize
                if (found.st_ino, count) == (before.inode, len(before.rows)):
                    return before
                rows: Rows = np.memmap(file, self._row, "r", shape=(count,)) if count else np.zeros(0, self._row)
        except (FileNotFoundError, NotADirectoryError):
            return before
        grown = found.st_ino == before.inode and count >= len(before.rows)
        old = len(before.rows) if grown else 0
        hashes = np.array(rows["text"][old:])
        order = np.argsort(hashes, kind="stable")
        places = np.searchsorted(before.hashes[:old], hashes[order], side="right")
        self._table = table = _Table(
            rows, np.insert(before.hashes[:old], places, hashes[order]),
            np.insert(before.order[:old], places, order + old), found.st_ino,
        )  # fmt: skip
        return table


class KeptEncoder:
    """An encoder that keeps what it made on disk: for texts of files, never for what people say to a bot.

    Vectors come back in the precision of the file, whether they were kept or not. `parts` keeps the parts beside them,
    unless only the `whole` of texts is asked for.
    """

    def __init__(self, encoder: Encoder, folder: Path, report: Report = silent, whole: bool = False) -> None:
        self.id = encoder.id
        self.size = encoder.size
        self._encoder = encoder
        self.parts: KeptEncoder | None = KeptEncoder(encoder.parts, folder) if encoder.parts and not whole else None
        self._file = VectorFile(folder, encoder)
        self._report = report

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text, (n, size), of length 1. `report` may end the work; what was made is kept."""
        vectors, known = self.read(texts)
        missing = np.flatnonzero(~known)
        for start in range(0, len(missing), PIECE):
            self._report("学习问答的意思", start / len(missing))
            places = missing[start : start + PIECE]
            vectors[places] = self._made([texts[place] for place in places.tolist()])
        if len(missing):
            self._report("学习问答的意思", 1.0)
        return vectors

    def read(self, texts: Sequence[str]) -> tuple[Vectors, Known]:
        """The vectors that need not be made, (n, size), and which these are."""
        vectors, known = self._file.read(texts)
        return vectors, known & self.parts.known(texts) if self.parts else known

    def known(self, texts: Sequence[str]) -> Known:
        """Which of them need not be made."""
        known = self._file.known(texts)
        return known & self.parts.known(texts) if self.parts else known

    def missing(self, texts: Sequence[str]) -> int:
        """How many of them would have to be made."""
        return int((~self.known(texts)).sum())

    def sweep(self, texts: Sequence[str]) -> None:
        """Forget vectors that are in the way; those of `texts` are in use."""
        if self.parts:
            self.parts.sweep(texts)
        try:
            self._file.sweep(texts)
        except OSError as error:
            log.warning("清理不了 %s：%s", self._file.path, error.strerror or error)

    def _made(self, texts: Sequence[str]) -> Vectors:
        vectors = self._encoder.encode(texts)
        if self.parts:
            self.parts.encode(texts)
        try:
            self._file.add(texts, vectors)
        except OSError as error:
            log.warning("存不了 %s，下次要重新学：%s", self._file.path, error.strerror or error)
        return _rounded(vectors)


def _packed(texts: Sequence[str], vectors: Vectors, row: np.dtype[np.void]) -> Rows:
    rows = np.zeros(len(texts), row)
    rows["text"] = _hashes(texts)
    largest = np.maximum(np.abs(vectors).max(axis=1, initial=0), np.float32(1e-9))
    rows["vector"] = np.round(vectors * (127 / largest)[:, None])
    rows["scale"] = 1 / np.maximum(np.linalg.norm(rows["vector"].astype(np.float32), axis=1), 1)
    return rows


def _unpacked(rows: Rows) -> Vectors:
    vectors: Vectors = rows["vector"].astype(np.float32)
    vectors *= rows["scale"][:, None]
    return vectors


def _rounded(vectors: Vectors) -> Vectors:
    row = np.dtype([("text", "<u8"), ("scale", "<f4"), ("vector", "i1", (vectors.shape[1],))])
    return _unpacked(_packed([""] * len(vectors), vectors, row))


def _hashes(texts: Sequence[str]) -> NDArray[np.uint64]:
    digests = b"".join(blake2b(text.encode(errors="replace"), digest_size=8).digest() for text in texts)
    return np.frombuffer(digests, "<u8").astype(np.uint64)
