"""Which characters one may be written for, because it looks or sounds like them."""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from nlp.moderation.characters.tables import Tables

# Of characters that texts have; more than there are in use.
_KEPT = 20_000


class Near(dict[str, str]):
    """For a character of a text, those of some signs that look or sound like it, in a row; all others are strange.

    It fills itself as characters are seen; what it answers never depends on what it has seen.
    """

    def __init__(self, signs: Iterable[str], tables: Tables) -> None:
        super().__init__()
        self._tables = tables
        self._signs = sorted(signs)
        self._heard: dict[str, list[str]] = defaultdict(list)
        for sign in self._signs:
            for reading in tables.readings.get(sign, ()):
                self._heard[reading].append(sign)
        # All that looks like one of the signs, sorted, and beside it the number of the sign.
        rows = [tables.shapes.get(sign, "") for sign in self._signs]
        points = np.frombuffer("".join(rows).encode("utf-32-le"), "<u4")
        order = np.argsort(points, kind="stable")
        self._points = points[order]
        self._owners = np.repeat(np.arange(len(rows), dtype=np.int32), [len(row) for row in rows])[order]

    def __missing__(self, sign: str) -> str:
        first, last = np.searchsorted(self._points, (ord(sign), ord(sign) + 1))
        looking = [self._signs[at] for at in self._owners[first:last]]
        sounding = [other for reading in self._tables.readings.get(sign, ()) for other in self._heard.get(reading, ())]
        near = "".join(dict.fromkeys((*self._tables.shapes.get(sign, ""), *looking, *sounding)))
        if len(self) < _KEPT:
            self[sign] = near
        return near
