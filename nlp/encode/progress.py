"""How far a long piece of work is."""

from collections.abc import Callable

# What is being done, in Chinese, and how much of it is done, 0 to 1. What it raises ends the work.
Report = Callable[[str, float], None]


def silent(what: str, done: float) -> None:
    """Tells nobody."""
