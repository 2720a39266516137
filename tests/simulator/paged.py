"""A simulated company with its chat page, and a browser without a window."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.simulator import Record, ShiftedClock, WeCom
from bot.simulator.page import Cast, Page
from tests.waiting import until

from .conftest import FAST, Company, founded

WHY: Mapping[str, Any] = {"outcome": "答了", "handler": "关键词", "steps": [], "sent": []}
GROUP = "|group|wrG1"
APP = "app:助手|direct|li.na"


@dataclass
class Known:
    """A bot's records, as far as the page asks for them."""

    asked: list[tuple[Record, Record | None]] = field(default_factory=list)
    known: bool = True

    async def __call__(self, shown: Record, said: Record | None) -> Mapping[str, Any] | None:
        self.asked.append((shown, said))
        return WHY if self.known else None


@dataclass
class Reader:
    """A browser that reads what is pushed: the newest data by event, and all events in order."""

    events: list[tuple[str, str, Any]] = field(default_factory=list)

    def of(self, name: str) -> list[Any]:
        return [data for event, _, data in self.events if event == name]

    @property
    def last_id(self) -> str:
        return self.events[-1][1]

    def records(self) -> dict[int, Any]:
        """What stands on the page now."""
        known = {one["n"]: one for state in self.of("state")[-1:] for one in state["records"]}
        return known | {one["n"]: one for one in self.of("record")}

    def texts(self) -> list[str]:
        return [one["text"] for one in self.records().values()]


@dataclass
class House:
    """A company, its page, and a browser without a head."""

    company: Company
    page: Page
    clock: ShiftedClock
    reasons: Known
    http: aiohttp.ClientSession
    told: Any = None

    async def order(self, order: str, /, **body: Any) -> int:
        """Give an order; the status, and in `told` what came with it."""
        async with self.http.post(f"{self.page.url}{order}", json=body) as response:
            self.told = await response.json()
            return response.status

    async def get(self, path: str, **headers: str) -> tuple[int, Any]:
        async with self.http.get(f"{self.page.url}{path}", headers=headers) as response:
            return response.status, response.headers if "json" not in response.content_type else await response.json()

    @asynccontextmanager
    async def reading(self, last: str = "") -> AsyncIterator[Reader]:
        reader, headers = Reader(), {"Last-Event-ID": last} if last else {}
        async with self.http.get(f"{self.page.url}events", headers=headers) as response:
            assert response.status == 200
            reading = asyncio.create_task(take(response, reader))
            await until(lambda: reader.events or last)
            try:
                yield reader
            finally:
                reading.cancel()
                await asyncio.wait({reading})


async def take(response: aiohttp.ClientResponse, reader: Reader) -> None:
    while block := await response.content.readuntil(b"\n\n"):
        fields = dict(line.split(": ", 1) for line in block.decode().strip().splitlines() if not line.startswith(":"))
        if "data" in fields:
            reader.events.append((fields["event"], fields["id"], json.loads(fields["data"])))


@asynccontextmanager
async def paged() -> AsyncIterator[House]:
    """A company with a page; WeCom and the page share a clock that the page moves."""
    clock, reasons = ShiftedClock(), Known()
    async with AsyncExitStack() as stack:
        company = await founded(stack, WeCom(timing=FAST, clock=clock))
        cast = Cast("li.na", company.app, ["wang.wu"], {"li.na": "成员"}, ["发货"], ["您好"])
        page = await stack.enter_async_context(Page(company.wecom, cast, reasons, clock, port=0))
        yield House(company, page, clock, reasons, company.http)
