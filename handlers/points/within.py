"""What the book needs of the world: a context of an event has it, and so has a command."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.types.ports import Transaction


class Within(Protocol):
    """A moment and the transaction that everything is written in."""

    @property
    def now(self) -> datetime: ...

    @property
    def transaction(self) -> Transaction: ...


@dataclass(frozen=True, slots=True)
class Outside:
    """The same where no event is decided."""

    now: datetime
    transaction: Transaction
