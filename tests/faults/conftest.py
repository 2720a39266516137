"""The stores of a bot that dies."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.embedded import embedded
from tests.faults.company import Stores
from tests.faults.trial import OWN

# A short lease: for so long nobody goes on with what a dead process had.
TAKEOVER_SECONDS = 2.0


@pytest.fixture
async def watched_redis(data: Path) -> AsyncIterator[str]:
    """The URL of a Redis that is started again when it dies; its folder is `data/redis`."""
    async with embedded(data) as url:
        yield url


@pytest.fixture
def stores(request: pytest.FixtureRequest, pair: str, data: Path) -> Stores:
    """The bot's own stores, or such as several processes could share."""
    if pair == "embedded":
        return OWN
    redis, sql = request.getfixturevalue("watched_redis"), request.getfixturevalue("postgres_url")
    return Stores(redis, sql, server=data / "redis", takeover=TAKEOVER_SECONDS)
