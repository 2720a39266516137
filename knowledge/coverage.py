"""A base of which not all is known by meaning yet: what the words of a wording let one expect of its meaning."""

from dataclasses import dataclass

import numpy as np

from knowledge.wordings import Scores


@dataclass(frozen=True, slots=True)
class Expected:
    """The likeness in meaning that goes with a likeness in words, as a line.

    So a wording that has no vector yet is ranked among those that have one as if it were, on average, what it is.
    """

    slope: float = 1.0
    base: float = 0.0

    @classmethod
    def of(cls, words: Scores, near: Scores) -> "Expected":
        """The line nearest to pairs of both."""
        if len(words) < 2 or not np.ptp(words):
            return cls()
        slope, base = np.polyfit(words, near, 1)
        return cls(max(float(slope), 0.0), float(base))

    def likeness(self, words: Scores) -> Scores:
        """The likeness in meaning to expect, in [0, 1]."""
        return np.clip(self.slope * words + self.base, 0, 1)
