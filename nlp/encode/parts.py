"""What the parts of a text mean: the states of its tokens, in so few numbers that every wording can keep its own.

Two texts that are one question have, for each part of the one, a part of the other that means the same; a near miss
lacks one (late interaction: Khattab and Zaharia, "ColBERT", SIGIR 2020).
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import sqrt
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# Questions have 11 tokens on the average. 64 numbers of 384 rank as well as all of them.
PARTS = 16
WIDTH = 64
# What the encoder saw lately: asked for the parts of a text, it need not read it again. 16 MB.
KEPT = 4096


def shipped_axes() -> Path:
    """What was learnt about tokens; `python -m nlp.encode.axes` writes it."""
    return Path(__file__).with_name("axes.npz")


@dataclass(frozen=True, slots=True)
class Axes:
    """Where the middle of all tokens is, (size,), and the directions in which they differ most, (size, WIDTH)."""

    middle: Floats
    directions: Floats

    @classmethod
    def learnt(cls, states: Floats) -> "Axes":
        """The principal axes of many tokens' states, (n, size), around their mean."""
        middle = states.mean(axis=0)
        directions = _unit((states - middle).astype(np.float32))
        _, found = np.linalg.eigh(directions.T @ directions)
        return cls(middle, np.ascontiguousarray(found[:, ::-1][:, :WIDTH]).astype(np.float32))

    @classmethod
    def load(cls, path: Path) -> "Axes":
        """Axes that were saved."""
        with np.load(path) as file:
            return cls(file["middle"].astype(np.float32), file["directions"].astype(np.float32))

    def save(self, path: Path) -> None:
        """Write them in half precision."""
        np.savez(path, middle=self.middle.astype(np.float16), directions=self.directions.astype(np.float16))

    @property
    def id(self) -> str:
        """Names these axes."""
        numbers = np.vstack([self.middle, self.directions.T]).astype(np.float16)
        return sha256(numbers.tobytes()).hexdigest()[:8]

    def row(self, states: Floats) -> Floats:
        """The parts of one text as one row of length 1, (PARTS * WIDTH,); 0 where it has fewer."""
        row = np.zeros((PARTS, WIDTH), np.float32)
        apart = np.asarray((states[:PARTS] - self.middle) @ self.directions, np.float32)
        parts = _unit(apart)
        row[: len(parts)] = parts / sqrt(max(len(parts), 1))
        return row.reshape(-1)


class Parts:
    """Encodes texts into their parts: an encoder whose rows are compared by `agreement`, not by a product.

    `read` gives the states of each text's tokens without those of prefix and special tokens. Any thread may ask.
    """

    def __init__(self, encoder: str, axes: Axes, read: Callable[[Sequence[str]], Sequence[Floats]]) -> None:
        self.id = f"{encoder}/parts{PARTS}x{WIDTH}-{axes.id}"
        self.size = PARTS * WIDTH
        self.parts = None
        self._axes = axes
        self._read = read
        self._kept: OrderedDict[str, Floats] = OrderedDict()
        self._lock = Lock()

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row a text, (n, size), of length 1."""
        with self._lock:
            kept = {text: self._kept[text] for text in texts if text in self._kept}
        missing = list(dict.fromkeys(text for text in texts if text not in kept))
        for text, states in zip(missing, self._read(missing), strict=True) if missing else ():
            kept[text] = self.remember(text, states)
        return np.stack([kept[text] for text in texts]) if texts else np.zeros((0, self.size), np.float32)

    def remember(self, text: str, states: Floats) -> Floats:
        """Keep the row of a text that was read for another purpose; the row."""
        row = self._axes.row(states)
        with self._lock:
            self._kept[text] = row
            self._kept.move_to_end(text)
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return row


def agreement(row: Floats, rows: Floats) -> Floats:
    """How well a text's parts (size,) and those of others (n, size) find each other, in [-1, 1]; 0 for empty rows."""
    one, others = _unit(row.reshape(PARTS, WIDTH)), _unit(rows.reshape(-1, PARTS, WIDTH))
    here, there = np.any(one, axis=1), np.any(others, axis=2)
    likeness = np.where(here[None, :, None] & there[:, None, :], one @ others.transpose(0, 2, 1), np.float32(-1))
    ours = likeness.max(axis=2)[:, here].mean(axis=1) if here.any() else np.zeros(len(others), np.float32)
    theirs = (likeness.max(axis=1) * there).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    found: Floats = np.where(there.any(axis=1), (ours + theirs) / 2, 0).astype(np.float32)
    return found


def _unit(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    unit: Floats = (rows / np.maximum(lengths, np.float32(1e-9))).astype(np.float32)
    return unit
