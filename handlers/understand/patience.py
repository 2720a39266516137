"""What commands wait for that measure understanding: the model, with its progress on the terminal."""

import os
import sys
import time

from nlp.encode import NONE, Encoder, Report, Unusable, load, user_cache


def encoder_of(model: str, otherwise: str) -> Encoder | None:
    """The encoder of a setting; None where there is none, and on stderr why, and what is done `otherwise`."""
    if model == NONE:
        return None
    try:
        return load(model, user_cache(os.environ) / "models", progress())
    except Unusable as error:
        sys.stderr.write(f"模型用不了，{otherwise}：{error}\n")
        return None


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
