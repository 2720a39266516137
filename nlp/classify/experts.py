"""Models that judge the same rows in different ways, each with its own mistakes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from nlp.classify.logistic import Beside, Dense, Design, Linear, fit
from nlp.classify.sparse import Floats, Numbers, Products, Sparse
from nlp.classify.stochastic import learnt
from nlp.classify.terms import Terms

# The prior variance of the weights. Rows have length 1, so one value serves any set: between 3 and 30 nothing moved by
# more than half a point on three intent and four review sets.
STRENGTH = 5.0
# How long a vector is beside the terms of its text: long reviews want it short, short commands want it long.
REACHES = (0.8, 1.6)
# What an unseen term counts (Lidstone); a whole observation is too much for rare runs of characters.
UNSEEN = 0.1
# Up to so many rows the regression runs over the rows themselves instead of their many terms.
FEW_ROWS = 3000
# What terms are squeezed into, the places that each has there, and how many rows are squeezed at once.
SQUEEZED, SIGNS, AT_ONCE = 512, 8, 500


@dataclass(frozen=True)
class Squeeze:
    """A few places for each term, with signs: products of rows stay nearly the same (sparse random projection)."""

    places: Numbers
    signs: Floats

    @classmethod
    def of(cls, terms: int) -> "Squeeze":
        """The places of so many terms, always the same."""
        chance = np.random.default_rng(0)
        places = chance.integers(0, SQUEEZED, (terms, SIGNS))
        signs = chance.choice(np.array([-1, 1], np.float32), (terms, SIGNS))
        return cls(places, np.asarray(signs / np.float32(SIGNS**0.5), np.float32))

    def rows(self, terms: Sparse) -> Floats:
        """Short dense rows, (rows, SQUEEZED)."""
        starts = range(0, len(terms), AT_ONCE)
        parts = [self._short(terms.take(np.arange(start, min(start + AT_ONCE, len(terms))))) for start in starts]
        return np.concatenate([np.zeros((0, SQUEEZED), np.float32), *parts])

    def _short(self, terms: Sparse) -> Floats:
        owners = np.repeat(np.arange(len(terms)), np.diff(terms.starts))
        places = owners[:, None] * SQUEEZED + self.places[terms.columns]
        values = terms.values[:, None] * self.signs[terms.columns]
        sums = np.bincount(places.ravel(), values.ravel(), len(terms) * SQUEEZED)
        return sums.astype(np.float32).reshape(len(terms), SQUEEZED)


@dataclass(frozen=True)
class View:
    """How texts become features: their terms, and their vectors with the middle of the training rows taken out.

    With `squeezed`, terms and vector together are one short dense row, for very many classes.
    """

    terms: Terms
    middle: Floats | None
    squeezed: Squeeze | None = None

    @classmethod
    def of(cls, texts: Sequence[str], vectors: Floats | None, least: int = 1, squeeze: bool = False) -> "View":
        """The view that these rows teach."""
        terms = Terms.of(texts, least)
        middle = None if vectors is None else vectors.mean(axis=0)
        return cls(terms, middle, Squeeze.of(len(terms.numbers)) if squeeze else None)

    def see(self, texts: Sequence[str], vectors: Floats | None) -> "Seen":
        """The features of some texts."""
        terms = self.terms.rows(texts)
        dense = None if self.middle is None or vectors is None else Dense(_apart(vectors, self.middle))
        if self.squeezed is None:
            return Seen(terms, dense)
        short = self.squeezed.rows(terms)
        beside = [] if dense is None else [np.float32(REACHES[-1]) * dense.rows]
        return Seen(terms, Dense(np.concatenate([short, *beside], axis=1)), True)


def _apart(vectors: Floats, middle: Floats) -> Floats:
    apart = vectors - middle
    return np.asarray(apart / np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-9), np.float32)


@dataclass(frozen=True)
class Seen:
    """The features of some texts, one row each; `whole`: the vectors hold the terms too."""

    terms: Sparse
    vectors: Dense | None
    whole: bool = False


class Expert(Protocol):
    """A kind of model. `learn` teaches it some of the rows and tells how it then scores all of them."""

    def learn(self, rows: Numbers, labels: Numbers, classes: int, counts: Floats) -> Floats: ...

    def model(self, labels: Numbers, classes: int, counts: Floats) -> Linear: ...


class Regression:
    """Logistic regression over a design."""

    def __init__(self, design: Design) -> None:
        self._design = design

    def learn(self, rows: Numbers, labels: Numbers, classes: int, counts: Floats) -> Floats:
        """The scores of all rows after learning from some."""
        linear = fit(self._compact.take(rows), labels[rows], classes, STRENGTH, counts[rows])
        return linear.scores(self._compact)

    def model(self, labels: Numbers, classes: int, counts: Floats) -> Linear:
        """The model that has learnt from all rows."""
        linear = fit(self._compact, labels, classes, STRENGTH, counts)
        return linear if self._root is None else self._expanded(linear, self._root)

    @cached_property
    def _compact(self) -> Design:
        return self._design if self._root is None else Dense(self._root.astype(np.float32))

    @cached_property
    def _root(self) -> Products | None:
        """With fewer rows than features: rows of a square matrix with the same products, hence the same regression."""
        if len(self._design) > min(FEW_ROWS, self._design.width):
            return None
        products = self._design.gram()
        return np.asarray(np.linalg.cholesky(products + 1e-6 * np.eye(len(products))))

    def _expanded(self, linear: Linear, root: Products) -> Linear:
        """The weights of the features themselves: they lie in the span of the rows."""
        shares = np.linalg.solve(root.T, linear.weights[:-1].astype(np.float64)).astype(np.float32)
        return Linear(np.concatenate((self._design.turned_times(shares), linear.weights[-1:])))


class NaiveBayes:
    """How much more often each term is in the texts of a class than in the others (multinomial, presence only)."""

    def __init__(self, terms: Sparse) -> None:
        self._terms = terms.counted()

    def learn(self, rows: Numbers, labels: Numbers, classes: int, counts: Floats) -> Floats:
        """The scores of all rows after learning from some."""
        chosen = np.zeros_like(counts)
        chosen[rows] = counts[rows]
        return self.model(labels, classes, chosen).scores(self._terms)

    def model(self, labels: Numbers, classes: int, counts: Floats) -> Linear:
        """The model that has learnt from all rows."""
        truth = np.zeros((len(labels), classes), np.float32)
        truth[np.arange(len(labels)), labels] = counts
        found = self._terms.turned_times(truth) + UNSEEN
        prior = np.log(np.maximum(truth.sum(axis=0, keepdims=True), UNSEEN) / truth.sum())
        return Linear(np.concatenate((np.log(found / found.sum(axis=0)), prior)).astype(np.float32))


class Hasty:
    """Logistic regression over short dense rows, learnt in a few passes; for very many classes.

    The model of all rows goes on from what was learnt of some.
    """

    def __init__(self, design: Dense) -> None:
        self._rows = design.rows
        self._learnt: Linear | None = None

    def learn(self, rows: Numbers, labels: Numbers, classes: int, counts: Floats) -> Floats:
        """The scores of all rows after learning from some."""
        self._learnt = learnt(self._rows[rows], labels[rows], classes, STRENGTH, counts[rows])
        return self._learnt.scores(Dense(self._rows))

    def model(self, labels: Numbers, classes: int, counts: Floats) -> Linear:
        """The model that has learnt from all rows."""
        return learnt(self._rows, labels, classes, STRENGTH, counts, self._learnt)


def designs(seen: Seen) -> Sequence[Design]:
    """What each expert looks at, in the order of `experts`."""
    if seen.vectors is None:
        return seen.terms, seen.terms.counted()
    if seen.whole:
        return (seen.vectors,)
    both = (Beside(seen.terms, Dense(np.float32(reach) * seen.vectors.rows)) for reach in REACHES)
    return seen.terms, seen.terms.counted(), seen.vectors, *both


def experts(seen: Seen) -> Sequence[Expert]:
    """By words; by words each for itself (naive Bayes); with vectors also by meaning, and by words and meaning."""
    if seen.whole and seen.vectors is not None:
        return (Hasty(seen.vectors),)
    words, _, *others = designs(seen)
    return Regression(words), NaiveBayes(seen.terms), *(Regression(other) for other in others)
