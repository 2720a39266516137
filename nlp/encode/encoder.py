"""What turns texts into vectors, whatever runs beneath it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


class Unusable(Exception):
    """A model cannot be used here; in Chinese, why not and what to do about it."""


class Encoder(Protocol):
    """Gives texts of like meaning vectors that are near each other.

    `id` names model, runtime and precision: vectors of different ids never mix. `size` is the length of a vector.
    `parts` encodes the parts of the texts that were just encoded at no cost; None where the model does not tell them.
    """

    @property
    def id(self) -> str: ...

    @property
    def size(self) -> int: ...

    @property
    def parts(self) -> "Encoder | None": ...

    def encode(self, texts: Sequence[str]) -> "Vectors":
        """One row a text, (n, size), float32, of length 1. Any thread may call it; other threads go on meanwhile."""
        ...
