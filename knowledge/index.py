"""Search by words: BM25 finds candidates, the shares of matched weight rank them."""

import heapq
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from math import log
from sys import intern

from knowledge.entries import Entry
from knowledge.ranking import Hit, Wording
from nlp.normalise import core
from nlp.tokenise import Tokeniser

# Okapi BM25 (Robertson et al., TREC-3, 1994) with its usual parameters.
K1 = 1.2
B = 0.75
# A base of this many entries and what is known of Chinese at large have an equal say in how common a word is.
SMALL_BASE = 300
# A question of one common word says little: so much of a wording's mean weight counts as said and not found.
DOUBT = 0.3
# A bigram repeats what its word says already; an answer names things that the question may not be about.
BIGRAM_WEIGHT = 0.5
ANSWER_WEIGHT = 0.15
# What an answer is about stands at its beginning.
ANSWER_LENGTH = 80
CANDIDATES = 24
# The parts of a score, each in [0, 1], summing to 1: how alike query and wording are (Dice), how much of the query
# the wording covers, all wordings of the entry together cover, and the answer covers.
ALIKE, WORDING, ENTRY, ANSWER = 0.6, 0.2, 0.1, 0.1


@dataclass(frozen=True, slots=True)
class _Document:
    """The terms of one entry: how often they are asked, those of each wording, those of the answers."""

    asked: Counter[str]
    wordings: tuple[frozenset[str], ...]
    answer: frozenset[str]

    @classmethod
    def of(cls, entry: Entry, tokeniser: Tokeniser) -> "_Document":
        """The document of an entry."""
        wordings = [[*map(intern, tokeniser.terms(question))] for question in entry.questions]
        answers = (intern(term) for answer in entry.answers for term in tokeniser.terms(answer[:ANSWER_LENGTH]))
        return cls(Counter(chain.from_iterable(wordings)), tuple(map(frozenset, wordings)), frozenset(answers))

    @property
    def length(self) -> float:
        """The number of its terms, as they count."""
        return self.asked.total() + ANSWER_WEIGHT * len(self.answer)


class Index:
    """A base that is searched by words: jieba's words and character bigrams; immutable."""

    def __init__(self, entries: Sequence[Entry], tokeniser: Tokeniser) -> None:
        self.entries = tuple(entries)
        self._tokeniser = tokeniser
        self._wordings = {
            core(question): (number, place)
            for number, entry in enumerate(self.entries)
            for place, question in enumerate(entry.questions)
        }
        documents = [_Document.of(entry, tokeniser) for entry in self.entries]
        self._frequencies = Counter(term for document in documents for term in document.asked)
        self._trust = SMALL_BASE / (SMALL_BASE + len(documents))
        self._weights = {term: self._weigh(term) for term in self._frequencies}
        self._documents = tuple(documents)
        self._sizes = [[sum(map(self._weight_of, terms)) for terms in document.wordings] for document in documents]
        self._doubt = DOUBT * _mean([size for sizes in self._sizes for size in sizes])
        self._postings = self._post()

    def search(self, text: str, limit: int = 10, hidden: Collection[Wording] = ()) -> Sequence[Hit]:
        """The nearest entries, the best first; entries that share no term with the text are left out.

        A wording itself scores 1, whatever its words.
        """
        query = {term: self._weight_of(term) for term in self._tokeniser.terms(text)}
        whole = sum(query.values()) + self._doubt
        hits = [hit for number in self._candidates(query) if (hit := self._compare(query, whole, number, hidden))]
        verbatim = self._wordings.get(core(text))
        if verbatim and verbatim not in hidden:
            hits = [self._exact(*verbatim), *(hit for hit in hits if hit.number != verbatim[0])]
        return sorted(hits, key=lambda hit: (-hit.score, hit.number))[:limit]

    def _exact(self, number: int, place: int) -> Hit:
        entry = self.entries[number]
        return Hit(entry, number, 1.0, entry.questions[place])

    def _candidates(self, query: Iterable[str]) -> list[int]:
        scores: dict[int, float] = {}
        for term in query:
            for number, score in self._postings.get(term, ()):
                scores[number] = scores.get(number, 0.0) + score
        return heapq.nlargest(CANDIDATES, scores, key=scores.__getitem__)

    def _compare(
        self, query: Mapping[str, float], whole: float, number: int, hidden: Collection[Wording]
    ) -> Hit | None:
        document = self._documents[number]
        scored = [
            (self._likeness(query, whole, terms, size), place)
            for place, (terms, size) in enumerate(zip(document.wordings, self._sizes[number], strict=True))
            if (number, place) not in hidden
        ]
        if not scored:
            return None
        best, place = max(scored, key=lambda pair: (pair[0], -pair[1]))
        seen = frozenset[str]().union(*(document.wordings[place] for _, place in scored))
        entire = _matched(query, seen) / whole
        answered = max(entire, _matched(query, document.answer) / whole)
        entry = self.entries[number]
        # Sets add up in any order: without rounding, equal scores would be ranked differently from run to run.
        score = round(best + ENTRY * entire + ANSWER * answered, 9)
        return Hit(entry, number, score, entry.questions[place])

    def _likeness(self, query: Mapping[str, float], whole: float, terms: Set[str], size: float) -> float:
        matched = _matched(query, terms)
        return ALIKE * 2 * matched / (whole + size) + WORDING * matched / whole

    def _weight_of(self, term: str) -> float:
        return self._weights[term] if term in self._weights else self._weigh(term)

    def _weigh(self, term: str) -> float:
        """How much a term tells: its inverse document frequency, its rarity at large while the base is small."""
        found = self._frequencies[term]
        weight = log(1 + (len(self.entries) - found + 0.5) / (found + 0.5))
        weight *= BIGRAM_WEIGHT if term.startswith("·") else 1.0
        return weight * float(self._tokeniser.rarity(term) ** self._trust)

    def _post(self) -> dict[str, list[tuple[int, float]]]:
        mean = _mean([document.length for document in self._documents])
        postings: dict[str, list[tuple[int, float]]] = {}
        for number, document in enumerate(self._documents):
            spread = K1 * (1 - B + B * document.length / mean)
            for term in document.asked.keys() | document.answer:
                times = document.asked[term] + (ANSWER_WEIGHT if term in document.answer else 0.0)
                score = self._weight_of(term) * times * (K1 + 1) / (times + spread)
                postings.setdefault(term, []).append((number, score))
        return postings


def _matched(query: Mapping[str, float], terms: Set[str]) -> float:
    return sum(map(query.__getitem__, query.keys() & terms))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
