"""The SQL database: reads at any time, writes through one writer that commits them in groups."""

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from bot.store.connection import Connection, Parameters, Side
from bot.store.failures import Conflict, StoreDown, translated
from bot.store.sqlite import Sqlite

__all__ = ["Connection", "Database", "StoreDown", "driver_url"]

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Write(Generic[T]):
    work: Callable[[Connection], Awaitable[T]]
    alone: bool
    order: str
    urgent: bool
    tries: int = 0
    done: "asyncio.Future[T]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class _Waiting:
    """Writes in the order of their turn: urgent ones first, but not twice in a row while others wait."""

    def __init__(self) -> None:
        self._urgent: deque[_Write[Any]] = deque()
        self._others: deque[_Write[Any]] = deque()
        self._favoured = False

    def __len__(self) -> int:
        return len(self._urgent) + len(self._others)

    def add(self, write: _Write[Any]) -> None:
        (self._urgent if write.urgent else self._others).append(write)

    def put_back(self, write: _Write[Any]) -> None:
        (self._urgent if write.urgent else self._others).appendleft(write)

    def take(self, most: int) -> list[_Write[Any]]:
        """The next that share a transaction, in the order in which they lock rows."""
        self._favoured = bool(self._urgent) and not (self._favoured and self._others)
        queue = self._urgent if self._favoured else self._others
        batch: list[_Write[Any]] = []
        while queue and len(batch) < most:
            if batch and (batch[0].alone or queue[0].alone):
                break
            batch.append(queue.popleft())
        return sorted((write for write in batch if not write.done.done()), key=lambda write: write.order)

    def give_up(self) -> list[_Write[Any]]:
        """All of them; nothing waits any more."""
        left = [*self._urgent, *self._others]
        self._urgent.clear()
        self._others.clear()
        return left


class Database:
    """SQLite or PostgreSQL behind one face; made by `open` or `memory`, ended by `close`."""

    def __init__(self, side: Side, *, batch: int = 64, waiting: int = 1024, tries: int = 5) -> None:
        self.dialect = side.dialect
        self._side = side
        self._batch = batch
        self._tries = tries
        self._slots = asyncio.Semaphore(waiting)
        self._waiting = _Waiting()
        self._hand: list[_Write[Any]] = []
        self._handed_in = asyncio.Event()
        self._closed = self._ended = False
        self._writer = asyncio.create_task(self._write_all(), name="database-writer")

    @classmethod
    async def open(
        cls, url: str, *, batch: int = 64, waiting: int = 1024, tries: int = 5, readers: int = 2, seconds: float = 5.0
    ) -> "Database":
        """The database of `sqlite:///PATH` or `postgresql://…`; StoreDown when it cannot be reached.

        At most `waiting` writes are in hand (further callers wait) and `batch` share a transaction; one that meets a
        deadlock is run up to `tries` times. `seconds`: how long to wait for a connection or for the write lock.
        """
        database = cls(side_of(url, readers=readers, seconds=seconds), batch=batch, waiting=waiting, tries=tries)
        try:
            await database.write(_nothing)
        except BaseException:
            await database.close()
            raise
        return database

    @classmethod
    async def memory(cls) -> "Database":
        """An empty SQLite database that leaves nothing behind."""
        return cls(Sqlite(sa.URL.create("sqlite"), readers=0, seconds=1))

    async def write(
        self, work: Callable[[Connection], Awaitable[T]], *, alone: bool = False, order: str = "", urgent: bool = False
    ) -> T:
        """Run `work` in a transaction and return its result once that is durable.

        Concurrent works share a transaction, run one after the other by `order`, each in a savepoint: what one raises
        undoes it alone and comes out here. `alone`: a transaction of its own. `urgent`: short, and somebody waits for
        it, so that it does not queue behind the others. A work may be run again from its start after a deadlock, and
        may still be run when the caller is cancelled, so it has no effect but its SQL.
        StoreDown: nothing was committed or, when the connection broke during the commit, nobody knows.
        """
        async with self._slots:
            if self._closed:
                raise StoreDown("the database is closed")
            write = _Write(work, alone, order, urgent)
            self._waiting.add(write)
            self._handed_in.set()
            return await write.done

    async def read(self, statement: sa.Executable, parameters: Parameters = None) -> list[sa.Row[Any]]:
        """The rows of a query on what is committed; StoreDown when the database cannot be reached."""
        if self._closed:
            raise StoreDown("the database is closed")
        with translated():
            rows = await self._side.read(statement, parameters)
        return await self.write(_query(statement, parameters)) if rows is None else rows

    async def alter(self, change: Callable[[sa.Connection], T]) -> T:
        """Run a synchronous change (of the schema) in a transaction of its own."""

        async def work(connection: Connection) -> T:
            return await connection.alter(change)

        return await self.write(work, alone=True)

    async def close(self) -> None:
        """Finish the writes that were handed in, then close every connection; a second time does nothing."""
        if self._ended:
            return
        self._ended = self._closed = True
        self._handed_in.set()
        await self._writer
        await self._side.close()

    async def _write_all(self) -> None:
        try:
            while self._waiting or not self._closed:
                self._handed_in.clear()
                await (self._turn() if self._waiting else self._handed_in.wait())
        except Exception:
            log.critical("the database writer ended: every further write fails")
            raise
        finally:
            self._closed = True
            _fail([*self._hand, *self._waiting.give_up()], "the database is closed")

    async def _turn(self) -> None:
        """One transaction for as many of the waiting as fit."""
        self._hand = []
        try:
            with translated():
                async with self._side.transaction() as connection:
                    self._hand = self._waiting.take(self._batch)
                    results = await _run(self._hand, connection)
        except StoreDown as error:
            _fail(self._hand or self._waiting.take(self._batch), str(error))
        except (Conflict, sa.exc.SQLAlchemyError, sqlite3.Error) as error:
            self._again(self._hand or self._waiting.take(self._batch), error)
        else:
            _settle(self._hand, results)
        # Those whose write has just ended get to hand in their next one before the next transaction is filled.
        await asyncio.sleep(0)

    def _again(self, batch: Sequence[_Write[Any]], error: Exception) -> None:
        """Put back what a failed transaction held, each to be run by itself; one that was by itself has failed."""
        for write in reversed(batch):
            write.tries += 1
            if isinstance(error, Conflict) and write.tries >= self._tries:
                _fail([write], str(error))
            elif isinstance(error, Conflict) or len(batch) > 1:
                write.alone = True
                self._waiting.put_back(write)
            else:
                _settle([write], [error])


