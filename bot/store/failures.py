"""Which database errors mean "try again later", which mean "run it again", and which are the statement's own."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa


class StoreDown(Exception):
    """The database cannot be reached or cannot be written now; try again."""


class Conflict(Exception):
    """The database broke off a transaction because of another one (deadlock, serialisation)."""


_SQLITE_DOWN = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
# PostgreSQL, appendix A: connection, authorisation, no such database, read only, idle in a transaction, resources,
# lock, operator, system.
_SQLSTATE_DOWN = ("08", "28", "3D", "25006", "25P03", "53", "55P03", "57", "58")
_SQLSTATE_CONFLICT = ("40",)


def failure(error: BaseException) -> StoreDown | Conflict | None:
    """What a driver's error means for everybody in its transaction; None when it is the statement's own fault."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if _state(cause).startswith(_SQLSTATE_CONFLICT):
        return Conflict(str(cause))
    # A connection that went away in mid-transaction is told of once; what comes after it is told so.
    lost = isinstance(error, sa.exc.PendingRollbackError) or (
        isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated
    )
    return StoreDown(str(cause)) if lost or _is_down(cause) else None


@contextmanager
def translated() -> Iterator[None]:
    """Raise StoreDown or Conflict in place of the drivers' own errors for these."""
    try:
        yield
    except (sa.exc.SQLAlchemyError, sqlite3.Error, OSError) as error:
        found = failure(error)
        if found is None:
            raise
        raise found from error


def _is_down(error: BaseException | None) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _SQLITE_DOWN
    return isinstance(error, OSError | sa.exc.TimeoutError) or _state(error).startswith(_SQLSTATE_DOWN)


def _state(error: BaseException | None) -> str:
    return getattr(error, "sqlstate", None) or ""
