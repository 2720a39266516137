"""What commands wait for that measure understanding: the model and its vectors, with their progress on the terminal."""

import os
import sys
import time
from dataclasses import replace

import numpy as np

from knowledge.vectors import KeptEncoder
from nlp.classify.rows import Rows
from nlp.encode import NONE, Encoder, Report, Unusable, load, user_cache

# Texts that are encoded before progress is told again.
PIECE = 64


def encoder_of(model: str, otherwise: str) -> Encoder | None:
    """The encoder of a setting; None where there is none, and on stderr why, and what is done `otherwise`."""
    if model == NONE:
        return None
    try:
        return load(model, user_cache(os.environ) / "models", progress())
    except Unusable as error:
        sys.stderr.write(f"模型用不了，{otherwise}：{error}\n")
        return None


def kept(encoder: Encoder | None, whole: bool = False) -> Encoder | None:
    """The same encoder, with the vectors of evaluation rows kept between runs, apart from those of bots.

    Only those of `whole` texts: without their parts.
    """
    if encoder is None:
        return None
    found = KeptEncoder(encoder, user_cache(os.environ) / "vectors" / "measured", whole=whole)
    found.sweep(())
    return found


def encoded(rows: Rows, encoder: Encoder | None, what: str) -> Rows:
    """The rows with their vectors; as they are without an encoder. Texts of like length are encoded together."""
    if encoder is None:
        return rows
    report = progress()
    order = np.argsort([len(text) for text in rows.texts], kind="stable")
    vectors = np.zeros((len(order), encoder.size), np.float32)
    for start in range(0, len(order), PIECE):
        part = order[start : start + PIECE]
        vectors[part] = encoder.encode([rows.texts[at] for at in part.tolist()])
        report(what, min(1.0, (start + PIECE) / len(order)))
    return replace(rows, vectors=vectors)


def progress() -> Report:
    """Tells on the terminal, no more than twice a second."""
    last = time.monotonic()

    def told(what: str, done: float) -> None:
        nonlocal last
        if sys.stderr.isatty() and time.monotonic() - last > 0.5:
            last = time.monotonic()
            sys.stderr.write(f"\r{what} {done:.0%} " + ("" if done < 1 else "\n"))
            sys.stderr.flush()

    return told
