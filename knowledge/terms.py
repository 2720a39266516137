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
        new = {hash(term): term for term in terms}
        asked = np.array(list(new), np.int64)
        known = (
            self.keys[np.minimum(np.searchsorted(self.keys, asked), len(self.keys) - 1)]
            if len(self.keys)
            else asked - 1
        )
        named = {key: new[key] for key in asked[known != asked].tolist()}
        keys = np.concatenate((self.keys, np.array(list(named), np.int64)))
        rarities = np.concatenate((self.rarities, [tokeniser.rarity(term) for term in named.values()]))
        shares = np.concatenate((self.shares, [share(term) for term in named.values()]))
        order = np.argsort(keys)
        return Terms(keys[order], rarities[order], shares[order])

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
