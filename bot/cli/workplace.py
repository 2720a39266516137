"""Where the commands of capabilities work: the configuration that each is given, this machine, the bot's records."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.app import Wiring, WorkCalendar, change, load_config
from bot.cli.records import records
from bot.config import Config
from bot.types.declarations import Settings
from bot.types.ports import Calendar, Machine, Report, Transaction
from bot.types.workplace import Reading

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Here:
    """The workplace on this machine."""

    wiring: Wiring = field(default_factory=Wiring)

    def now(self) -> datetime:
        """The time, in UTC."""
        return self.wiring.clock.now()

    def settings(self, config: str) -> Settings:
        """The checked configuration of a file; ConfigError with all its problems."""
        return load_config(config, self.wiring.environ)

    def zone(self, settings: Settings) -> ZoneInfo:
        """The time zone of its people."""
        assert isinstance(settings, Config)
        zone: ZoneInfo = settings.values["bot"].timezone
        return zone

    def calendar(self, settings: Settings) -> Calendar:
        """Which days they work."""
        return WorkCalendar(self.zone(settings))

    def machine(self, report: Report) -> Machine:
        """What may be used here; a command waits for the model."""
        return replace(self.wiring.machine, patient=True, report=report)

    @asynccontextmanager
    async def records(self, config: str) -> AsyncIterator[Reading]:
        """What the bot of a configuration has recorded; Failure when there is nothing yet."""
        async with records(config) as opened:
            yield opened.database

    async def change(self, config: str, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """What `work` returns in a transaction of its own; Failure when there are no records yet."""
        async with records(config) as opened:
            return await change(opened.database, work, self.now())
