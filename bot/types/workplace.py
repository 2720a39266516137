"""What a command of a capability may open: the configuration, the machine, what the bot has recorded."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.types.declarations import Settings
from bot.types.ports import Calendar, Machine, Report, Transaction

T = TypeVar("T")


class Reading(Protocol):
    """The stored records of a bot."""

    async def read(self, statement: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        """The rows of a query."""
        ...


class Workplace(Protocol):
    """Where commands work. What is wrong with the configuration or the records is raised, and told by the caller."""

    def now(self) -> datetime:
        """The time, in UTC."""
        ...

    def settings(self, config: str) -> Settings:
        """The checked configuration of a file."""
        ...

    def zone(self, settings: Settings) -> ZoneInfo:
        """The time zone of the people of a configuration."""
        ...

    def calendar(self, settings: Settings) -> Calendar:
        """Which days these people work."""
        ...

    def machine(self, report: Report) -> Machine:
        """What may be used of this machine; `report` hears how far it is."""
        ...

    def records(self, config: str) -> AbstractAsyncContextManager[Reading]:
        """What the bot of a configuration has recorded; it may be running."""
        ...

    async def change(self, config: str, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """What `work` returns in a transaction of its own on the records, beside those of a bot that may be running.

        Where both wrote to the same thing, `work` runs again.
        """
        ...
