"""What a failed exchange says about whether the request went out."""

import asyncio
import logging
import socket
import traceback
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, TCPConnector

from bot.wecom.errors import Busy, CallError, Misconfigured, NotSent, Unanswered, WeComError
from bot.wecom.transport import ANSWER_BYTES, Patience, Transport
from tests.wecom.server import OK, Behaviour, answering, closed_port, http, read_request, serving

SHORT = Patience(connect=0.15, answer=0.15)
SECRET = {"access_token": "s3cr3t"}


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


async def post(session: ClientSession, base: str, parallel: int = 16) -> dict[str, object]:
    transport = Transport(session, parallel, SHORT)
    return await transport.post("message/send", f"{base}/cgi-bin/message/send", SECRET, {"text": "签到"})


async def failure(session: ClientSession, base: str) -> CallError:
    with pytest.raises(CallError) as failed:
        await post(session, base)
    return failed.value


async def test_an_answer_is_a_mapping(session: ClientSession) -> None:
    async with serving(answering(http(OK))) as base:
        assert (await post(session, base))["msgid"] == "m1"


async def test_the_request_is_json_in_utf8(session: ClientSession) -> None:
    seen: list[bytes] = []

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await read_request(reader))
        writer.write(http(OK))
        await writer.drain()

    async with serving(behave) as base:
        await post(session, base)
    assert seen[0].startswith(b"POST /cgi-bin/message/send?access_token=s3cr3t HTTP/1.1")
    assert b"Content-Type: application/json" in seen[0] and seen[0].endswith('{"text":"签到"}'.encode())


async def test_what_is_no_longer_ours_to_send_is_not_sent(session: ClientSession) -> None:
    seen: list[bytes] = []

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await read_request(reader))

    async with serving(behave) as base:
        with pytest.raises(NotSent):
            await Transport(session, 1, SHORT).post("message/send", base, {}, {}, lambda: False)
    assert seen == []


async def test_what_stops_being_ours_while_it_waits_for_a_connection_is_not_sent() -> None:
    seen: list[bytes] = []
    begun, answer = asyncio.Event(), asyncio.Event()

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            seen.append(await read_request(reader))
            begun.set()
            await answer.wait()
            writer.write(http(OK))

    asked: list[bool] = []

    def may_send() -> bool:
        asked.append(answer.is_set())
        return not answer.is_set()

    async with serving(behave) as base, ClientSession(connector=TCPConnector(limit=1)) as session:
        transport = Transport(session)
        first = asyncio.create_task(transport.post("message/send", f"{base}/send", SECRET, {}))
        await begun.wait()
        second = asyncio.create_task(transport.post("message/send", f"{base}/send", SECRET, {"n": 2}, may_send))
        await asyncio.sleep(0.05)
        answer.set()
        await first
        with pytest.raises(NotSent):
            await second
    assert len(seen) == 1 and asked == [True]


async def test_an_errcode_is_wecoms_refusal(session: ClientSession) -> None:
    async with serving(answering(http(b'{"errcode":81013,"errmsg":"all invalid"}'))) as base:
        error = await failure(session, base)
    assert isinstance(error, WeComError)
    assert (error.code, error.message, error.call) == (81013, "all invalid", "message/send")


async def test_a_refused_connection_was_not_sent(session: ClientSession) -> None:
    assert type(await failure(session, closed_port())) is NotSent


async def test_an_unknown_host_was_not_sent(session: ClientSession) -> None:
    assert type(await failure(session, "http://nowhere.invalid")) is NotSent


