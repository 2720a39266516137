"""Search by words: jieba's words and bigrams, and runs of characters, each weighed by how rare it is."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import log, sqrt
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from knowledge.alignment import Alignment
from knowledge.compare.differences import Comparer, Read
from knowledge.entries import Entry
from knowledge.postings import Keys, Postings, Rows, Values
from knowledge.ranking import Hit, Wording
from knowledge.terms import Terms, share
from knowledge.wordings import Scores, Wordings
from nlp.marks import mark
from nlp.normalise import core
from nlp.tokenise import Tokeniser

T = TypeVar("T")

# A base of this many wordings and what is known of Chinese at large have an equal say in how common a word is.
SMALL_BASE = 300
# A question of one common word says little: so much of a wording's mean weight counts as said and not found.
DOUBT = 0.3
# What an answer is about stands at its beginning.
ANSWER_LENGTH = 80
# Texts read in one step, in which other threads hardly run.
PIECE = 256
# A lead of 0.03, a common word, makes the first hit two and a half times as likely as the second.
STEEPNESS = 30.0
# Runs of one to three characters.
GRAM = 3
# Terms that no wording holds, whose weights are kept: people say the same few again and again.
KEPT = 8192
# The parts of a score by words alone, each in [0, 1], summing to 1: how much of the question's weight the wording
# holds, how alike their words are (Dice), how alike their characters are (cosine), how much the answer holds.
SHARE, ALIKE, CHARACTERS, ANSWER = 0.36, 0.27, 0.27, 0.1


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike a text is to every wording of a base, in [0, 1], one value a row; `answer` has one an entry.

    `share`: the share of the text's weight that the wording holds; `alike`: Dice; `characters`: cosine. `core`: of the
    text.
    """

    share: Scores
    alike: Scores
    characters: Scores
    answer: Scores
    terms: Sequence[str]
    core: str


