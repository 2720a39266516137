"""What a piece of work gets to do its writes with."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from bot.store.failures import Conflict, StoreDown, translated

T = TypeVar("T")
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


class Connection(ABC):
    """The open transaction of a piece of work. `broken`: why nothing of it can be committed any more."""

    broken: StoreDown | Conflict | None = None

    async def execute(self, statement: sa.Executable, parameters: Parameters = None) -> sa.CursorResult[Any]:
        """Run one statement; its result is in memory.

        Raises SQLAlchemy's errors for faults of the statement; StoreDown when the database is gone.
        """
        with self._watched():
            return await self._execute(statement, parameters)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo what is done within, and only that, when it raises."""
        await self._mark("SAVEPOINT work")
        try:
            yield
        except BaseException:
            if self.broken is None:
                await self.undo()
            raise
        await self._mark("RELEASE SAVEPOINT work")

    async def undo(self) -> None:
        """Undo what was done since the innermost savepoint, which goes on."""
        await self._mark("ROLLBACK TO SAVEPOINT work")

    async def _mark(self, sql: str) -> None:
        with self._watched():
            await self._command(sql)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            with translated():
                yield
        except (StoreDown, Conflict) as error:
            self.broken = error
            raise

    @abstractmethod
    async def alter(self, change: Callable[[sa.Connection], T]) -> T:
        """Run a synchronous change (a migration) in this transaction."""

    @abstractmethod
    async def _execute(self, statement: sa.Executable, parameters: Parameters) -> sa.CursorResult[Any]: ...

    @abstractmethod
    async def _command(self, sql: str) -> None: ...


class Side(Protocol):
    """One kind of database under a `Database`."""

    dialect: str

    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        """Committed at the end, undone when anything is raised within; one at a time."""
        ...

    async def read(self, statement: sa.Executable, parameters: Parameters) -> list[sa.Row[Any]] | None:
        """What is committed now; None when reading takes a transaction."""
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...
