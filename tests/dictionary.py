"""One dictionary for all who ask for one in this process."""

from collections.abc import Iterable
from functools import cache

import pytest

from nlp.tokenise import Tokeniser


def share(patch: pytest.MonkeyPatch) -> None:
    """Let `Tokeniser.load` read the dictionary when it is first called, and never again."""
    first = cache(Tokeniser.load)

    def load(words: Iterable[str] = ()) -> Tokeniser:
        return first().with_words(words)

    patch.setattr(Tokeniser, "load", load)
