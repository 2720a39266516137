"""What turns texts into vectors, whatever runs beneath it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from nlp.encode.precision import Precision

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


class Unusable(Exception):
    """A model cannot be used here; in Chinese, why not and what to do about it."""


def weights_of(id: str) -> str:
    """What an encoder's id tells of weights and format; in another precision or runtime their vectors are near."""
    *parts, _ = id.split("/")
    return "/".join(part for part in parts if part not in [*Precision])


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
