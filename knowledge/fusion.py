"""Search by words and by meaning at once."""

from collections.abc import Callable, Collection, Sequence

import numpy as np

from knowledge.dense import Meaning, Vector
from knowledge.entries import Entry
from knowledge.index import Index
from knowledge.ranking import Hit, Wording

# How much the words count beside the meaning when it is decided whether the base has an answer at all: near misses
# share the words of what they miss.
WORDS_IN_CLOSENESS = 0.2
# What each partner counts, fixed for every base and every text, so that a score keeps its meaning.
MEANING, SHARE, CHARACTERS, ANSWER = 1.0, 0.4, 0.2, 0.05


class Fusion:
    """An index and the meaning of its wordings, ranked by one weighted sum. Immutable.

    `encode` gives a text's vector; it may be slow, and is called once a search.
    """

    def __init__(self, index: Index, meaning: Meaning, encode: Callable[[str], Vector]) -> None:
        self._index = index
        self._meaning = meaning
        self._encode = encode

    @property
    def entries(self) -> Sequence[Entry]:
        """The base."""
        return self._index.entries

    def search(self, text: str, limit: int = 10, hidden: Collection[Wording] = ()) -> Sequence[Hit]:
        """The nearest entries, the best first. A wording itself scores 1, whatever its words."""
        like = self._index.likeness(text)
        words = (SHARE * like.share + CHARACTERS * like.characters) / (SHARE + CHARACTERS)
        near = self._meaning.likeness(self._encode(text))
        # What has no vector yet is judged by its words alone.
        near = np.where(self._meaning.known, np.maximum(near, 0), words)
        scores = MEANING * near + (SHARE + CHARACTERS) * words
        scores += ANSWER * np.maximum(like.share, like.answer[self._index.wordings.owners])
        scores /= MEANING + SHARE + CHARACTERS + ANSWER
        closeness = (near + WORDS_IN_CLOSENESS * words) / (1 + WORDS_IN_CLOSENESS)
        return self._index.ranked(text, scores, closeness, limit, hidden)
