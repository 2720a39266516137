"""The likeliest of many readings of a text: a beam search over the stretches that it may be made of."""

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

from knowledge.trigrams import BITS, TWO, Costs, Trigrams

# Readings that are kept on the way, none of them costlier than the best by more than this: a slip that is made good
# is so in the next two characters.
BEAM, BEHIND = 12, 11.0
# Runs of three that are looked up at once; a text in pinyin may be made of many more.
AHEAD = 100


class Edge(NamedTuple):
    """A stretch of the text up to `end` read as `said`, at a cost: a negative log-probability.

    Its characters, `points`, are foretold by those before, at a cost of `most` each at the most; without any it is
    foretold by nothing. Where it `parts`, what comes before it foretells nothing behind it.
    """

    end: int
    said: str
    cost: float
    points: tuple[int, ...] = ()
    most: float = 0.0
    is_changed: bool = False
    parts: bool = False


# Edges by where they begin.
Lattice = Sequence[Sequence[Edge]]
# A reading of the text so far: its cost, its last two characters as a run, its last stretch, and the reading before.
# Plain tuples, for a text in pinyin has thousands.
_Path = tuple[float, int, Edge, "_Path | None"]

_START: _Path = (0.0, 0, Edge(0, "", 0.0), None)


class Reading(NamedTuple):
    """How a text was read, and its cost."""

    text: str
    cost: float
    is_changed: bool


def read(lattice: Lattice, trigrams: Trigrams) -> Reading:
    """The cheapest way through."""
    costs = trigrams.costs()
    known = _look_ahead(lattice, trigrams, costs)
    reached: list[list[_Path]] = [[_START], *([] for _ in lattice)]
    for at, edges in enumerate(lattice):
        paths = _cheapest(reached[at])
        if at >= known:
            trigrams.look_up({run for edge in edges for path in paths for run in _runs(path[1], edge)}, costs)
        for edge in edges:
            reached[edge.end] += _continued(paths, edge, costs)
    return _reading(min(reached[-1], key=itemgetter(0)))


def _look_ahead(lattice: Lattice, trigrams: Trigrams, costs: Costs) -> int:
    """Look up all that readings are made of, or as much of it as is no trouble; up to where that goes."""
    lasts: list[set[int]] = [{0}, *(set() for _ in lattice)]
    runs: set[int] = set()
    known = len(lattice)
    for at, edges in enumerate(lattice):
        if len(runs) > AHEAD:
            known = at
            break
        for edge in edges:
            for last in lasts[at]:
                for run in _runs(last, edge):
                    runs.add(run)
                    last = run & TWO
                lasts[edge.end].add(0 if edge.parts else last)
    trigrams.look_up(runs, costs)
    return known


def _runs(last: int, edge: Edge) -> Iterator[int]:
    """The runs of three that end in the characters of a stretch."""
    for point in edge.points:
        run = last << BITS | point
        last = run & TWO
        yield run


def _cheapest(paths: list[_Path]) -> Sequence[_Path]:
    """The best few, of those with the same last characters the first."""
    if len(paths) < 2:
        return paths
    found: dict[int, _Path] = {}
    ranked = sorted(paths, key=itemgetter(0))
    for path in ranked:
        if len(found) == BEAM or path[0] > ranked[0][0] + BEHIND:
            break
        found.setdefault(path[1], path)
    return list(found.values())


def _continued(paths: Sequence[_Path], edge: Edge, costs: Costs) -> Iterator[_Path]:
    _, _, price, points, most, _, parts = edge
    for path in paths:
        cost, last = path[0] + price, path[1]
        for point in points:
            run = last << BITS | point
            here = costs[run]
            cost += here if here < most else most
            last = run & TWO
        yield cost, 0 if parts else last, edge, path


def _reading(path: _Path) -> Reading:
    edges, before = [path[2]], path[3]
    while before:
        edges.append(before[2])
        before = before[3]
    return Reading("".join(edge.said for edge in reversed(edges)), path[0], any(edge.is_changed for edge in edges))
