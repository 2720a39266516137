"""The stored records, opened beside a bot that may be running."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.cli.failure import Failure, explained
from bot.store.database import Database, StoreDown
from bot.store.tables import meta

NOTHING_YET = "打不开记录。还没有运行过就先 qunban run；运行过的话，请看 -c 和 config.toml 的 [store] 是否指对了地方。"


@dataclass(frozen=True, slots=True)
class Records:
    """The database of a configuration, the timezone of its people, and the doors of each group id that it names."""

    database: Database
    zone: ZoneInfo
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)


@asynccontextmanager
async def records(config: str) -> AsyncIterator[Records]:
    """The records of a configuration file; Failure when there are none yet."""
    from bot.app import records as open_records

    async with AsyncExitStack() as stack:
        with explained():
            try:
                database, settings = await stack.enter_async_context(open_records(config))
                await database.read(sa.select(meta.c.key).limit(1))
            except (StoreDown, sa.exc.DBAPIError) as error:
                raise Failure(NOTHING_YET) from error
        groups = {group.id: frozenset[str](group.doors) for group in settings.values["groups"]}
        yield Records(database, settings.values["bot"].timezone, groups)
