"""What is known of the terms of a base, whatever texts hold them."""

from collections.abc import Iterable
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

    def joined(self, terms: Iterable[str], tokeniser: Tokeniser) -> "Terms":
        """These terms and those."""
        known = set(self.keys.tolist())
        new = {hash(term): term for term in terms}
        named = {key: term for key, term in new.items() if key not in known}
        keys = np.concatenate((self.keys, np.array(list(named), np.int64)))
        rarities = np.concatenate((self.rarities, [tokeniser.rarity(term) for term in named.values()]))
        shares = np.concatenate((self.shares, [share(term) for term in named.values()]))
        order = np.argsort(keys)
        return Terms(keys[order], rarities[order], shares[order])

    def of(self, keys: Keys) -> "Terms":
        """Those of these keys, all of which are known."""
        at = np.searchsorted(self.keys, keys)
        return Terms(keys, self.rarities[at], self.shares[at])


def share(term: str) -> float:
    """How much a term counts beside others."""
    return BIGRAM_WEIGHT if term.startswith("·") else 1.0
