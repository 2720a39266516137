"""What the HTTP side does with callers that behave oddly."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import aiohttp
import pytest

from bot.channels.door import Answer, Received
from bot.server import Server, addresses, listening
from bot.types.actions import Text
from bot.types.context import Context
from bot.types.events import Event, Route
from bot.types.outcome import Outcome
from tests.spine.conftest import MakeHouse
from tests.spine.house import House, Memo, Scripted, echo, message
from tests.waiting import until


@dataclass
class Plain(Memo):
    """A door without encryption: a body is a message's id, an answer is its words."""

    path: str = ""

    def open(self, query: Mapping[str, str], body: bytes, now: datetime) -> Received:
        return Received(message(body.decode(), "在吗", route=Route(passive="reply")), nonce="", timestamp="")

    def seal(self, received: Received, answer: Answer, now: datetime) -> bytes:
        return "\n".join(one.body for one in answer.contents if isinstance(one, Text)).encode()


@asynccontextmanager
async def serving(house: House) -> AsyncIterator[int]:
    """The house with its HTTP side; its port."""
    server = Server(
        inbox=house.inbox, passive=house.passive, database=house.database, leases=house.leases, clock=house.clock,
        metrics=house.metrics,
    )  # fmt: skip
    runner = await listening(server.serving({"/cb": house.doors[0]}), "127.0.0.1", 0)  # type: ignore[dict-item]
    try:
        yield addresses(runner)[0][1]
    finally:
        await runner.cleanup()


async def test_an_answer_that_a_caller_did_not_wait_for_is_given_when_it_comes_again(
    make_house: MakeHouse, caplog: pytest.LogCaptureFixture
) -> None:
    left = asyncio.Event()

    async def slowly(event: Event, context: Context) -> Outcome | None:
        await left.wait()
        return await echo(event, context)

    house = make_house(doors=(Plain(),), handler=Scripted(slowly))
    async with house.at_work(), serving(house) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /cb HTTP/1.1\r\nHost: bot\r\nContent-Length: 2\r\n\r\nm1")
        await until(lambda: house.handler.decided)
        writer.transport.abort()
        await asyncio.sleep(0.05)
        left.set()
        await until(lambda: _is(house, "ready"))
        async with aiohttp.ClientSession() as http, http.post(f"http://127.0.0.1:{port}/cb", data=b"m1") as response:
            assert await response.text() == "回：在吗"
        await until(lambda: _is(house, "done"))
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def _is(house: House, state: str) -> bool:
    return [row.state for row in await house.rows()] == [state]
