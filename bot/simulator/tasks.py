"""The one owner of everything that runs in the background."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Tasks:
    """Holds running tasks; nothing it started outlives `close`, and no error is lost."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()
        self._errors: list[BaseException] = []

    def own(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._errors.append(error)

    async def settle(self, within: float) -> None:
        """Wait until nothing runs any more; TimeoutError if that takes longer."""
        async with asyncio.timeout(within):
            while self._running:
                await asyncio.wait(set(self._running))
        self._raise()

    async def close(self) -> None:
        """Cancel what still runs, wait for it, raise the first error that a task met."""
        running = set(self._running)
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)
        self._raise()

    def _raise(self) -> None:
        if self._errors:
            raise self._errors.pop(0)
