"""What each difference tells, as it was taught."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from knowledge.compare.differences import NAMES


@dataclass(frozen=True, slots=True)
class Weights:
    """The change in log-odds that two questions mean the same, for each of `NAMES`; never above 0."""

    values: tuple[float, ...]

    @classmethod
    def load(cls) -> "Weights":
        """The shipped ones, made by `python -m knowledge.compare.teach`."""
        read: Mapping[str, float] = json.loads((resources.files("knowledge.compare") / "weights.json").read_bytes())
        return cls(tuple(float(read[name]) for name in NAMES))

    def doubt(self, differences: Sequence[bool]) -> float:
        """The change in log-odds by all differences that hold."""
        return sum(weight for weight, holds in zip(self.values, differences, strict=False) if holds)
