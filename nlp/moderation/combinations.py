"""Words that mean harm only together: each is looked for like any other, and counts when all stand near each other."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from nlp.moderation.entry import Entry
from nlp.moderation.hit import Hit
from nlp.moderation.layers import Layer

SIGN = " + "
# Between two of the words; about the length of a clause.
NEAR = 12
MOST_PARTS = 4


def is_combination(entry: Entry) -> bool:
    """Whether an entry is words that have to come together: `兼职 + 日结`."""
    return SIGN in entry.word.strip()


def parts_of(entry: Entry) -> tuple[str, ...]:
    """The words of a combination, each once, at most four; the others are not looked at."""
    return tuple(dict.fromkeys(part.strip() for part in entry.word.split(SIGN) if part.strip()))[:MOST_PARTS]


class Combinations:
    """All combinations of a list: `parts` are entries to be looked for, whose hits go into `joined`."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._parts = {entry: parts_of(entry) for entry in entries if is_combination(entry)}
        self._whole = {replace(entry, word=part): entry for entry, parts in self._parts.items() for part in parts}
        self.parts = tuple(self._whole)

    def joined(self, hits: Sequence[Hit]) -> list[Hit]:
        """The hits, with one for all the words of a combination where they stand near each other, and none for each."""
        rows: defaultdict[Entry, list[Hit]] = defaultdict(list)
        kept: list[Hit] = []
        for hit in hits:
            whole = self._whole.get(hit.entry)
            (kept if whole is None else rows[whole]).append(hit)
        together = (_first(entry, len(self._parts[entry]), row) for entry, row in rows.items())
        return [*kept, *(hit for hit in together if hit)]


def _first(entry: Entry, many: int, row: Sequence[Hit]) -> Hit | None:
    """The first place where so many different words stand near each other."""
    latest: dict[str, Hit] = {}
    for hit in sorted(row, key=lambda hit: hit.start):
        latest[hit.entry.word] = hit
        near = sorted(latest.values(), key=lambda hit: hit.start)
        if len(near) == many and all(after.start - before.end <= NEAR for before, after in pairwise(near)):
            return _whole(entry, near)
    return None


def _whole(entry: Entry, near: Sequence[Hit]) -> Hit:
    disguised = next((hit.layer for hit in near if hit.layer != Layer.EXACT), Layer.EXACT)
    return Hit(entry, disguised, near[0].start, max(hit.end for hit in near), any(hit.review for hit in near))
