"""Search by words: BM25 finds candidates, the shares of matched weight rank them."""

import heapq
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from knowledge.entries import Entry
from knowledge.ranking import Hit, Wording
from nlp.tokenise import Tokeniser

# Okapi BM25 (Robertson et al., TREC-3, 1994) with its usual parameters.
K1 = 1.2
B = 0.75
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
    """The terms of one entry: of each wording with its whole weight, and of the answers."""

    wordings: tuple[tuple[frozenset[str], float], ...]
    answer: frozenset[str]


class Index:
    """A base that is searched by words: jieba's words and character bigrams; immutable."""

    def __init__(self, entries: Sequence[Entry], tokeniser: Tokeniser) -> None:
        self.entries = tuple(entries)
        self._tokeniser = tokeniser
        counted = [_count(entry, tokeniser) for entry in self.entries]
        self._weights = _weights(counted)
        self._unseen = _weight(0, len(counted))
        self._documents = [
            self._document(entry, answer) for entry, (_, answer) in zip(self.entries, counted, strict=True)
        ]
        self._postings = self._post(counted)

    def search(self, text: str, limit: int = 10, hidden: Collection[Wording] = ()) -> Sequence[Hit]:
        """The nearest entries, the best first; entries that share no term with the text are left out."""
        query = {term: self._weight_of(term) for term in self._tokeniser.terms(text)}
        whole = sum(query.values())
        hits = [hit for number in self._candidates(query) if (hit := self._compare(query, whole, number, hidden))]
        return sorted(hits, key=lambda hit: (-hit.score, hit.number))[:limit]

    def _candidates(self, query: Iterable[str]) -> list[int]:
        scores: dict[int, float] = {}
        for term in query:
            for number, score in self._postings.get(term, ()):
                scores[number] = scores.get(number, 0.0) + score
        return heapq.nlargest(CANDIDATES, scores, key=lambda number: (scores[number], -number))

    def _compare(
        self, query: Mapping[str, float], whole: float, number: int, hidden: Collection[Wording]
    ) -> Hit | None:
        document = self._documents[number]
        best, nearest, covered = 0.0, -1, set[str]()
        for place, (terms, weight) in enumerate(document.wordings):
            if (number, place) in hidden:
                continue
            common = query.keys() & terms
            matched = sum(query[term] for term in common)
            score = ALIKE * 2 * matched / (whole + weight) + WORDING * matched / whole if matched else 0.0
            covered |= common
            if score > best or nearest < 0:
                best, nearest = score, place
        if nearest < 0:
            return None
        entire = sum(query[term] for term in covered)
        answered = sum(query[term] for term in query.keys() & document.answer)
        score = best + (ENTRY * entire + ANSWER * max(entire, answered)) / whole
        entry = self.entries[number]
        return Hit(entry, number, score, entry.questions[nearest])

    def _weight_of(self, term: str) -> float:
        weight = self._weights.get(term, self._unseen)
        return weight * BIGRAM_WEIGHT if term.startswith("·") else weight

    def _document(self, entry: Entry, answer: frozenset[str]) -> _Document:
        sets = [frozenset(self._tokeniser.terms(question)) for question in entry.questions]
        return _Document(tuple((terms, sum(map(self._weight_of, terms))) for terms in sets), answer)

    def _post(self, counted: Sequence[tuple[Counter[str], frozenset[str]]]) -> dict[str, list[tuple[int, float]]]:
        lengths = [sum(asked.values()) + ANSWER_WEIGHT * len(answer) for asked, answer in counted]
        mean = sum(lengths) / len(lengths) if lengths else 1.0
        postings: dict[str, list[tuple[int, float]]] = {}
        for number, (asked, answer) in enumerate(counted):
            spread = K1 * (1 - B + B * lengths[number] / mean)
            for term in asked.keys() | answer:
                times = asked[term] + (ANSWER_WEIGHT if term in answer else 0.0)
                score = self._weight_of(term) * times * (K1 + 1) / (times + spread)
                postings.setdefault(term, []).append((number, score))
        return postings


def _count(entry: Entry, tokeniser: Tokeniser) -> tuple[Counter[str], frozenset[str]]:
    asked = Counter(term for question in entry.questions for term in tokeniser.terms(question))
    return asked, frozenset(term for answer in entry.answers for term in tokeniser.terms(answer[:ANSWER_LENGTH]))


def _weights(counted: Sequence[tuple[Counter[str], frozenset[str]]]) -> dict[str, float]:
    """The inverse document frequency of every term; an answer's own terms count as rare."""
    documents = Counter(term for asked, _ in counted for term in asked)
    return {term: _weight(number, len(counted)) for term, number in documents.items()}


def _weight(documents: int, all_documents: int) -> float:
    return log(1 + (all_documents - documents + 0.5) / (documents + 0.5))
