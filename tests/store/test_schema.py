"""The database equals the declared tables, and every table says what it keeps and for how long."""

from alembic.autogenerate import compare_metadata

from bot.store.database import Database
from bot.store.schema import combine, context, migrate
from bot.store.tables import SPINE


async def test_the_revisions_lead_to_the_declared_tables(database_url: str) -> None:
    database = await Database.open(database_url)
    await migrate(database)
    differences = await database.alter(lambda connection: compare_metadata(context(connection), combine(SPINE)))
    await database.close()
    assert not differences
