"""How likely a base is to say a character after two others."""

from collections.abc import Iterable, MutableMapping

import numpy as np

from knowledge.index import Index
from knowledge.postings import Keys, Values

# Two characters foretell the next as far as they are known: seen so often, half (Witten and Bell 1991); and one.
TWO_KNOWN, ONE_KNOWN = 1.0, 8.0
# A code point's bits in a run of characters.
BITS = 21
# Less than any likelihood that counts.
NEVER = 1e-12
# Runs whose costs are kept, some 2 MB: people say the same again and again.
KEPT = 16_384

# Costs by runs of three, the first of which or the first two may be no character.
Costs = MutableMapping[int, float]

# What the last character, or the last two, of a run are in.
ONE = (1 << BITS) - 1
TWO = (1 << 2 * BITS) - 1


class Trigrams:
    """Foretells characters by the two before them, and so far as these say little, by one or none (interpolation).

    Safe on any thread.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._total = max(1.0, float(index.times(index.runs(1)).sum()))
        self._kept: dict[int, float] = {}

    def costs(self) -> Costs:
        """The negative log-probabilities of the last characters of runs of three that were looked up; see `look_up`."""
        if len(self._kept) >= KEPT:
            self._kept = {}
        return self._kept

    def look_up(self, runs: Iterable[int], costs: Costs) -> None:
        """Put the costs of these runs among the others."""
        missing = [run for run in runs if run not in costs]
        if missing:
            costs.update(zip(missing, self._costs(np.array(missing, np.int64)).tolist(), strict=True))

    def _costs(self, threes: Keys) -> Values:
        pairs_before, pairs, last, here = threes >> BITS, threes & TWO, (threes >> BITS) & ONE, threes & ONE
        times = self._index.times(np.concatenate((threes, pairs_before, pairs, last, here))).reshape(5, -1)
        seen, two_seen, pair_seen, one_seen, known = times
        two_seen = np.where(threes >> 2 * BITS > 0, two_seen, 0.0)
        by_two, by_one = two_seen / (two_seen + TWO_KNOWN), one_seen / (one_seen + ONE_KNOWN)
        chance = by_one * pair_seen / np.maximum(one_seen, 1) + (1 - by_one) * known / self._total
        chance = by_two * seen / np.maximum(two_seen, 1) + (1 - by_two) * chance
        costs: Values = -np.log(np.clip(chance, NEVER, 1.0))
        return costs
