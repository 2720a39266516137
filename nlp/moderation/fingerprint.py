"""Whether two messages say the same: by what is left of them without marks, and by the pieces that they share.

Pieces are compared by a bottom-k sketch of their hashes (Broder, "On the resemblance and containment of documents",
1997): exact for short messages, and for long ones within a few hundredths, at a fixed size.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from heapq import nsmallest

import regex

from nlp.normalise import core

PIECE = 3
MOST_PIECES = 64
# An account that writes the same ad again changes a number, a name or a few words. Of 150,000 pairs of different
# advertising messages two share this much, and they are versions of one; with one letter of twenty changed at random,
# nine of ten messages of 40 letters or more still do.
ALIKE = 0.4

_DIGITS = regex.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of a text to know it again: `digest` of its letters, and the smallest hashes of their pieces."""

    digest: str
    pieces: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> "Fingerprint":
        """The fingerprint of a text: width, case, marks, emoji and the figures of numbers make no difference."""
        letters = _DIGITS.sub("0", core(text))
        shingles = {letters[at : at + PIECE] for at in range(max(1, len(letters) - PIECE + 1))}
        return cls(_hash(letters).hex(), _smallest(int.from_bytes(_hash(one)) for one in shingles))

    @classmethod
    def parse(cls, digest: str, pieces: str) -> "Fingerprint":
        """The fingerprint whose parts were kept as texts."""
        return cls(digest, tuple(int(one, 16) for one in pieces.split()))

    @property
    def text(self) -> str:
        """The pieces as a text; `parse` reads it."""
        return " ".join(f"{one:x}" for one in self.pieces)

    def likeness(self, other: "Fingerprint") -> float:
        """How much of their pieces two texts share (Jaccard), 0 to 1."""
        if self.digest == other.digest:
            return 1.0
        mine, theirs = set(self.pieces), set(other.pieces)
        smallest = _smallest(mine | theirs)
        return sum(one in mine and one in theirs for one in smallest) / len(smallest)

    def is_like(self, other: "Fingerprint") -> bool:
        """Whether they are versions of the same text."""
        return self.likeness(other) >= ALIKE


def _hash(text: str) -> bytes:
    return blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest()


def _smallest(hashes: Iterable[int]) -> tuple[int, ...]:
    return tuple(nsmallest(MOST_PIECES, hashes))