async def test_a_connection_that_is_never_made_was_not_sent(session: ClientSession) -> None:
    """A full backlog drops the SYN: the connection hangs while it is being made."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(deaf.getsockname())
        error = await failure(session, f"http://127.0.0.1:{deaf.getsockname()[1]}")
        for filler in fillers:
            filler.close()
    assert type(error) is NotSent


async def test_waiting_for_a_free_connection_was_not_sent() -> None:
    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)

    async with ClientSession(connector=TCPConnector(limit=1)) as session, serving(never) as base:
        first = asyncio.create_task(failure(session, base))
        await asyncio.sleep(0.05)
        assert type(await failure(session, base)) is NotSent
        assert type(await first) is Unanswered


async def behave_closing_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)


async def behave_resetting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.transport.abort()


async def behave_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    await asyncio.sleep(5)


async def behave_dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(http(OK, length=10_000))
    for _ in range(50):
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.1)


@pytest.mark.parametrize(
    "behave",
    [
        behave_closing_at_once,
        behave_resetting,
        behave_silent,
        behave_dripping,
        answering(http(OK, length=len(OK) + 5), b""),
        answering(http(OK[:10])),
        answering(http(b"[]")),
        answering(http(b"")),
        answering(http(b"\xff\xfe")),
        answering(http(b"[" * 100_000)),
        answering(http(b" " * (ANSWER_BYTES + 10) + OK)),
        answering(b"HTTP/1.1 2"),
        answering(b"nonsense\r\n\r\n"),
        answering(http(b"bad gateway", "502 Bad Gateway")),
        answering(http(b"late", "504 Gateway Timeout")),
    ],
    ids=range(15),
)
async def test_what_was_written_and_not_answered_may_have_arrived(session: ClientSession, behave: Behaviour) -> None:
    async with serving(behave) as base:
        assert type(await failure(session, base)) is Unanswered


async def test_a_cut_of_a_kept_connection_may_have_arrived(session: ClientSession) -> None:
    async with serving(answering(http(OK), b"")) as base:
        await post(session, base)
        assert type(await failure(session, base)) is Unanswered


@pytest.mark.parametrize("status", ["500 Internal Server Error", "503 Service Unavailable"])
async def test_a_server_that_cannot_now_is_busy(session: ClientSession, status: str) -> None:
    async with serving(answering(http(b"", status))) as base:
        assert type(await failure(session, base)) is Busy


@pytest.mark.parametrize("status", ["301 Moved", "404 Not Found", "403 Forbidden", "204 No Content"])
async def test_what_wecom_never_answers_is_another_server(session: ClientSession, status: str) -> None:
    async with serving(answering(http(b"", status, headers="Location: http://127.0.0.1:1/\r\n"))) as base:
        assert type(await failure(session, base)) is Misconfigured


async def test_an_address_that_is_none_is_a_misconfiguration(session: ClientSession) -> None:
    assert type(await failure(session, "http://")) is Misconfigured


async def test_too_many_requests_is_a_limit(session: ClientSession) -> None:
    async with serving(answering(http(b"", "429 Too Many Requests"))) as base:
        error = await failure(session, base)
    assert isinstance(error, WeComError) and error.code == 45009


async def test_no_more_calls_at_once_than_allowed(session: ClientSession) -> None:
    now, most = 0, 0

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal now, most
        while True:
            await read_request(reader)
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.01)
            now -= 1
            writer.write(http(OK))
            await writer.drain()

    async with serving(behave) as base:
        transport = Transport(session, parallel=3)
        await asyncio.gather(*(transport.post("x", f"{base}/x", {}, {}) for _ in range(12)))
    assert most == 3


@pytest.mark.parametrize(
    "behave",
    [
        behave_closing_at_once,
        behave_silent,
        answering(http(b"x")),
        answering(b"nonsense\r\n\r\n"),
        answering(http(b"", "302 Found", headers="Location: /x?access_token=s3cr3t\r\n")),
    ],
    ids=range(5),
)
async def test_no_failure_shows_an_address(
    session: ClientSession, behave: Behaviour, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving(behave) as base:
        error = await failure(session, base)
    told = "".join(traceback.format_exception(error)) + caplog.text
    assert "s3cr3t" not in told.replace("SECRET", "") and "message/send" in str(error)


@pytest.mark.parametrize("url", ["http://[s3cr3t", "http:///s3cr3t", "s3cr3t://x", "s3cr3t"])
async def test_not_even_an_impossible_address_is_shown(session: ClientSession, url: str) -> None:
    with pytest.raises(Misconfigured) as failed:
        await Transport(session).post("aibot/response", url, {}, {})
    assert "s3cr3t" not in "".join(traceback.format_exception(failed.value))


async def test_an_address_that_wecom_made_goes_back_as_it_came(session: ClientSession) -> None:
    seen: list[bytes] = []

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await read_request(reader))
        writer.write(http(OK))
        await writer.drain()

    async with serving(behave) as base:
        await Transport(session).post("aibot/response", f"{base}/r?response_code=a%2Bb%2f%3D+c%25", {}, {})
    assert seen[0].startswith(b"POST /r?response_code=a%2Bb%2f%3D+c%25 HTTP/1.1")