class Index:
    """A base that is searched by words. Immutable; to change an entry, make another one from `previous`."""

    def __init__(self, entries: Sequence[Entry], tokeniser: Tokeniser, previous: "Index | None" = None) -> None:
        before = previous if previous and previous.tokeniser is tokeniser else None
        nothing = Postings.empty()
        self.wordings: Wordings = Wordings(entries, before.wordings if before else None)
        self.comparer = Comparer()
        self._reads: dict[int, Read] = {}
        self._weights: dict[str, float] = {}
        self.tokeniser: Tokeniser = tokeniser
        self._trust = SMALL_BASE / (SMALL_BASE + len(self.wordings))
        same = self.wordings.same
        self._abouts: Sequence[str] = same.around(
            before._abouts if before else (), map(_about, same.between(self.entries))
        )
        self._terms: Terms = before._terms if before else Terms.empty()
        texts, since = self.wordings.texts, self.wordings.since
        self._words: Postings = self._posted(before._words if before else nothing, since, texts)
        self._sizes = self._words.sums()
        self._doubt = DOUBT * float(self._sizes.mean()) if len(self._sizes) else 1.0
        since = Alignment.of(before._abouts if before else (), self._abouts)
        self._answers: Postings = self._posted(before._answers if before else nothing, since, self._abouts)
        self._terms = self._terms.only(self._words.keys, self._answers.keys)
        self._grams: Postings = _grams_posted(before._grams if before else nothing, self.wordings)
        self._norms = np.sqrt(self._grams.sums(2))

    @property
    def steepness(self) -> float:
        """How fast certainty grows with the lead."""
        return STEEPNESS

    @property
    def entries(self) -> Sequence[Entry]:
        """The base."""
        return self.wordings.entries

    def search(self, text: str, limit: int = 10, hidden: Collection[Wording] = ()) -> Sequence[Hit]:
        """The nearest entries, the best first; entries that share no term with the text are left out.

        A wording itself scores 1, whatever its words.
        """
        like = self.likeness(text)
        scores = SHARE * like.share + ALIKE * like.alike + CHARACTERS * like.characters
        scores += ANSWER * np.maximum(like.share, like.answer[self.wordings.owners])
        return self.ranked(text, like, scores, scores, limit, hidden)

    def ranked(
        self,
        text: str,
        like: Likeness,
        scores: Scores,
        closeness: Scores,
        limit: int,
        hidden: Collection[Wording],
    ) -> Sequence[Hit]:
        """The hits that scores in [0, 1] make, one a wording; the very wording comes first with 1."""
        # Sums depend on their order: without rounding, equal scores would be ranked differently from run to run.
        scores = np.round(scores, 9)
        verbatim = self.wordings.verbatim(like.core)
        if verbatim is not None:
            scores = np.minimum(scores, 1 - 1e-9)
            scores[verbatim] = 1.0
        read = Later(partial(self.comparer.read, text, like.terms))
        return [
            Hit(
                self.entries[number],
                number,
                float(scores[row]),
                self.wordings.texts[row],
                float(closeness[row]),
                Later(partial(self._differences, read, number, hidden)),
            )
            for number, row in self.wordings.best(scores, limit, hidden)
        ]

    def _differences(self, read: Callable[[], Read], number: int, hidden: Collection[Wording]) -> tuple[bool, ...]:
        """What sets a text apart from an entry: from every one of its wordings, for all of them mean the same."""
        places = range(len(self.entries[number].questions))
        rows = [self.wordings.row((number, place)) for place in places if (number, place) not in hidden]
        found = [self.comparer.differences(read(), self._read(row)) for row in rows]
        return tuple(map(all, zip(*found, strict=True)))

    def _read(self, row: int) -> Read:
        read = self._reads.get(row)
        if read is None:
            read = self._reads[row] = self.comparer.read(
                self.wordings.texts[row], self.tokeniser.terms(self.wordings.texts[row])
            )
        return read

    def likeness(self, text: str) -> Likeness:
        """How alike a text is to every wording."""
        terms = list(dict.fromkeys(self.tokeniser.terms(text)))
        keys = _marked(terms)
        found, weights = self._weighed(self._words, terms, keys)
        whole = float(weights.sum()) + self._doubt
        matched = self._words.matched(found[found >= 0], weights[found >= 0])
        inside = self._answers.find(keys)
        answer = self._answers.matched(inside[inside >= 0], weights[inside >= 0])
        alike = 2 * matched / (whole + self._sizes)
        said = core(text)
        return Likeness(matched / whole, alike, self._characters(said), answer / whole, terms, said)

    def runs(self, length: int) -> Keys:
        """All runs of one to three characters of the wordings, 21 bits for each character's code point, ascending."""
        start, end = np.searchsorted(self._grams.keys, (1 << 21 * (length - 1), (1 << 21 * length) - 1))
        return self._grams.keys[start:end]

    def times(self, runs: Keys) -> Values:
        """In how many wordings such runs occur, in any order."""
        found = self._grams.find(runs)
        return np.where(found >= 0, (self._grams.starts[found + 1] - self._grams.starts[found]).astype(np.float64), 0.0)

    def _characters(self, said: str) -> Scores:
        keys = _own_grams(said)
        found = self._grams.find(keys)
        known = found[found >= 0]
        weights = self._grams.weights[known] ** 2
        rare = log(1 + self._grams.size) + 1
        norm = sqrt(float(weights.sum()) + (len(keys) - len(known)) * rare**2)
        matched = self._grams.matched(known, weights)
        return matched / np.maximum(self._norms * norm, 1e-9)

    def _weighed(self, postings: Postings, terms: Sequence[str], keys: Keys) -> tuple[NDArray[np.int64], Values]:
        found = postings.find(keys)
        weights = postings.weights.take(found, mode="wrap") if postings.keys.size else np.zeros(len(terms))
        for at in np.flatnonzero(found < 0).tolist():
            weights[at] = self._unknown(terms[at])
        return found, weights

    def _posted(self, before: Postings, since: Alignment, texts: Sequence[str]) -> Postings:
        seen: set[int] = set()
        keys, rows, learnt = [np.zeros(0, np.int64)], [since.fresh[:0]], [self._terms]
        # All that numpy takes out of a list, or repeats, is a piece long: no other thread runs meanwhile.
        for start in range(0, len(since.fresh), PIECE):
            part = since.fresh[start : start + PIECE]
            found = [set(self.tokeniser.terms(texts[row])) for row in part.tolist()]
            terms = [term for some in found for term in some]
            keys.append(_marked(terms))
            rows.append(np.repeat(part, [len(some) for some in found]))
            named = zip(keys[-1].tolist(), terms, strict=True)
            fresh = {key: term for key, term in named if key not in seen}
            seen.update(fresh)
            learnt.append(self._terms.others(fresh, self.tokeniser))
        self._terms = Terms.joined(learnt)
        return before.changed(since.moved, np.concatenate(keys), np.concatenate(rows), len(texts), self._weigh)

    def _weigh(self, keys: Keys, found: Values) -> Values:
        """How much terms tell: inverse document frequency, their rarity at large while the base is small."""
        terms, size = self._terms.of(keys), len(self.wordings)
        weights: Values = np.log(1 + (size - found + 0.5) / (found + 0.5)) * terms.shares * terms.rarities**self._trust
        return weights

    def _unknown(self, term: str) -> float:
        """How much a term tells that no wording holds."""
        weight = self._weights.get(term)
        if weight is None:
            rarity = float(self.tokeniser.rarity(term) ** self._trust)
            weight = log(1 + (len(self.wordings) + 0.5) / 0.5) * share(term) * rarity
            if len(self._weights) < KEPT:
                self._weights[term] = weight
        return weight


