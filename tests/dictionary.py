"""One dictionary and one set of tables for all who ask for them in this process."""

from collections.abc import Iterable
from functools import cache

import pytest

from nlp import sounds
from nlp.moderation.characters.tables import Tables
from nlp.moderation.language import Language
from nlp.tokenise import Tokeniser


def share(patch: pytest.MonkeyPatch) -> None:
    """Let what is read from files be read when it is first asked for, and never again: nothing changes it."""
    first = cache(Tokeniser.load)

    def load(words: Iterable[str] = ()) -> Tokeniser:
        return first().with_words(words)

    patch.setattr(Tokeniser, "load", load)
    patch.setattr(Tables, "load", cache(Tables.load))
    patch.setattr(Language, "plain", cache(Language.plain))
    patch.setattr(sounds, "_readings", cache(sounds._readings))
    patch.setattr(sounds.Sounds, "load", cache(sounds.Sounds.load))