def side_of(url: str, *, readers: int = 2, seconds: float = 5.0) -> Side:
    """The kind of database that a URL names, not connected yet; ValueError when it is none of ours."""
    target = driver_url(url)
    if target.get_backend_name() == "sqlite":
        return Sqlite(target, readers=readers, seconds=seconds)
    # Imported only where it is used: SQLAlchemy's asynchronous side brings its whole ORM, half a second and 15 MiB.
    from bot.store.postgres import Postgres

    return Postgres(target, readers=readers, seconds=seconds)


def driver_url(url: str) -> sa.URL:
    """The URL with the driver that is used here; ValueError when it is neither SQLite nor PostgreSQL."""
    try:
        target = sa.make_url(url.replace("postgres://", "postgresql://", 1))
    except sa.exc.ArgumentError:
        # Not chained: the error repeats the URL, which may hold a password.
        raise ValueError("not a database URL") from None
    if target.get_backend_name() == "sqlite":
        return target.set(drivername="sqlite")
    if target.get_backend_name() != "postgresql":
        raise ValueError(f"neither SQLite nor PostgreSQL: {target.drivername}")
    query = {"ssl" if key == "sslmode" else key: value for key, value in target.query.items()}
    return target.set(drivername="postgresql+asyncpg", query=query)


async def _nothing(_: Connection) -> None:
    return None


def _query(statement: sa.Executable, parameters: Parameters) -> Callable[[Connection], Awaitable[list[sa.Row[Any]]]]:
    async def work(connection: Connection) -> list[sa.Row[Any]]:
        return list((await connection.execute(statement, parameters)).all())

    return work


async def _run(batch: Sequence[_Write[Any]], connection: Connection) -> list[Any]:
    """What each work returned or raised; raises what broke the transaction for all of them."""
    results: list[Any] = []
    for write in batch:
        # gather makes a task of it: the loop gets a turn in between, and whatever it raises is a value here.
        results += await asyncio.gather(_saved(write.work, connection), return_exceptions=True)
        if connection.broken is not None:
            raise connection.broken
    return results


async def _saved(work: Callable[[Connection], Awaitable[T]], connection: Connection) -> T:
    async with connection.savepoint():
        return await work(connection)


def _settle(batch: Sequence[_Write[Any]], results: Sequence[Any]) -> None:
    for write, result in zip(batch, results, strict=True):
        if write.done.done():
            continue
        if isinstance(result, BaseException):
            write.done.set_exception(result)
        else:
            write.done.set_result(result)


def _fail(batch: Sequence[_Write[Any]], reason: str) -> None:
    _settle(batch, [StoreDown(reason) for _ in batch])
