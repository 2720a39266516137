"""Server-Sent Events: what the page is told, from where it stopped listening."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.simulator.page.feed import Feed
from bot.simulator.page.guard import HEADERS, refusal

LISTENERS = 16
HEARTBEAT = 15.0
SLOWEST = 10.0

Told = tuple[str, Mapping[str, Any]]


@dataclass(slots=True)
class Stream:
    """Tells every listener what changed. An event's id is `run-position`, so a page that comes back after a while
    hears what it missed, and one that knew another run, or missed too much, hears the whole state again."""

    run: str
    feed: Feed
    state: Callable[[], Mapping[str, Any]]
    changed: Callable[[str], Iterator[Told]]
    listeners: int = 0
    ending: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One listener, until it leaves or cannot keep up."""
        if self.listeners >= LISTENERS:
            return refusal(503, f"同时最多打开 {LISTENERS} 页")
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream; charset=utf-8"})
        self.listeners += 1
        try:
            await response.prepare(request)
            with suppress(ConnectionError, TimeoutError):
                await self._tell(response, self._known(request.headers.get("Last-Event-ID", "")))
        finally:
            self.listeners -= 1
        return response

    def _known(self, last: str) -> int | None:
        """The position a listener got to in this run."""
        run, _, position = last.rpartition("-")
        return int(position) if run == self.run and position.isdecimal() and len(position) < 16 else None

    async def _tell(self, response: web.StreamResponse, position: int | None) -> None:
        await _write(response, "retry: 1000\n\n")
        while not self.ending.is_set():
            topics = None if position is None else self.feed.since(position)
            position = self.feed.position
            await _write(response, "".join(self._lines(topics, position)) or ": 还在\n\n")
            await self.feed.after(position, HEARTBEAT)

    def _lines(self, topics: Sequence[str] | None, position: int) -> Iterator[str]:
        if topics is None:
            yield _event("state", self.state(), f"{self.run}-{position}")
            return
        told = {f"{name} {data.get('n', '')}": (name, data) for topic in topics for name, data in self.changed(topic)}
        for name, data in told.values():
            yield _event(name, data, f"{self.run}-{position}")

    def end(self) -> None:
        """Let go of all listeners."""
        self.ending.set()
        self.feed.touch("end")


def _event(name: str, data: Mapping[str, Any], id: str) -> str:
    return f"event: {name}\nid: {id}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


async def _write(response: web.StreamResponse, text: str) -> None:
    """Write within a time; TimeoutError for a listener that does not take it."""
    async with asyncio.timeout(SLOWEST):
        await response.write(text.encode())
