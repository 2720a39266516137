"""One way to read a text, with the way back to the text as it was written."""

import re
from collections.abc import Sequence
from functools import cached_property

from nlp.moderation.folding import Folding, is_drawn_onto, is_unseen
from nlp.moderation.layers import Layer
from nlp.moderation.likelihood import Likelihood

_RUN = re.compile(r"(.)\1+", re.DOTALL)
_LATIN = re.compile("[a-z]")
# Where so many neighbours are kept apart, what stands between them parts no words.
_STRETCHED = 0.4


class View:
    """A text, or what a disguise hid in it, and what is computed from it once it is needed.

    `text` is what was read; `places` gives for each of its characters the place in the text as written (None: the
    same). `layer` names the disguise that was undone. `letters` is the folded text without marks, `packed` that with
    every run of equal ones as one; `has_latin`: whether Latin letters are among them.
    """

    def __init__(
        self, text: str, folding: Folding, places: Sequence[tuple[int, int]] | None = None, layer: Layer | None = None
    ) -> None:
        self.text = text
        self.layer = layer
        self.letters = text.translate(folding)
        self.packed = packed(self.letters)
        self.has_latin = _LATIN.search(self.letters) is not None
        # What `Borders` makes of the letters, once it is asked.
        self.likelihood: Likelihood | None = None
        self._folding = folding
        self._places = places

    @cached_property
    def runs(self) -> Sequence[tuple[int, int]]:
        """For each packed letter, where it begins and ends among the letters."""
        return runs(self.letters)

    @cached_property
    def sources(self) -> Sequence[int]:
        """For each letter, which character of `text` it comes from."""
        return [at for at, sign in enumerate(self.text) for _ in self._folding[ord(sign)]]

    @cached_property
    def gaps(self) -> frozenset[int]:
        """Before which letters something visible was left out."""
        sources = self.sources
        return frozenset(
            at
            for at in range(1, len(sources))
            if sources[at] - sources[at - 1] > 1
            and not all(map(is_unseen, self.text[sources[at - 1] + 1 : sources[at]]))
        )

    @cached_property
    def breaks(self) -> frozenset[int]:
        """Before which letters a word cannot go on."""
        return frozenset() if len(self.gaps) > _STRETCHED * len(self.letters) else self.gaps

    def between(self, at: int) -> str:
        """What stood between the letter and the one before it."""
        return self.text[self.sources[at - 1] + 1 : self.sources[at]]

    def before(self, at: int) -> str:
        """The character right before the letter, in folded form; empty at the beginning and after a mark."""
        return self._solid(self.sources[at] - 1, -1)

    def after(self, at: int) -> str:
        """The character right after the letter before `at`, in folded form; empty at the end and before a mark."""
        return self._solid(self.sources[at - 1] + 1, 1)

    def _solid(self, source: int, step: int) -> str:
        while 0 <= source < len(self.text) and is_unseen(self.text[source]):
            source += step
        return self._folding[ord(self.text[source])] if 0 <= source < len(self.text) else ""

    def characters(self, start: int, end: int) -> tuple[int, int]:
        """The characters of `text` that these letters come from, with what is drawn onto the last."""
        last = self.sources[end - 1] + 1
        while last < len(self.text) and is_drawn_onto(self.text[last]):
            last += 1
        return self.sources[start], last

    def written(self, start: int, end: int) -> tuple[int, int]:
        """Where these characters of `text` stand in the text as it was written."""
        if self._places is None:
            return start, end
        places = self._places[start:end]
        return min(place[0] for place in places), max(place[1] for place in places)


def packed(letters: str) -> str:
    """Letters with every run of equal ones as one."""
    # Most texts have no run, and to look for one is faster than to replace none.
    return _RUN.sub(r"\1", letters) if _RUN.search(letters) else letters


def runs(letters: str) -> Sequence[tuple[int, int]]:
    """For each packed letter, where it begins and ends."""
    found: list[tuple[int, int]] = []
    at = 0
    for run in _RUN.finditer(letters):
        found.extend((one, one + 1) for one in range(at, run.start()))
        found.append(run.span())
        at = run.end()
    found.extend((one, one + 1) for one in range(at, len(letters)))
    return found
