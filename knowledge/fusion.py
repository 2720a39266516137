"""Search by words and by meaning at once."""

from collections.abc import Callable, Collection, Sequence

import numpy as np

from knowledge.agreement import Agreement
from knowledge.coverage import Expected
from knowledge.dense import Meaning, Vector
from knowledge.entries import Entry
from knowledge.index import Index, Likeness
from knowledge.ranking import Hit, Wording
from knowledge.sketch import Read, Sketch
from knowledge.wordings import Scores

# How much the words count beside the meaning when it is decided whether the base has an answer at all: near misses
# share the words of what they miss.
WORDS_IN_CLOSENESS = 0.2
# A lead that words and meaning agree on tells more than one of words alone.
STEEPNESS = 100.0
# What each partner counts, fixed for every base and every text, so that a score keeps its meaning.
MEANING, SHARE, CHARACTERS, ANSWER = 1.0, 0.4, 0.2, 0.05
# What the parts count beside the whole, and for how many of the nearest wordings they are asked.
PARTS, NEAREST = 0.35, 24
# Wordings that are asked to learn what words let one expect, and how many of the nearest each is compared with.
ASKED, PAIRED = 150, 40


class Fusion:
    """An index and the meaning of its wordings, ranked by one weighted sum. Immutable.

    `encode` gives a text's vector; it may be slow, and is called once a search. `expected` stands in for the meaning
    of wordings that have no vector yet; `agreement` is a second opinion on the nearest, where there is one.
    """

    def __init__(
        self,
        index: Index,
        meaning: Meaning | Sketch,
        encode: Callable[[str], Vector],
        expected: Expected = Expected(),  # noqa: B008 - frozen
        agreement: Agreement | None = None,
    ) -> None:
        self._index = index
        self._meaning = meaning
        self._encode = encode
        self._expected = expected
        self._agreement = agreement

    def after(self, index: Index) -> "Fusion | None":
        """The same with an index that was made from this one's; None where the meaning has to be made anew."""
        if not isinstance(self._meaning, Sketch):
            return None
        meaning = self._meaning.changed(index.wordings.since)
        return Fusion(index, meaning, self._encode, self._expected, self._agreement)

    @property
    def steepness(self) -> float:
        """How fast certainty grows with the lead."""
        return STEEPNESS

    @property
    def entries(self) -> Sequence[Entry]:
        """The base."""
        return self._index.entries

    def search(self, text: str, limit: int = 10, hidden: Collection[Wording] = ()) -> Sequence[Hit]:
        """The nearest entries, the best first. A wording itself scores 1, whatever its words."""
        like = self._index.likeness(text)
        words = _words(like)
        near = self._meaning.likeness(self._encode(text))
        near = np.where(self._meaning.known, np.maximum(near, 0), self._expected.likeness(words))
        scores = MEANING * near + (SHARE + CHARACTERS) * words
        scores += ANSWER * np.maximum(like.share, like.answer[self._index.wordings.owners])
        scores /= MEANING + SHARE + CHARACTERS + ANSWER
        closeness = (near + WORDS_IN_CLOSENESS * words) / (1 + WORDS_IN_CLOSENESS)
        if self._agreement:
            agreed = self._agreed(text, scores, near, self._agreement)
            scores, closeness = (scores + PARTS * agreed) / (1 + PARTS), (closeness + PARTS * agreed) / (1 + PARTS)
        return self._index.ranked(text, like, scores, closeness, limit, hidden)

    def _agreed(self, text: str, scores: Scores, near: Scores, agreement: Agreement) -> Scores:
        """How well the nearest wordings' parts agree with the text's; those that are not known do as the whole does."""
        rows = np.argpartition(-scores, min(NEAREST, len(scores) - 1))[:NEAREST]
        found, known = agreement.likeness(text, [self._index.wordings.texts[row] for row in rows.tolist()])
        agreed = np.zeros(len(scores))
        agreed[rows] = np.where(known, found, near[rows])
        return agreed


def expected(index: Index, meaning: Meaning | Sketch, read: Read) -> Expected:
    """What the words of this base let one expect of the meaning, learnt from those wordings that have a vector."""
    rows = np.flatnonzero(meaning.known)
    if len(rows) == len(meaning.known):
        return Expected()
    pairs = [_paired(index, meaning, read, int(row)) for row in rows[:: max(1, -(-len(rows) // ASKED))]]
    words = np.concatenate([np.zeros(0), *(words for words, _ in pairs)])
    return Expected.of(words, np.concatenate([np.zeros(0), *(near for _, near in pairs)]))


def _paired(index: Index, meaning: Meaning | Sketch, read: Read, row: int) -> tuple[Scores, Scores]:
    """How alike a wording is to those that share most words with it: by words, and by meaning."""
    words = _words(index.likeness(index.wordings.texts[row]))
    near = np.maximum(meaning.likeness(read(slice(row, row + 1))[0][0]), 0)
    others = np.where(meaning.known, words, -1)
    others[row] = -1
    best = np.argpartition(-others, min(PAIRED, len(others) - 1))[:PAIRED]
    best = best[others[best] >= 0]
    return words[best], near[best]


def _words(like: Likeness) -> Scores:
    return (SHARE * like.share + CHARACTERS * like.characters) / (SHARE + CHARACTERS)
