"""What everybody may see of a draw: its rounds with commitments, seeds, entries and results, as one JSON file."""

from typing import Literal

from pydantic import Field

from bot.types.declarations import Settled
from handlers.draws.fairness import Prize, Ticket, Way

FORMAT: Literal["qunban-draw/1"] = "qunban-draw/1"


class PublicPrize(Settled):
    """A prize as it was offered when the round began; `left` None: as many as are drawn."""

    name: str
    weight: int = Field(ge=0)
    left: int | None = Field(ge=0)
    points: int
    nothing: bool

    @property
    def prize(self) -> Prize:
        """The same as a value."""
        return Prize(self.name, self.weight, self.left, self.points, self.nothing)


class PublicEntry(Settled):
    """An entry; `prize` is "" where the prizes of the round are drawn later."""

    number: int
    member: str
    at: str
    prize: str
    hash: str

    @property
    def ticket(self) -> Ticket:
        """The same as a value."""
        return Ticket(self.number, self.member)


class PublicResult(Settled):
    """Who won what in a scheduled draw."""

    prize: str
    number: int
    member: str


class PublicRound(Settled):
    """One round; `seed`, `closed_at` and `end` are None while it is open."""

    round: int
    way: Way
    opened_at: str
    closed_at: str | None
    commitment: str
    seed: str | None
    previous: str
    prizes: tuple[PublicPrize, ...]
    entries: tuple[PublicEntry, ...]
    results: tuple[PublicResult, ...]
    end: str | None


class Publication(Settled):
    """All that anybody needs to do a draw again."""

    format: Literal["qunban-draw/1"]
    draw: str
    rounds: tuple[PublicRound, ...]
