"""The second look: what a text was probably meant to say, in the words of a base."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from math import exp

import numpy as np
import regex
from numpy.typing import NDArray

from knowledge.index import Index
from knowledge.postings import Keys
from nlp.normalise import normalise
from nlp.shapes import alike_in_shape
from nlp.slips import Spellings
from nlp.sounds import Sounds

# What each way to err costs, as a negative log-probability: one character in 250 is another of the same sound,
# fewer look alike or changed places; who types pinyin types all of it.
SOUND, SHAPE, SWAP, SLIP, SYLLABLE = 5.5, 6.5, 5.5, 4.0, 0.3
# A Latin word that the base has, and for one that it has not each letter besides.
LATIN, LETTER = 4.0, 2.0
# Two characters foretell the next as far as they are known: seen so often, half (Witten and Bell 1991); and one.
TWO_KNOWN, ONE_KNOWN = 1.0, 8.0
# The chance of a character that neither the base nor the dictionary foretells.
STRANGE = 1e-6
# And of a word of the dictionary, however rare it is.
WORD = 1e-5
# Readings that are kept on the way, and the longest text that is read so.
BEAM, LONGEST = 12, 60
# Characters whose choices are kept: nearly all of those that people use.
KEPT = 4096
# So long are Latin words that a slip leaves recognisable.
LATIN_LETTERS = 5
# Without its negation a text would mean the opposite.
NEGATIONS = "不没别无非未勿"

_LATIN = regex.compile(r"[a-z]+")
_PIECE = regex.compile(r"\p{Han}+|[a-z]+|.", regex.DOTALL)
_HAN = regex.compile(r"\p{Han}+")

Costs = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a text was probably meant to say, and how probably, in (0, 1)."""

    text: str
    certainty: float


@dataclass(frozen=True, slots=True)
class _Edge:
    """A stretch of the text up to `end` read as `said`, at a cost.

    Its characters are foretold by those before, `least` at the least; `is_apart`: by nothing, and they foretell
    nothing.
    """

    end: int
    said: str
    cost: float = 0.0
    is_changed: bool = False
    is_apart: bool = False
    least: float = STRANGE


@dataclass(frozen=True, slots=True)
class _Path:
    """A reading of the text so far: its cost, its last two characters, and the reading before."""

    cost: float
    last: tuple[int, int] = (0, 0)
    said: str = ""
    is_changed: bool = False
    before: "_Path | None" = None

    @property
    def text(self) -> str:
        """All that was read."""
        said, path = [], self
        while path.before:
            said.append(path.said)
            path = path.before
        return "".join(reversed(said))


# Edges by where they begin.
_Lattice = Sequence[Sequence[_Edge]]


