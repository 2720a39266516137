"""The migrations lead to the declared tables, once, whoever starts first."""

import asyncio

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata

from bot.store.database import Connection, Database
from bot.store.revise import revise
from bot.store.schema import SchemaNewer, combine, context, migrate
from bot.store.tables import meta
from bot.types.declarations import Declared, Personal


async def tables(database: Database) -> set[str]:
    return await database.alter(lambda connection: set(sa.inspect(connection).get_table_names()))


async def test_two_processes_that_start_together_migrate_once(database_url: str) -> None:
    databases = [await Database.open(database_url) for _ in range(4)]
    await asyncio.gather(*(migrate(database) for database in databases))
    await asyncio.gather(*(database.close() for database in databases))


async def test_migrating_again_changes_nothing(database_url: str) -> None:
    database = await Database.open(database_url)
    await migrate(database)
    before = await tables(database)
    await migrate(database)
    assert await tables(database) == before
    await database.close()


async def test_a_migration_that_fails_leaves_nothing_behind(database_url: str) -> None:
    database = await Database.open(database_url)
    await database.alter(lambda connection: connection.execute(sa.text("CREATE TABLE outbox (seq INTEGER)")))
    with pytest.raises(sa.exc.DBAPIError):
        await migrate(database)
    assert await tables(database) == {"outbox"}
    await database.close()


async def test_a_database_of_a_newer_version_is_refused(database_url: str) -> None:
    database = await Database.open(database_url)
    await migrate(database)

    async def age(connection: Connection) -> None:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    await database.write(age)
    with pytest.raises(SchemaNewer, match="升级"):
        await migrate(database)
    await database.close()


def test_two_tables_cannot_have_one_name() -> None:
    with pytest.raises(ValueError, match="meta"):
        combine([Declared(meta, Personal.NONE, None), Declared(meta, Personal.NONE, None)])


async def test_the_next_revision_adds_what_is_new() -> None:
    table = sa.Table("fresh", sa.MetaData(), sa.Column("id", sa.Text, primary_key=True))
    source = await revise(combine([Declared(table, Personal.NONE, None)]), "Something fresh.")
    assert source is not None
    assert 'down_revision = "0001"' in source.replace("'", '"')
    assert "op.create_table(" in source and "'fresh'" in source


async def test_a_column_that_differs_is_seen(database_url: str) -> None:
    database = await Database.open(database_url)
    declared = sa.Table(
        "people",
        sa.MetaData(),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, server_default=""),
        sa.Column("age", sa.Integer, nullable=False, server_default="0"),
    )
    await database.alter(declared.metadata.create_all)
    assert not await differences(database, declared.metadata)
    await database.alter(lambda connection: connection.execute(sa.text("DROP TABLE people")))
    create = "CREATE TABLE people (id TEXT NOT NULL PRIMARY KEY, name INTEGER NOT NULL, age INTEGER DEFAULT 1 NOT NULL)"
    await database.alter(lambda connection: connection.execute(sa.text(create)))
    assert len(await differences(database, declared.metadata)) == 2
    await database.close()


async def differences(database: Database, declared: sa.MetaData) -> list[object]:
    return list(await database.alter(lambda connection: compare_metadata(context(connection), declared)))
