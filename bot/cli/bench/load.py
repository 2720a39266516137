"""The load: encrypted callbacks of an app, sent from a process of their own over connections that stay open."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlencode

from bot.cli.bench.child import answer, questions
from bot.simulator.crypto import Envelope, envelope
from bot.simulator.doors import App

CORP_ID = "ww1111222233334444"
TOKEN = "QunbanToken"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
AGENT_ID = 1000002
CONNECTIONS = 32
MEMBERS = 50
TEXT = "你好，我上周买的面霜什么时候能到？订单号是 SO20261121"


def plain(number: int, now: int) -> str:
    """A text message as WeCom writes it (WeCom doc 90239)."""
    return (
        f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName>"
        f"<FromUserName><![CDATA[member{number % MEMBERS:03}]]></FromUserName>"
        f"<CreateTime>{now}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{TEXT}{number:06}]]></Content>"
        f"<MsgId>{7_000_000_000_000_000 + number}</MsgId><AgentID>{AGENT_ID}</AgentID></xml>"
    )


def requests(seal: Envelope, chance: random.Random, path: str, first: int, count: int) -> Iterator[bytes]:
    """Whole HTTP requests, each with a nonce and a message id of its own."""
    now = int(time.time())
    for number in range(first, first + count):
        callback = seal.wrap(plain(number, now), str(now), str(chance.getrandbits(40)))
        head = f"POST {path}?{urlencode(callback.params)} HTTP/1.1\r\nHost: bench\r\nContent-Type: text/xml\r\n"
        yield f"{head}Content-Length: {len(callback.body)}\r\n\r\n".encode() + callback.body


async def drive(port: int, waiting: list[bytes]) -> Counter[int]:
    """Send everything; how many answers of each status came."""
    statuses: Counter[int] = Counter()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(CONNECTIONS):
            tasks.create_task(_connection(port, waiting, statuses))
    return statuses


async def _connection(port: int, waiting: list[bytes], statuses: Counter[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while waiting:
        writer.write(waiting.pop())
        statuses[await _answer(reader)] += 1
    writer.close()
    await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
    await reader.readexactly(length)
    return int(head.split(b" ", 2)[1])


async def main() -> None:
    chance = random.Random(0)
    seal = envelope(App("助手", AGENT_ID, "", TOKEN, AES_KEY), CORP_ID, chance)
    sent = 0
    async for asked in questions():
        waiting = list(requests(seal, chance, asked["path"], sent, asked["count"]))
        sent += asked["count"]
        answer(statuses=await drive(asked["port"], waiting))


if __name__ == "__main__":
    asyncio.run(main())
