"""One evaluation set on which ours and the usual ways were measured, with how far they are apart."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan
from typing import Generic, TypeVar

from nlp.bootstrap import Difference, Rows, difference

OURS = "Qunban"

R = TypeVar("R", bound=Rows)


@dataclass(frozen=True, slots=True)
class Line:
    """What one method reached on a set, by measure; NaN where there is nothing to measure.

    `about` tells of the set, `gains` how much more ours has than this method.
    """

    set: str
    method: str
    values: Mapping[str, float]
    about: Mapping[str, str]
    gains: Mapping[str, Difference]


@dataclass(frozen=True, slots=True)
class Best:
    """The baseline that reached most of a measure on a set, and how much more ours has."""

    set: str
    measure: str
    ours: float
    method: str
    theirs: float
    difference: Difference

    @property
    def verdict(self) -> str:
        """Where ours stands, as far as 95 % certainty goes."""
        if self.difference.is_worse:
            return "below"
        return "better" if self.difference.is_better else "even"


@dataclass(frozen=True, slots=True)
class Contest(Generic[R]):
    """What ours and the others, by name, told of the same rows, and the measures to look at.

    `beside`: measures of which every other is told how far ours is from it; `decisive`: those that the best baseline is
    looked for in, more being better.
    """

    set: str
    ours: R
    others: Mapping[str, R]
    measures: Mapping[str, Callable[[R], float]]
    beside: Sequence[str]
    decisive: Sequence[str]
    about: Mapping[str, str] = field(default_factory=dict)

    def lines(self) -> Iterator[Line]:
        """Ours, then the others."""
        yield self._line(OURS, self.ours, {})
        for method, told in self.others.items():
            yield self._line(method, told, {name: self._gain(method, name) for name in self.beside})

    def bests(self, lines: Sequence[Line]) -> Iterator[Best]:
        """The best baseline by each decisive measure; `lines` are those of this contest."""
        ours, *others = lines
        for name in self.decisive:
            best = max(others, key=lambda line: line.values[name])
            if not isnan(best.values[name]):
                gain = best.gains.get(name) or self._gain(best.method, name)
                yield Best(self.set, name, ours.values[name], best.method, best.values[name], gain)

    def _line(self, method: str, told: R, gains: Mapping[str, Difference]) -> Line:
        values = {name: measure(told) for name, measure in self.measures.items()}
        return Line(self.set, method, values, self.about, gains)

    def _gain(self, method: str, name: str) -> Difference:
        return difference(self.ours, self.others[method], self.measures[name])
