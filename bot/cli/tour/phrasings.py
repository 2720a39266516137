"""Questions in words that stand in no configuration or FAQ file, with the entry that each one means."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from random import Random


@dataclass(frozen=True, slots=True)
class Phrasing:
    """A question and the id of the FAQ entry that answers it."""

    text: str
    entry: str


def load() -> tuple[Phrasing, ...]:
    """All of them."""
    written = tomllib.loads(Path(__file__).with_name("phrasings.toml").read_text(encoding="utf-8"))
    return tuple(Phrasing(one["text"], one["entry"]) for one in written["phrasings"])


def draw(seed: int, count: int) -> list[Phrasing]:
    """Some of them, about different things; the same seed draws the same."""
    order = list(load())
    Random(seed).shuffle(order)
    return list({one.entry: one for one in order}.values())[:count]
