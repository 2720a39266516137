"""The usual ways to find an entry, to be measured beside ours: scores of every entry for every question."""

from collections import Counter
from collections.abc import Callable, Sequence
from math import log

import numpy as np
from numpy.typing import NDArray

from knowledge.dense import Meaning, Vector
from knowledge.entries import Entry
from knowledge.evaluation import Asked, Table
from knowledge.wordings import Wordings
from nlp.normalise import core

Matrix = NDArray[np.float64]
Cut = Callable[[str], Sequence[str]]

K1, B = 1.2, 0.75
# The weights that did best where these mixes were measured.
WORDS_BESIDE_MEANING = 0.5


def by_bm25(wordings: Wordings, texts: Sequence[str], cut: Cut) -> Matrix:
    """Okapi BM25 over words (Robertson et al., TREC-3, 1994), as a share of what the whole question could reach."""
    documents = [Counter(cut(text)) for text in wordings.texts]
    frequencies = Counter(term for document in documents for term in document)
    mean = float(np.mean([document.total() for document in documents])) if documents else 1.0
    size = len(documents)

    def weight(term: str) -> float:
        return log(1 + (size - frequencies[term] + 0.5) / (frequencies[term] + 0.5))

    def row(document: Counter[str]) -> dict[str, float]:
        spread = K1 * (1 - B + B * document.total() / mean)
        return {term: weight(term) * count * (K1 + 1) / (count + spread) for term, count in document.items()}

    def asked(text: str) -> dict[str, float]:
        terms = set(cut(text))
        whole = sum(map(weight, terms)) * (K1 + 1) or 1.0
        return dict.fromkeys(terms, 1 / whole)

    return _by_entry(wordings, _product(list(map(asked, texts)), list(map(row, documents))))


def by_characters(wordings: Wordings, texts: Sequence[str]) -> Matrix:
    """TF-IDF of runs of one to three characters, cosine."""
    documents = [_runs(text) for text in wordings.texts]
    frequencies = Counter(term for document in documents for term in document)

    def vector(document: Counter[str]) -> dict[str, float]:
        size = len(documents)
        values = {
            term: (1 + log(count)) * (log((1 + size) / (1 + frequencies[term])) + 1) for term, count in document.items()
        }
        length = sum(value * value for value in values.values()) ** 0.5 or 1.0
        return {term: value / length for term, value in values.items()}

    asked = [vector(_runs(text)) for text in texts]
    return _by_entry(wordings, _product(asked, list(map(vector, documents))))


def by_meaning(wordings: Wordings, vectors: Vector, asked: Vector) -> Matrix:
    """Cosine of sentence vectors, centred by the mean of the base."""
    meaning = Meaning.of(vectors)
    return _by_entry(wordings, np.array([meaning.likeness(vector) for vector in asked]))


def told(scores: Matrix, entries: Sequence[Entry], asked: Sequence[Asked]) -> Table:
    """What a baseline tells; it answers above that threshold which makes its F1 largest on these very questions."""
    numbers = {entry.id: number for number, entry in enumerate(entries)}
    golds = np.array([numbers.get(one.gold, -1) if one.gold else -1 for one in asked])
    own = scores[np.arange(len(asked)), golds]
    ranks = np.where(golds >= 0, (scores > own[:, None]).sum(axis=1), 1_000_000)
    best = scores.max(axis=1)
    table = Table(
        np.array([one.kind.value for one in asked], dtype=np.str_),
        ranks.astype(np.int64),
        best,
        np.zeros(len(asked), dtype=np.bool_),
        np.zeros(len(asked)),
    )
    table.answers[:] = best >= _threshold(table)
    return table


def _threshold(table: Table) -> float:
    order = np.argsort(-table.scores, kind="stable")
    right = np.cumsum((table.inside & (table.ranks == 0))[order])
    values = 2 * right / (np.arange(1, len(order) + 1) + table.inside.sum())
    return float(table.scores[order][int(np.argmax(values))])


def _runs(text: str) -> Counter[str]:
    plain = core(text)
    return Counter(plain[at : at + size] for size in (1, 2, 3) for at in range(len(plain) - size + 1))


def _product(left: Sequence[dict[str, float]], right: Sequence[dict[str, float]]) -> Matrix:
    """The scalar products of sparse rows."""
    places: dict[str, list[tuple[int, float]]] = {}
    for number, row in enumerate(right):
        for term, value in row.items():
            places.setdefault(term, []).append((number, value))
    found = np.zeros((len(left), len(right)))
    for number, row in enumerate(left):
        for term, value in row.items():
            for column, other in places.get(term, ()):
                found[number, column] += value * other
    return found


def _by_entry(wordings: Wordings, scores: Matrix) -> Matrix:
    best: Matrix = np.maximum.reduceat(scores, wordings.firsts, axis=1)
    return best
