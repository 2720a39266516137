"""Every table says how personal it is and how long its rows are kept, and the database holds just these tables."""

import importlib
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata

from bot.app import DECLARED
from bot.store.database import Database
from bot.store.schema import VERSION_TABLE, combine, context, migrate
from bot.types.declarations import Declared, Personal
from tests.source import modules

# Rows of these are named by number for longer than they are kept.
NAMED = {"duty_swaps", "fairplay_reviews", "moderation_cases", "moderation_finds", "tickets"}


def faults(declared: Sequence[Declared], found: set[str]) -> list[str]:
    """What is wrong with the declarations, given the tables that are really there."""
    return [
        *(f"{name} is not declared" for name in sorted(found - {one.table.name for one in declared})),
        *(fault for one in declared for fault in faults_of(one)),
    ]


def faults_of(one: Declared) -> Iterator[str]:
    name = one.table.name
    if not isinstance(one.personal, Personal):
        yield f"{name} does not say how personal it is"
    if one.keep is None:
        return
    if one.clock not in one.table.c:
        yield f"{name} has no column {one.clock!r} to sweep by"
    elif one.clock not in {next(iter(index.columns)).name for index in one.table.indexes}:
        yield f"{name}.{one.clock} begins no index"


def defined() -> set[str]:
    """The names of all tables that stand at the top of any module."""
    values = (value for name in modules() for value in vars(importlib.import_module(name)).values())
    return {value.name for value in values if isinstance(value, sa.Table)}


@pytest.fixture
async def migrated(database_url: str) -> Database:
    database = await Database.open(database_url)
    await migrate(database)
    return database


async def tables(database: Database) -> set[str]:
    found = await database.alter(lambda connection: set(sa.inspect(connection).get_table_names()))
    return found - {VERSION_TABLE}


async def test_every_table_is_declared(migrated: Database) -> None:
    assert not faults(DECLARED, await tables(migrated) | defined())
    await migrated.close()


async def test_the_revisions_lead_to_the_declared_tables(migrated: Database) -> None:
    found = await migrated.alter(lambda connection: compare_metadata(context(connection), combine(DECLARED)))
    await migrated.close()
    assert not found, "run: python -m bot.store.revise bot.app:DECLARED"


async def test_what_is_named_elsewhere_has_a_number_that_never_comes_again() -> None:
    database = await Database.memory()
    await migrate(database)
    once = sa.text("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'")
    assert {row.name for row in await database.read(once)} == NAMED
    await database.close()


async def test_a_table_that_nobody_declared_is_found(migrated: Database) -> None:
    stray = sa.Table("stray", sa.MetaData(), sa.Column("phone", sa.Text))
    await migrated.alter(stray.create)
    assert "stray is not declared" in faults(DECLARED, await tables(migrated))
    await migrated.close()


def test_a_clock_needs_an_index_of_its_own() -> None:
    table = sa.Table(
        "visits", sa.MetaData(), sa.Column("id", sa.Text, primary_key=True), sa.Column("at", sa.BigInteger)
    )
    month = timedelta(days=30)
    assert list(faults_of(Declared(table, Personal.NONE, month))) == ["visits has no column '' to sweep by"]
    assert list(faults_of(Declared(table, Personal.NONE, month, "at"))) == ["visits.at begins no index"]
    sa.Index("visits_at", table.c.at)
    assert list(faults_of(Declared(table, Personal.NONE, month, "at"))) == []
