"""What is never a hit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allow:
    """Phrases and domains that a community uses in good faith.

    A phrase, found like an entry through width, case, traditional characters and symbols, cancels every hit that lies
    wholly inside it. A domain stands for itself and all below it.
    """

    phrases: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
