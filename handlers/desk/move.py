"""What a ticket becomes, and what is to be done because of it."""

from dataclasses import dataclass

from handlers.desk.effects import Effect
from handlers.desk.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Move:
    """The ticket afterwards and the effects, in order; `ignored` says (Chinese) why nothing happened."""

    ticket: Ticket
    effects: tuple[Effect, ...] = ()
    ignored: str = ""


def ignored(ticket: Ticket, why: str) -> Move:
    """Nothing happened."""
    return Move(ticket, (), why)
