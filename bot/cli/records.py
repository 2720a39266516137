"""The stored records, opened beside a bot that may be running."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.cli.failure import explained
from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class Records:
    """The database of a configuration and the timezone of its people."""

    database: Database
    zone: ZoneInfo


@asynccontextmanager
async def records(config: str) -> AsyncIterator[Records]:
    """The records of a configuration file; Failure when there are none yet."""
    from bot.app import records as open_records

    with explained():
        async with open_records(config) as (database, zone):
            yield Records(database, zone)
