"""The tables of the whole house as one, and the migrations that make a database equal to them.

Alembic is imported where it is used: most commands migrate nothing, and it brings template engines with it.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.types.declarations import Declared

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"
# Any number, as long as it stays the same: two processes that start together migrate one after the other.
ADVISORY_LOCK = 0x51756E62616E


class SchemaNewer(Exception):
    """The database was migrated by a newer version; the message (Chinese) says what to do."""


def combine(declared: Iterable[Declared]) -> sa.MetaData:
    """All tables in one MetaData; ValueError when two have the same name."""
    metadata = sa.MetaData()
    for one in declared:
        if one.table.name in metadata.tables:
            raise ValueError(f"two tables are called {one.table.name!r}")
        one.table.to_metadata(metadata)
    return metadata


async def migrate(database: Database) -> None:
    """Bring the tables to the newest revision in one transaction; safe when several processes do it together.

    SchemaNewer when the database is at a revision that this version does not know.
    """
    from alembic.util import CommandError

    try:
        await database.alter(upgrade)
    except CommandError as error:
        raise SchemaNewer("数据库是由更新版本的 qunban 建的，请升级 qunban，或换一个数据库") from error


def upgrade(connection: sa.Connection) -> None:
    """Run the revisions that are missing, in the transaction of the connection."""
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    if connection.dialect.name == "postgresql":
        # However long the other one migrates.
        connection.execute(sa.text("SET LOCAL lock_timeout = 0"))
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ADVISORY_LOCK)))
    script = ScriptDirectory(str(MIGRATIONS))
    # The recipe of Alembic's EnvironmentContext: no env.py and no alembic.ini.
    with EnvironmentContext(Config(), script, fn=lambda at, _: script._upgrade_revs("head", at)) as environment:
        environment.configure(connection=connection, transactional_ddl=True, version_table=VERSION_TABLE)
        environment.run_migrations()


def context(connection: sa.Connection) -> "MigrationContext":
    """For comparing a database with the declared tables: types and defaults count."""
    from alembic.runtime.migration import MigrationContext

    options = {"compare_type": True, "compare_server_default": _is_other_default, "version_table": VERSION_TABLE}
    return MigrationContext.configure(connection, opts=options)


def _is_other_default(
    at: "MigrationContext", _: object, column: sa.Column[Any], found: str | None, *__: object
) -> bool:
    # Alembic's reflection of SQLite puts an empty text into parentheses and its comparison takes it for no default.
    compiler = at.dialect.ddl_compiler(at.dialect, sa.schema.CreateTable(column.table))
    return _plain(found) != _plain(compiler.get_column_default_string(column))


def _plain(default: str | None) -> str:
    return re.sub(r"::[a-z ]+$", "", default or "").strip("()'")
