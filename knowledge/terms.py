"""What is known of the terms of a base, whatever texts hold them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.postings import Keys, Values
from nlp.tokenise import Tokeniser

# A bigram repeats what its word says already.
BIGRAM_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms by key, ascending: how rare each is in Chinese at large, and how much it counts beside others."""

    keys: Keys
    rarities: Values
    shares: Values

    @classmethod
    def empty(cls) -> "Terms":
        """No terms."""
        return cls(np.zeros(0, np.int64), np.zeros(0), np.zeros(0))

    @classmethod
    def joined(cls, parts: Sequence["Terms"]) -> "Terms":
        """All of these; parts have no term in common."""
        keys = np.concatenate([part.keys for part in parts])
        order = np.argsort(keys)
        rarities = np.concatenate([part.rarities for part in parts])
        shares = np.concatenate([part.shares for part in parts])
        return cls(keys[order], rarities[order], shares[order])

    def others(self, named: Mapping[int, str], tokeniser: Tokeniser) -> "Terms":
        """Those of some terms, by their keys, that are not among these."""
        keys = np.array(sorted(named), np.int64)
        if len(self.keys):
            keys = keys[self.keys.take(np.searchsorted(self.keys, keys), mode="clip") != keys]
        terms = [named[key] for key in keys.tolist()]
        rarities, shares = [tokeniser.rarity(term) for term in terms], [share(term) for term in terms]
        return Terms(keys, np.array(rarities, np.float64), np.array(shares, np.float64))

    def of(self, keys: Keys) -> "Terms":
        """Those of these keys, all of which are known."""
        at = np.searchsorted(self.keys, keys)
        return Terms(keys, self.rarities[at], self.shares[at])

    def only(self, *several: Keys) -> "Terms":
        """Those that are among some keys, all of which are known."""
        kept = np.zeros(len(self.keys), np.bool_)
        for keys in several:
            kept[np.searchsorted(self.keys, keys)] = True
        return Terms(self.keys[kept], self.rarities[kept], self.shares[kept])


def share(term: str) -> float:
    """How much a term counts beside others."""
    return BIGRAM_WEIGHT if term.startswith("·") else 1.0