class Later(Generic[T]):
    """What is found out when it is first asked for. `functools.cache` takes longer to make than most hits."""

    __slots__ = ("_find", "_found")

    def __init__(self, find: Callable[[], T]) -> None:
        self._find = find
        self._found: T | None = None

    def __call__(self) -> T:
        if self._found is None:
            self._found = self._find()
        return self._found


def _marked(terms: Sequence[str]) -> Keys:
    return np.fromiter(map(mark, terms), dtype=np.int64, count=len(terms))


def _grams(texts: Sequence[str]) -> tuple[Keys, Rows]:
    """All runs of up to `GRAM` characters, packed into a key each, with the rows of their texts."""
    points = np.frombuffer("".join(texts).encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    rows = np.repeat(np.arange(len(texts), dtype=np.int32), [len(text) for text in texts])
    keys, owners, packed = [], [], np.zeros(len(points), dtype=np.int64)
    for length in range(1, GRAM + 1):
        last = len(points) - length + 1
        if last <= 0:
            break
        packed = (packed[:last] << 21) | points[length - 1 :]
        inside = rows[:last] == rows[length - 1 :]
        keys.append(packed[inside])
        owners.append(rows[:last][inside])
    if not keys:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32)
    return np.concatenate(keys), np.concatenate(owners)


def _own_grams(text: str) -> Keys:
    """The keys of one text, each once, ascending; for a question quicker than arrays."""
    ones = list(map(ord, text))
    twos = [one << 21 | other for one, other in pairwise(ones)]
    threes = [two << 21 | other for two, other in zip(twos, ones[2:], strict=False)]
    return np.array(sorted({*ones, *twos, *threes}), np.int64)


def _grams_posted(before: Postings, wordings: Wordings) -> Postings:
    fresh, size = wordings.since.fresh, len(wordings)
    keys, rows = [np.zeros(0, np.int64)], [fresh[:0]]
    for start in range(0, len(fresh), PIECE):
        part = fresh[start : start + PIECE]
        found, places = _grams([core(wordings.texts[row]) for row in part.tolist()])
        keys.append(found)
        rows.append(part[places])
    moved, key, row = wordings.since.moved, np.concatenate(keys), np.concatenate(rows)
    return before.changed(moved, key, row, size, lambda _, times: _smooth(size, times))


def _about(entry: Entry) -> str:
    """The beginnings of an entry's answers."""
    return "\n".join(answer[:ANSWER_LENGTH] for answer in entry.answers)


def _smooth(size: int, times: Values) -> Values:
    """Inverse document frequency that is never 0."""
    return np.log((1 + size) / (1 + times)) + 1
