"""The API misbehaves as ordered."""

import asyncio
import time

import aiohttp
import pytest

from bot.simulator import Call, Limits

from .conftest import Company

SEND = "/cgi-bin/message/send"


async def test_a_slow_call_is_done_later(company: Company) -> None:
    company.wecom.faults.slow(0.1, path=SEND, times=1)
    started = time.monotonic()
    assert (await company.send("慢"))["errcode"] == 0
    assert time.monotonic() - started >= 0.1
    (call,) = company.wecom.journal.calls(SEND)
    assert (call.fault, call.seconds >= 0.1) == ("slow 0.1", True)


async def test_a_failing_call_is_not_done(company: Company) -> None:
    company.wecom.faults.fail(45009, path=SEND, times=2)
    assert [(await company.send("败"))["errcode"] for _ in range(3)] == [45009, 45009, 0]
    assert len(company.wecom.journal.seen()) == 1


async def test_a_call_may_meet_a_server_error(company: Company) -> None:
    company.wecom.faults.fail(status=500, path="/cgi-bin/message/*", times=1)
    async with company.http.post(f"{company.wecom.url}{SEND}", json={}) as response:
        assert response.status == 500
    assert company.wecom.journal.calls(SEND)[0].status == 500


@pytest.mark.parametrize("partly", [False, True])
async def test_a_half_answered_message_was_shown(company: Company, partly: bool) -> None:
    company.wecom.faults.half_answer(path=SEND, times=1, partly=partly)
    with pytest.raises(aiohttp.ClientError):
        await company.send("半句")
    assert company.wecom.journal.texts() == ["半句"]
    assert company.wecom.journal.calls(SEND)[0].errcode == 0
    again = await company.send("半句", enable_duplicate_check=1)
    assert again["errcode"] == 0
    assert company.wecom.journal.texts() == ["半句"]


async def test_a_reset_call_was_not_done(company: Company) -> None:
    company.wecom.faults.reset(path=SEND, times=1)
    with pytest.raises(aiohttp.ClientError):
        await company.send("断")
    assert company.wecom.journal.seen() == []


async def test_a_hanging_call_is_in_flight_until_let_go(company: Company) -> None:
    company.wecom.faults.hang(path=SEND)
    sending = asyncio.create_task(company.send("挂"))
    await company.wecom.journal.wait_for(lambda journal: journal.calls(SEND))
    sending.cancel()
    (open_call,) = company.wecom.journal.inflight_at(company.wecom.clock.now())
    assert isinstance(open_call, Call)
    company.wecom.faults.clear()
    await company.wecom.journal.wait_for(lambda journal: journal.calls(SEND)[0].ended)
    assert company.wecom.journal.seen() == []


async def test_connections_can_be_refused_for_a_while(company: Company) -> None:
    url = company.wecom.url
    await company.wecom.refuse_connections()
    with pytest.raises(aiohttp.ClientError):
        await company.send("拒")
    await company.wecom.accept_connections()
    assert company.wecom.url == url
    assert (await company.send("通"))["errcode"] == 0


async def test_chance_decides_by_seed(company: Company) -> None:
    company.wecom.faults.fail(-1, path=SEND, rate=0.5)
    found = [(await company.send(str(number)))["errcode"] for number in range(20)]
    assert 0 < found.count(-1) < 20


@pytest.mark.parametrize("limits", [Limits(concurrent_calls=2)])
async def test_too_many_calls_at_once(company: Company) -> None:
    company.wecom.faults.slow(0.5, path=SEND)
    found = await asyncio.gather(*(company.send(str(number)) for number in range(5)))
    assert sorted(str(answer["errcode"]) for answer in found) == ["0", "0", "45033", "45033", "45033"]
