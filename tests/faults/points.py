"""The named moments at which the victim can die or fall asleep, reached by wrapping the bot's ports.

Each wrapper is handed to the composition root; the bot itself knows nothing of them.
"""

import os
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import ClientRequest, ClientSession

from bot.inbox import Put
from bot.types.events import Message

APPENDED = "after append"
PULLED = "after a page was pulled"
TURNED = "after a page was stored"
BEFORE = "before the transaction"
INSIDE = "inside the transaction"
COMMITTED = "after commit"
CLAIMED = "after the claim, before the answer is written"
TAKEN = "after the claim of a lane"
WRITTEN = "after the request was written"
UNSTORED = "before the result is stored"
FETCHED = "after a file was kept, before anybody was told"

POINTS = (APPENDED, TAKEN, INSIDE, WRITTEN, COMMITTED, UNSTORED, CLAIMED)
"""Those at which it can die; those that need a lane lie between those that do not."""
SOME = {"embedded": (APPENDED, TAKEN, COMMITTED, UNSTORED), "urls": (INSIDE, WRITTEN, CLAIMED)}
"""The same, each on one of the pairs of stores."""
SCARCE = frozenset((TAKEN, WRITTEN, UNSTORED))
"""Those that not every message reaches."""
SLEEPS = (BEFORE, TAKEN, INSIDE, WRITTEN, CLAIMED, UNSTORED)
"""Those at which it can fall asleep."""


@dataclass
class Fate:
    """Dies by signal 9 when `point` is reached for the `nth` time, having noted point and time in `note`."""

    point: str
    nth: int
    note: Path

    def reach(self, point: str) -> None:
        """A named point is reached."""
        if point != self.point:
            return
        self.nth -= 1
        if self.nth == 0:
            self.note.write_text(f"{time.time()} {point}")
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Sleep:
    """Stops (SIGSTOP) when the first of `points` is reached and, woken, when the next one is; notes each in `note`."""

    points: tuple[str, ...]
    note: Path

    def reach(self, point: str) -> None:
        """A named point is reached."""
        if not self.points or point != self.points[0]:
            return
        self.points = self.points[1:]
        self.note.write_text(f"{time.time()} {point}")
        os.kill(os.getpid(), signal.SIGSTOP)


@dataclass
class FatefulInbox:
    """An inbox that tells when an event has been stored."""

    inner: Any
    fate: Fate | Sleep

    async def put(self, event: Any, *arguments: Any, **options: Any) -> Any:
        put = await self.inner.put(event, *arguments, **options)
        if put == Put.NEW and isinstance(event, Message):
            self.fate.reach(APPENDED)
        return put

    async def turn(self, *arguments: Any) -> Any:
        self.fate.reach(PULLED)
        put = await self.inner.turn(*arguments)
        self.fate.reach(TURNED)
        return put

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


_BEFORE = {"_settle": FETCHED, "_store_result": UNSTORED, "commit_event": BEFORE}


@dataclass
class FatefulDatabase:
    """A database that tells where a write has got to; works are told apart by their names."""

    inner: Any
    fate: Fate | Sleep

    async def write(self, work: Callable[..., Awaitable[Any]], **options: Any) -> Any:
        name = name_of(work)
        if name in _BEFORE:
            self.fate.reach(_BEFORE[name])
        found = await self.inner.write(self._watched(work) if name == "commit_event" else work, **options)
        self._committed(name, found)
        return found

    def _watched(self, work: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def watched(connection: Any) -> Any:
            found = await work(connection)
            self.fate.reach(INSIDE)
            return found

        return watched

    def _committed(self, name: str, found: Any) -> None:
        if name == "commit_event":
            self.fate.reach(COMMITTED)
        if name == "claim_for_answer" and found:
            self.fate.reach(CLAIMED)
        if name == "_claim_to_send" and found is not None and found.row.kind != "emit":
            self.fate.reach(TAKEN)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def name_of(work: Callable[..., Any]) -> str:
    """The name of a function, a method or a partial of one."""
    return name_of(work.func) if isinstance(work, partial) else getattr(work, "__name__", "")


def fateful_session(fate: Fate | Sleep) -> ClientSession:
    """A session that tells when a request has been written whole; its answer is still to come."""

    class FatefulRequest(ClientRequest):
        async def write_bytes(self, *arguments: Any, **options: Any) -> None:
            await super().write_bytes(*arguments, **options)
            fate.reach(WRITTEN)

    return ClientSession(request_class=FatefulRequest)
