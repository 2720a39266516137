"""The store of rehearsals: what is written counts until it is undone."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from bot.blank import Blank, blank
from bot.store.tables import jobs

DUE = datetime(2026, 11, 20, 8, tzinfo=UTC)
ALL = sa.select(jobs.c.name)


@pytest.fixture
async def store() -> AsyncIterator[Blank]:
    async with blank(jobs.metadata) as store:
        yield store


async def names(store: Blank) -> list[str]:
    return [row.name for row in await store.execute(ALL)]


async def test_what_is_written_is_found_until_it_is_undone(store: Blank) -> None:
    assert await names(store) == []
    for name in ("早安", "晚安"):
        await store.execute(sa.insert(jobs).values(name=name, last_due=DUE))
        assert await names(store) == [name]
        await store.undo()
        assert await names(store) == []


async def test_a_query_of_nothing_gives_its_rows_each_time(store: Blank) -> None:
    count = sa.select(sa.func.count()).select_from(jobs)
    assert [(await store.execute(count)).scalar_one() for _ in range(3)] == [0, 0, 0]
    await store.execute(sa.insert(jobs).values(name="早安", last_due=DUE))
    assert (await store.execute(count)).scalar_one() == 1


async def test_a_statement_that_fails_leaves_the_store_of_use(store: Blank) -> None:
    await store.execute(sa.insert(jobs).values(name="早安", last_due=DUE))
    with pytest.raises(sa.exc.IntegrityError):
        await store.execute(sa.insert(jobs).values(name="早安", last_due=DUE))
    await store.undo()
    assert await names(store) == []
