"""The simulator judges a bot that lives, and dies, in another process."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from .conftest import Company

CHILD = """
import asyncio, sys, aiohttp

async def main():
    url, token = sys.argv[1:]
    body = {"touser": "li.na", "agentid": 1000002, "msgtype": "text"}
    async with aiohttp.ClientSession() as http:
        for number in range(1000):
            text = {"text": {"content": str(number)}}
            await http.post(f"{url}/cgi-bin/message/send?access_token={token}", json=body | text)

asyncio.run(main())
"""
SEND = "/cgi-bin/message/send"


@asynccontextmanager
async def child(company: Company) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, company.wecom.url, company.token)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_a_killed_bot_leaves_its_open_calls_in_the_journal(company: Company) -> None:
    journal = company.wecom.journal
    async with child(company) as process:
        await journal.wait_for(lambda found: len(found.seen()) >= 3, 60)
        company.wecom.faults.slow(0.2, path=SEND)
        await journal.wait_for(lambda found: found.inflight_at(company.wecom.clock.now()))
        process.kill()
        killed = company.wecom.clock.now()
        await process.wait()
    calls = len(journal.calls(SEND))
    await journal.wait_for(lambda found: all(call.ended for call in found.calls(SEND)))
    assert len(journal.inflight_at(killed)) == 1
    assert len(journal.records()) == len(journal.calls(SEND)) == calls