class Corrector:
    """Reads texts as a base would say them: a noisy channel (Kernighan, Church and Gale 1990).

    What people meant is foretold by the runs of one to three characters of the base's wordings; what they typed
    instead sounds alike, looks alike, is pinyin, or has two characters or a letter out of place. Safe on any thread.
    """

    def __init__(self, index: Index, sounds: Callable[[], Sounds]) -> None:
        self._index = index
        self._load = sounds
        self._kept: dict[str, tuple[str, Keys]] = {}

    @cached_property
    def _sounds(self) -> Sounds:
        return self._load()

    @cached_property
    def _alphabet(self) -> frozenset[str]:
        return frozenset(self._index.characters())

    @cached_property
    def _by_sound(self) -> Mapping[str, str]:
        """The characters of each sound."""
        found: defaultdict[str, str] = defaultdict(str)
        for letter in filter(_HAN.fullmatch, sorted(self._alphabet)):
            found[self._sounds.sound(letter)] += letter
        return dict(found)

    @cached_property
    def _total(self) -> float:
        points = np.array([ord(letter) for letter in sorted(self._alphabet)], np.int64)
        return max(1.0, float(self._index.times(points).sum()))

    @cached_property
    def _latin(self) -> frozenset[str]:
        return frozenset(word for text in self._index.wordings.texts for word in _LATIN.findall(text.lower()))

    @cached_property
    def _spellings(self) -> Spellings:
        return Spellings(word for word in self._latin if len(word) >= LATIN_LETTERS)

    def correct(self, text: str) -> Corrected | None:
        """The likeliest reading in other characters; None where the text as it stands is likelier."""
        plain = normalise(text)
        if len(plain) > LONGEST:
            return None
        lattice = self._lattice(plain)
        if not lattice:
            return None
        best = self._read(lattice)
        if not best.is_changed:
            return None
        kept = self._read([[edge for edge in edges if not edge.is_changed] for edges in lattice])
        return Corrected(normalise(best.text), 1 / (1 + exp(min(best.cost - kept.cost, 0.0))))

    def _lattice(self, plain: str) -> _Lattice:
        """All readings; empty where there is only the text itself."""
        edges: list[list[_Edge]] = [[] for _ in plain]
        is_plain = True
        for found in _PIECE.finditer(plain):
            start, piece = found.start(), found[0]
            if _HAN.fullmatch(piece):
                others = self._others(piece)
                is_plain = is_plain and not others
                some: Iterable[tuple[int, _Edge]] = others
            elif _LATIN.fullmatch(piece):
                some, is_plain = self._typed(piece), False
            else:
                some = [(0, _Edge(1, piece, is_apart=True))]
            for at, edge in some:
                edges[start + at].append(replace(edge, end=start + edge.end))
        if is_plain:
            return ()
        for found in _HAN.finditer(plain):
            for at, (letter, least) in enumerate(zip(found[0], self._leasts(found[0]), strict=True), found.start()):
                edges[at].append(_Edge(at + 1, letter, least=least))
        return edges

    def _others(self, han: str) -> Sequence[tuple[int, _Edge]]:
        """Characters that may stand for others, and neighbours in each other's place, where the base knows the pair."""
        looked = [self._choices(letter) for letter in han]
        choices, points = [some for some, _ in looked], [some for _, some in looked]
        swaps = np.array([ord(other) << 21 | ord(one) for one, other in pairwise(han)], np.int64)
        turned, *pairs = self._times(swaps, *(np.bitwise_or.outer(a << 21, b) for a, b in pairwise(points)))
        known = [(at + axis, n) for at, times in enumerate(pairs) for axis in (0, 1) for n in _used(times, axis)]
        found = {(at, choices[at][n]) for at, n in known if n}
        edges = [(at, _Edge(at + 1, letter, self._price(han[at], letter), True)) for at, letter in sorted(found)]
        places = [at for at in np.flatnonzero(turned).tolist() if self._may_swap(han[at], han[at + 1])]
        return [*edges, *((at, _Edge(at + 2, han[at + 1] + han[at], SWAP, True)) for at in places)]

    def _choices(self, letter: str) -> tuple[str, Keys]:
        """A character and those that it may stand for; their code points."""
        found = self._kept.get(letter)
        if found is None:
            choices = letter + "".join(self._alternatives(letter))
            found = choices, np.array(list(map(ord, choices)), np.int64)
            if len(self._kept) < KEPT:
                self._kept[letter] = found
        return found

    def _alternatives(self, letter: str) -> Iterator[str]:
        if letter in NEGATIONS:
            return
        alike = self._by_sound.get(self._sounds.sound(letter), "")
        yield from (other for other in alike if other != letter)
        yield from (other for other in alike_in_shape(letter) if other in self._alphabet and other not in alike)

    def _price(self, letter: str, other: str) -> float:
        return SOUND if self._sounds.sound(letter) == self._sounds.sound(other) else SHAPE

    def _may_swap(self, one: str, other: str) -> bool:
        return one != other and not {one, other} & set(NEGATIONS)

    def _leasts(self, han: str) -> Iterator[float]:
        """How likely each character is in Chinese at large, as a part of its word."""
        tokeniser = self._index.tokeniser
        for word in tokeniser.cut(han):
            chance = tokeniser.chance(word)
            least = max(chance, WORD) ** (1 / len(word)) if chance and len(word) > 1 else max(chance, STRANGE)
            yield from [least] * len(word)

    def _typed(self, latin: str) -> Iterator[tuple[int, _Edge]]:
        """A Latin word as it stands, others that are one slip away, and the characters that it spells as pinyin."""
        cost = LATIN if latin in self._latin else LATIN + LETTER * len(latin)
        yield 0, _Edge(len(latin), latin, cost, is_apart=True)
        if latin not in self._latin:
            for word in self._spellings.find(latin):
                yield 0, _Edge(len(latin), word, LATIN + SLIP, is_changed=True, is_apart=True)
        for start, end, sound in self._sounds.syllables(latin):
            for letter in self._by_sound.get(sound, ""):
                yield start, _Edge(end, letter, SYLLABLE, is_changed=True)

    def _read(self, lattice: _Lattice) -> _Path:
        """The cheapest way through: a beam search."""
        reached: list[list[_Path]] = [[_Path(0.0)], *([] for _ in lattice)]
        for at, edges in enumerate(lattice):
            paths = _cheapest(reached[at])
            by_end = defaultdict(list)
            for edge in edges:
                if edge.is_apart:
                    reached[edge.end].extend(_apart(path, edge) for path in paths)
                else:
                    by_end[edge.end].append(edge)
            for end, some in by_end.items():
                if paths:
                    reached[end].extend(self._foretold(paths, some))
        return min(reached[-1], key=lambda path: path.cost)

    def _foretold(self, paths: Sequence[_Path], edges: Sequence[_Edge]) -> Iterator[_Path]:
        """The cheapest of these paths continued by these edges, which all end in the same place."""
        for length in {len(edge.said) for edge in edges}:
            yield from self._continued(paths, [edge for edge in edges if len(edge.said) == length])

    def _continued(self, paths: Sequence[_Path], edges: Sequence[_Edge]) -> Iterator[_Path]:
        """The same for edges that all say as many characters."""
        lasts = np.array([path.last for path in paths], np.int64)[:, :, None]
        said = np.array([list(map(ord, edge.said)) for edge in edges], np.int64).T
        least = np.array([edge.least for edge in edges])
        costs = np.add.outer([path.cost for path in paths], [edge.cost for edge in edges])
        before, last = lasts[:, 0], lasts[:, 1]
        for points in said:
            costs = costs + self._cost(before, last, points, least)
            before, last = last, points[None, :]
        for place in np.argsort(costs, axis=None)[:BEAM].tolist():
            row, column = divmod(place, len(edges))
            path, edge = paths[row], edges[column]
            pair = (path.last[1], ord(edge.said)) if len(edge.said) == 1 else (ord(edge.said[0]), ord(edge.said[1]))
            is_changed = path.is_changed or edge.is_changed
            yield _Path(float(costs[row, column]), pair, edge.said, is_changed, path)

    def _cost(self, before: Keys, last: Keys, points: Keys, least: Costs) -> Costs:
        """How unlikely characters are after two others, as negative log-probabilities; 0 stands for no character."""
        pair, here = last << 21 | points, points[None]
        pairs, ones, known, twos, threes = self._times(before << 21 | last, last, here, pair, before << 42 | pair)
        pairs, ones = np.where(before > 0, pairs, 0.0), np.where(last > 0, ones, 0.0)
        by_two, by_one = pairs / (pairs + TWO_KNOWN), ones / (ones + ONE_KNOWN)
        chance = by_one * twos / np.maximum(ones, 1) + (1 - by_one) * known / self._total
        chance = by_two * threes / np.maximum(pairs, 1) + (1 - by_two) * chance
        costs: Costs = -np.log(np.maximum(np.minimum(chance, 1.0), least))
        return costs

    def _times(self, *runs: Keys) -> Iterator[Costs]:
        """How often each of these runs occurs, in their shapes; looked up at once, which is most of the time."""
        times = self._index.times(np.concatenate([some.ravel() for some in runs]))
        end = 0
        for some in runs:
            start, end = end, end + some.size
            yield times[start:end].reshape(some.shape)


def _used(times: Costs, axis: int) -> Sequence[int]:
    """The rows, or with 1 the columns, that have something."""
    found: Sequence[int] = np.flatnonzero(times.any(axis=1 - axis)).tolist()
    return found


def _apart(path: _Path, edge: _Edge) -> _Path:
    """Marks and spaces change nothing in what the characters around them foretell."""
    last = (0, 0) if edge.said.isalnum() else path.last
    return _Path(path.cost + edge.cost, last, edge.said, path.is_changed or edge.is_changed, path)


def _cheapest(paths: Iterable[_Path]) -> Sequence[_Path]:
    """The best few, of those with the same last characters the first."""
    found: dict[tuple[int, int], _Path] = {}
    for path in sorted(paths, key=lambda path: path.cost):
        found.setdefault(path.last, path)
        if len(found) == BEAM:
            break
    return list(found.values())
