"""What customers might say instead: words that stand in no configuration or FAQ file, and what they mean."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random


@dataclass(frozen=True, slots=True)
class Phrasing:
    """A question and the id of the FAQ entry that answers it."""

    text: str
    entry: str


@dataclass(frozen=True, slots=True)
class Phrasings:
    """Questions with one answer, questions that may mean several things, and questions about something else."""

    meant: Sequence[Phrasing]
    unsure: Sequence[str]
    unknown: Sequence[str]

    def drawn(self, seed: int, count: int) -> "Phrasings":
        """Some of the first kind, about different things, and one of each other; the same for the same seed."""
        chance = Random(seed)
        order = {one.entry: one for one in chance.sample(self.meant, len(self.meant))}
        return Phrasings(tuple(order.values())[:count], [chance.choice(self.unsure)], [chance.choice(self.unknown)])


def load() -> Phrasings:
    """All that are written down beside this file."""
    written = tomllib.loads(Path(__file__).with_name("phrasings.toml").read_text(encoding="utf-8"))
    return Phrasings(
        tuple(Phrasing(one["text"], one["entry"]) for one in written["phrasings"]),
        tuple(one["text"] for one in written["unsure"]),
        tuple(one["text"] for one in written["unknown"]),
    )
