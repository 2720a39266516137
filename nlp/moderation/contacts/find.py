"""One contact within a reading."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Find:
    """A contact of a kind, from `start` up to `end` of the reading."""

    kind: str
    start: int
    end: int
