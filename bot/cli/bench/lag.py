"""How long an event loop is held up: a task that wants to run every millisecond, and how late it does.

Counted is only the time in which this process was at work itself: what else the machine does is no fault of ours.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

EVERY = 0.001


class Lag:
    """How late the task was, each time, in milliseconds."""

    def __init__(self) -> None:
        self.late: list[float] = []

    @property
    def worst(self) -> float:
        """The longest that the loop was held up."""
        return max(self.late, default=0.0)

    @property
    def usual(self) -> float:
        """What 99 of 100 times were below."""
        return sorted(self.late)[len(self.late) * 99 // 100] if self.late else 0.0

    async def watch(self) -> None:
        """Run until cancelled."""
        while True:
            began, worked = time.perf_counter(), time.process_time()
            await asyncio.sleep(EVERY)
            late = time.perf_counter() - began - EVERY
            self.late.append(min(late, time.process_time() - worked) * 1000)


@asynccontextmanager
async def watched() -> AsyncIterator[Lag]:
    """Watch the running loop meanwhile."""
    lag = Lag()
    task = asyncio.create_task(lag.watch())
    try:
        yield lag
    finally:
        await asyncio.sleep(2 * EVERY)
        task.cancel()
