"""Hostile requests reach the bot as described; the listener here checks only what it must."""

import pytest
from aiohttp import web

from bot.simulator import Door

from .conftest import Company
from .listener import Listener, silent


@pytest.fixture(params=["app", "bot"])
async def door(request: pytest.FixtureRequest, company: Company) -> Door:
    return company.app if request.param == "app" else company.bot


@pytest.fixture
async def listener(company: Company, door: Door) -> Listener:
    return await company.listen(door, silent)


async def test_a_forged_signature_meets_403(company: Company, door: Door, listener: Listener) -> None:
    assert await company.wecom.attacks.forged_signature(door) == 403
    assert await company.wecom.attacks.other_body(door) == 403


async def test_what_is_signed_rightly_reaches_a_careless_bot(company: Company, door: Door, listener: Listener) -> None:
    attacks = company.wecom.attacks
    found = [await attacks.wrong_receiveid(door), await attacks.stale(door), *await attacks.reused_nonce(door)]
    assert found == [200, 200, 200, 200]
    assert int(listener.requests[2]["timestamp"]) - int(listener.requests[1]["timestamp"]) >= 3600
    assert listener.requests[2]["nonce"] == listener.requests[3]["nonce"]


async def test_recorded_bytes_can_be_sent_again(company: Company, door: Door, listener: Listener) -> None:
    recorded = company.wecom.attacks.record(door)
    assert [await company.wecom.attacks.replayed(door, recorded) for _ in range(2)] == [200, 200]
    assert listener.requests[0] == listener.requests[1]


async def test_broken_requests_break_a_careless_bot(company: Company, door: Door, listener: Listener) -> None:
    attacks = company.wecom.attacks
    assert await attacks.no_query(door) == 500
    assert await attacks.signed_plain(door, "junk") == 500
    assert await attacks.signed_junk(door) == 500
    assert await attacks.signed_junk(door, "not base64!") == 500
    assert set((await attacks.malformed(door)).values()) <= {500, 403}


async def test_a_bomb_travels_in_the_open_or_inside(company: Company, listener: Listener, door: Door) -> None:
    attacks = company.wecom.attacks
    found = [await attacks.dtd(door), await attacks.inner_dtd(door)]
    assert set(found) <= {200, 500}


async def test_a_body_may_be_too_big(company: Company, door: Door, listener: Listener) -> None:
    assert await company.wecom.attacks.oversized(door, 2 * 1024 * 1024) in (413, 0)


async def test_an_attack_that_is_cut_is_0(company: Company, door: Door) -> None:
    company.wecom.connect(door, "http://127.0.0.1:9/")
    assert await company.wecom.attacks.stale(door) == 0


def test_a_response_is_what_the_listener_makes(company: Company) -> None:
    assert isinstance(Listener(company.app, "ww", silent).seal("x", "n"), web.Response)
