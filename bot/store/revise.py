"""For developers: write the revision that leads from the newest one to the declared tables.

    python -m bot.store.revise MODULE:NAME "what changes"     # the next revision
    python -m bot.store.revise MODULE:NAME "the first tables" --first    # while nothing has been released

NAME is a list of `Declared`, or a callable that returns one. Read what it wrote; a rename shows as drop and add.
"""

import argparse
import asyncio
import importlib
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, Literal

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import UpgradeOps
from alembic.script import ScriptDirectory

from bot.store.database import Database
from bot.store.schema import MIGRATIONS, combine, context, migrate
from bot.types.columns import Instant
from bot.types.declarations import Declared

FORM = '''"""{message}"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """{message}"""
    {body}
'''


def main(arguments: Sequence[str]) -> int:
    """Write the revision and say where; 1 when there is nothing to change."""
    parser = argparse.ArgumentParser("python -m bot.store.revise")
    parser.add_argument("where", metavar="MODULE:NAME")
    parser.add_argument("message")
    parser.add_argument("--first", action="store_true", help="make revision 0001 anew, from nothing")
    asked = parser.parse_args(arguments)
    folder = MIGRATIONS / "versions"
    if asked.first:
        for file in folder.glob("r*.py"):
            file.unlink()
    source = asyncio.run(revise(combine(find(asked.where)), asked.message))
    if source is None:
        sys.stderr.write("the revisions already lead to these tables\n")
        return 1
    file = folder / f"r{_next()}.py"
    file.write_text(source)
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", file], check=True)
    sys.stdout.write(f"{file}\n")
    return 0


def find(where: str) -> Sequence[Declared]:
    """The declared tables at `module:name`."""
    module, _, name = where.partition(":")
    found = getattr(importlib.import_module(module), name)
    declared: Sequence[Declared] = found() if callable(found) else found
    return declared


async def revise(metadata: sa.MetaData, message: str) -> str | None:
    """The source of the next revision; None when none is needed."""
    database = await Database.memory()
    try:
        await migrate(database)
        operations = await database.alter(lambda connection: produce_migrations(context(connection), metadata))
    finally:
        await database.close()
    if operations.upgrade_ops is None or operations.upgrade_ops.is_empty():
        return None
    body = _render(operations.upgrade_ops)
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    return FORM.format(message=message, revision=_next(), down=head, body=body)


def _render(operations: UpgradeOps) -> str:
    lines = render_python_code(operations, render_item=_plain).splitlines()
    return "\n".join(line for line in lines if "Alembic" not in line).strip()


def _plain(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Revisions name no type of ours and nothing that only SQLite understands."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.BigInteger()"
    if kind == "server_default" and isinstance(getattr(item, "arg", None), sa.False_ | sa.True_):
        return "sa.false()" if isinstance(item.arg, sa.False_) else "sa.true()"
    return False


def _next() -> str:
    return f"{len(list((MIGRATIONS / 'versions').glob('r*.py'))) + 1:04}"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
