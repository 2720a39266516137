"""The base of a configuration as the bot ranks it, and a sense of which questions are alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.types.declarations import Settings
from bot.types.ports import Machine
from handlers.kb.telling import complain
from handlers.understand import FAQ, UNDERSTAND, Base, Library
from handlers.understand.bases import meant_as_kept
from knowledge.entries import Loaded
from knowledge.gaps import BY_MEANING, BY_WORDS, Shingles, Vectors, threshold_of
from knowledge.vectors import KeptEncoder
from nlp.encode import NONE, Encoder, Unusable, load

# Texts that are encoded before progress is told again.
PIECE = 16


@dataclass(frozen=True, slots=True)
class Opened:
    """A base, and how questions are compared: `encode` gives rows of length 1, alike from `threshold` on."""

    base: Base
    encode: Callable[[Sequence[str]], Vectors]
    threshold: float
    by_meaning: bool

    @property
    def by(self) -> str:
        """What is compared, for people."""
        return "字词和意思" if self.by_meaning else "字词"


def opened(settings: Settings, machine: Machine) -> Opened:
    """The base of a configuration, by words and meaning; by words alone where the model cannot be had."""
    return open_base(settings[FAQ].loaded, settings[UNDERSTAND].model or machine.model, machine)


def open_base(loaded: Loaded, model: str, machine: Machine) -> Opened:
    """The base of some entries with the model of that name."""
    encoder = _encoder(model, machine)
    wordings = [text for entry in loaded.entries for text in entry.questions]
    return _by_words(loaded, wordings) if encoder is None else _by_meaning(loaded, wordings, encoder, machine)


def _encoder(model: str, machine: Machine) -> Encoder | None:
    if model == NONE:
        return None
    try:
        return load(model, machine.cache / "models", machine.report)
    except Unusable as error:
        complain(f"模型用不了，只按字词来比：{error}")
        return None


def _by_words(loaded: Loaded, wordings: Sequence[str]) -> Opened:
    shingles = Shingles(wordings)
    threshold = threshold_of(loaded.entries, shingles.encode(wordings), BY_WORDS)
    return Opened(Library().base(loaded), shingles.encode, threshold, False)


class Discreet:
    """An encoder that has the wordings of a base at hand, and of what people asked keeps nothing."""

    def __init__(self, encoder: Encoder, kept: KeptEncoder, wordings: Sequence[str]) -> None:
        self.id = encoder.id
        self.size = encoder.size
        self._encoder = encoder
        self._held: Mapping[str, Vectors] = dict(zip(wordings, kept.encode(wordings), strict=True))
        self.parts = Discreet(encoder.parts, kept.parts, wordings) if encoder.parts and kept.parts else None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text, (n, size), of length 1."""
        rows = [self._encoder.encode([text])[0] if text not in self._held else self._held[text] for text in texts]
        return np.array(rows, np.float32).reshape(len(texts), self.size)


def _by_meaning(loaded: Loaded, wordings: Sequence[str], encoder: Encoder, machine: Machine) -> Opened:
    kept = KeptEncoder(encoder, machine.cache / "vectors", machine.report)
    known = kept.encode(wordings)
    discreet = Discreet(encoder, kept, wordings)
    base = meant_as_kept(Library().base(loaded), kept, discreet, lambda text: discreet.encode([text])[0])
    middle = known.mean(axis=0) if len(known) else np.zeros(encoder.size, np.float32)

    def encode(texts: Sequence[str]) -> Vectors:
        rows = [np.zeros((0, encoder.size), np.float32)]
        for start in range(0, len(texts), PIECE):
            rows.append(discreet.encode(texts[start : start + PIECE]))
            machine.report("正在理解问过的话", min(1.0, (start + PIECE) / len(texts)))
        return _around(np.concatenate(rows), middle)

    return Opened(base, encode, threshold_of(loaded.entries, _around(known, middle), BY_MEANING), True)


def _around(vectors: Vectors, middle: Vectors) -> Vectors:
    """Vectors seen from the middle of the base: all questions have something in common, which says nothing."""
    moved = vectors - middle
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    unit: Vectors = (moved / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit
