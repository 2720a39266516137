"""What happened with one message, as rules see it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Happened:
    """A message and what came of it. `things`: what happened and the topics that are touched, by their names.

    `intent`: what was wanted, where that is known; `group`: the name of the group, "" elsewhere.
    """

    text: str
    things: frozenset[str]
    intent: str
    tags: frozenset[str]
    group: str
    now: datetime
