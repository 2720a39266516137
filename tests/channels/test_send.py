"""Sending through both doors to a WeCom that checks, limits and fails."""

import traceback
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from redis.asyncio import Redis

from bot.channels.door import Answer, Delivery, Fault, SendError
from bot.simulator import Errcode
from bot.types.actions import Button, Card, Text
from bot.types.events import Clicked, Conversation, Route
from bot.wecom.client import Client
from bot.wecom.limits import Limits as WeComLimits
from bot.wecom.token import Tokens
from bot.wecom.transport import Transport
from tests.channels.conftest import House, MovedClock
from tests.channels.sealing import app_channel

SEND, UPDATE, RESPOND = "/cgi-bin/message/send", "/cgi-bin/message/update_template_card", "/cgi-bin/aibot/response"
ASK = Card(task="desk-1", title="转人工", desc="李娜在等", buttons=(Button("take", "接单"), Button("close", "关闭", 3)))
APP_LI, BOT_LI = Conversation("app:助手", "direct", "li.na"), Conversation("aibot:小助手", "direct", "li.na")


def delivery(words: str = "您好", to: Conversation = APP_LI, **how: Any) -> Delivery:
    return Delivery(**{"id": "e:0", "to": to, "member": to.native, "content": Text(body=words), **how})


async def failure(house: House, one: Delivery) -> SendError:
    with pytest.raises(SendError) as failed:
        await house.send(one)
    assert failed.value.why
    return failed.value


def seen(house: House) -> list[tuple[str, str]]:
    return [(record.member.lower(), record.text) for record in house.wecom.journal.seen()]


async def test_an_app_sends_words(house: House) -> None:
    msgid = await house.send(delivery("签到成功 🎉"))
    assert msgid and seen(house) == [("li.na", "签到成功 🎉")]
    assert "enable_duplicate_check" not in house.wecom.journal.calls(SEND)[0].body


async def test_an_app_sends_cards_and_hears_their_clicks(house: House) -> None:
    await house.send(delivery(content=ASK))
    notice = Card(task="desk-1", title="已关闭", desc="谢谢\n再见", fields=(("单号", "1"),))
    for _ in range(2):
        await house.send(delivery(content=notice))
    assert len(seen(house)) == 3
    house.answers.append(Answer((replace(ASK, done="王五已接单"),)))
    card = house.wecom.journal.seen()[0]
    await house.wecom.click(card, "take", "li.na")
    await house.wecom.settle()
    event = house.received[0].event
    assert isinstance(event, Clicked) and (event.task, event.key) == ("desk-1", "take")
    shown = house.wecom.journal.at(card.number).card
    assert shown is not None and shown["replace_text"] == "王五已接单"


async def click(house: House) -> Clicked:
    """A click whose answer nobody took: its code is still good."""
    await house.send(delivery(content=ASK))
    await house.wecom.click(house.wecom.journal.seen()[0], "take", "li.na")
    await house.wecom.settle()
    event = house.received[-1].event
    assert isinstance(event, Clicked)
    return event


async def test_a_card_that_nobody_pressed_is_brought_up_to_date_once(house: House) -> None:
    await house.send(delivery(content=ASK))
    await house.send(delivery(content=replace(ASK, title="#1 小林又来了")))
    (card,) = house.wecom.journal.seen()
    assert card.card is not None and card.card["main_title"]["title"] == "#1 小林又来了"
    with pytest.raises(SendError) as raised:
        await house.send(delivery(content=replace(ASK, title="#1 第三次")))
    assert raised.value.fault == Fault.REFUSED
    await house.send(delivery(content=replace(ASK, title="#1 第三次"), unknown=True))
    assert house.wecom.journal.at(card.number).card == card.card


async def test_a_clicked_card_can_be_replaced_later(house: House) -> None:
    event = await click(house)
    update = delivery(content=replace(ASK, title="已处理", done="已处理"), route=event.route, update=True)
    assert await house.send(update) == ""
    assert house.wecom.journal.seen()[0].text.startswith("已处理")
    assert (await failure(house, update)).fault == Fault.REFUSED


async def test_an_update_that_may_have_arrived_did_when_its_code_is_used_up(house: House) -> None:
    event = await click(house)
    update = delivery(content=replace(ASK, done="已处理"), route=event.route, update=True)
    house.wecom.faults.half_answer(path=UPDATE, times=1)
    assert (await failure(house, update)).fault == Fault.UNKNOWN
    assert await house.send(replace(update, unknown=True, first_tried_at=house.clock.now())) == ""


async def test_an_update_without_its_code_is_refused(house: House) -> None:
    assert (await failure(house, delivery(content=ASK, update=True))).fault == Fault.REFUSED


@pytest.mark.parametrize("partly", [False, True])
async def test_what_may_have_arrived_is_sent_again_and_seen_once(house: House, partly: bool) -> None:
    house.wecom.faults.half_answer(path=SEND, times=1, partly=partly)
    one = delivery("只说一次")
    tried = house.clock.now()
    assert (await failure(house, one)).fault == Fault.UNKNOWN
    house.clock.move(seconds=7.3)
    await house.send(replace(one, unknown=True, first_tried_at=tried))
    assert seen(house) == [("li.na", "只说一次")]
    assert house.wecom.journal.calls(SEND)[-1].body["duplicate_check_interval"] == 8


async def test_an_older_identical_message_does_not_swallow_a_retry(house: House) -> None:
    await house.send(delivery("好的"))
    house.clock.move(seconds=5)
    house.wecom.faults.reset(path=SEND, times=1)
    one = delivery("好的")
    tried = house.clock.now()
    assert (await failure(house, one)).fault == Fault.UNKNOWN
    house.clock.move(seconds=3)
    await house.send(replace(one, unknown=True, first_tried_at=tried))
    assert seen(house) == [("li.na", "好的")] * 2


async def test_what_wecom_cannot_check_any_more_is_not_sent_again(house: House) -> None:
    long_ago = house.clock.now() - timedelta(hours=4)
    error = await failure(house, delivery(unknown=True, first_tried_at=long_ago))
    assert error.fault == Fault.REFUSED and "4 小时" in error.why and not seen(house)


@pytest.mark.parametrize(
    ("errcode", "fault", "after"),
    [
        (-1, Fault.BUSY, None),
        (45009, Fault.LIMITED, timedelta(seconds=60)),
        (45033, Fault.LIMITED, timedelta(seconds=2)),
        (40001, Fault.CONFIGURATION, None),
        (40013, Fault.CONFIGURATION, None),
        (40056, Fault.CONFIGURATION, None),
        (48002, Fault.CONFIGURATION, None),
        (60020, Fault.CONFIGURATION, None),
        (40003, Fault.REFUSED, None),
        (40058, Fault.REFUSED, None),
        (45002, Fault.REFUSED, None),
        (60111, Fault.REFUSED, None),
        (81013, Fault.REFUSED, None),
        (987654, Fault.REFUSED, None),
    ],
)
async def test_error_codes_have_a_fault_and_a_cure(
    house: House, errcode: int, fault: Fault, after: timedelta | None
) -> None:
    house.wecom.faults.fail(errcode, path=SEND)
    error = await failure(house, delivery())
    assert (error.fault, error.code, error.after) == (fault, errcode, after)
    assert not error.why.isascii() and str(errcode) in error.why


@pytest.mark.parametrize(
    ("status", "fault"),
    [(500, Fault.BUSY), (503, Fault.BUSY), (502, Fault.UNKNOWN), (429, Fault.LIMITED), (404, Fault.CONFIGURATION)],
)
async def test_http_statuses_have_a_fault(house: House, status: int, fault: Fault) -> None:
    house.wecom.faults.fail(status=status, path=SEND)
    assert (await failure(house, delivery())).fault == fault


async def test_a_refused_connection_is_tried_again_soon(house: House) -> None:
    await house.wecom.refuse_connections()
    for one in (delivery(), delivery(to=BOT_LI, route=a_route(house))):
        assert (await failure(house, one)).fault == Fault.BUSY


def a_route(house: House) -> Route:
    """A one-use address that nobody issued."""
    return Route(url=f"{house.wecom.url}{RESPOND}?response_code=x")


async def test_tokens_that_wecom_drops_are_renewed_by_the_door(house: House) -> None:
    await house.send(delivery("一"))
    house.wecom.expire_tokens()
    await house.send(delivery("二"))
    house.wecom.forget_tokens()
    await house.send(delivery("三"))
    assert [text for _, text in seen(house)] == ["一", "二", "三"]
    assert len(house.wecom.journal.calls("/cgi-bin/gettoken")) == 3


async def test_a_wrong_secret_is_told_with_its_cure(house: House) -> None:
    house.wecom.faults.fail(40001, path="/cgi-bin/gettoken")
    error = await failure(house, delivery())
    assert error.fault == Fault.CONFIGURATION and "Secret" in error.why
    assert not house.wecom.journal.calls(SEND)


async def test_a_member_out_of_reach_is_refused(house: House) -> None:
    for userid in ("nobody", "away"):
        error = await failure(house, delivery(to=Conversation("app:助手", "direct", userid)))
        assert error.fault == Fault.REFUSED and "可见范围" in error.why


@pytest.mark.parametrize("field", ["invaliduser", "unlicenseduser"])
async def test_a_recipient_who_got_nothing_is_a_refusal_though_wecom_says_ok(redis: Redis, field: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"errcode": 0, "access_token": "t", "expires_in": 7200, field: "li.na"})

    application = web.Application()
    application.router.add_route("*", "/{call:.*}", answer)
    async with TestServer(application) as server, ClientSession() as session:
        transport, api, clock = Transport(session), str(server.make_url("")).rstrip("/"), MovedClock()
        client = Client(transport, Tokens(transport, redis, clock, api, "ww1", "s"), api)
        channel = app_channel(client=client, limits=WeComLimits(redis), clock=clock)
        with pytest.raises(SendError) as failed:
            await channel.send(delivery())
    assert failed.value.fault == Fault.REFUSED and "后台" in failed.value.why


async def test_wecom_never_has_to_drop_a_message(house: House) -> None:
    for number in range(30):
        await house.send(delivery(str(number)))
    error = await failure(house, delivery("31"))
    assert error.fault == Fault.LIMITED and error.after is not None
    await house.send(delivery("to another", to=Conversation("app:助手", "direct", "wang.wu")))
    house.clock.move(seconds=error.after.total_seconds())
    await house.send(delivery("31"))
    assert len(seen(house)) == 32 and not house.wecom.journal.records("dropped")


@pytest.mark.parametrize("to", [APP_LI, BOT_LI])
async def test_words_that_wecom_would_cut_are_refused(house: House, to: Conversation) -> None:
    limit = house.door(to.channel).capabilities.text_bytes
    error = await failure(house, delivery("x" * (limit + 1), to=to, route=a_route(house)))
    assert error.fault == Fault.REFUSED and str(limit) in error.why


async def test_an_app_cannot_speak_in_groups(house: House) -> None:
    assert (await failure(house, delivery(to=Conversation("app:助手", "group", "wrG1")))).fault == Fault.REFUSED


async def test_a_bot_answers_once_by_the_address_of_a_message(house: House) -> None:
    one = delivery("**结果** 见下表", to=BOT_LI, route=await house.route())
    await house.send(one)
    assert seen(house) == [("li.na", "**结果** 见下表")]
    error = await failure(house, one)
    assert (error.fault, error.code) == (Fault.REFUSED, Errcode.BAD_FIELD)


async def test_a_bot_sends_cards(house: House) -> None:
    await house.send(delivery(to=BOT_LI, content=ASK, route=await house.route()))
    await house.send(delivery(to=BOT_LI, content=replace(ASK, buttons=()), route=await house.route()))
    shown = [record.card["card_type"] for record in house.wecom.journal.seen() if record.card]
    assert shown == ["button_interaction", "text_notice"]


async def test_an_address_used_up_by_a_try_that_may_have_arrived_means_it_did(house: House) -> None:
    one = delivery(to=BOT_LI, route=await house.route())
    house.wecom.faults.half_answer(path=RESPOND, times=1)
    assert (await failure(house, one)).fault == Fault.UNKNOWN
    await house.send(replace(one, unknown=True, first_tried_at=house.clock.now()))
    assert seen(house) == [("li.na", "您好")]


async def test_a_try_that_did_not_arrive_is_made_good_by_the_next(house: House) -> None:
    one = delivery(to=BOT_LI, route=await house.route())
    house.wecom.faults.reset(path=RESPOND, times=1)
    assert (await failure(house, one)).fault == Fault.UNKNOWN
    await house.send(replace(one, unknown=True, first_tried_at=house.clock.now()))
    assert seen(house) == [("li.na", "您好")]


async def test_without_an_address_a_bot_waits_until_they_speak_again(house: House) -> None:
    assert (await failure(house, delivery(to=BOT_LI))).fault == Fault.UNROUTED
    again = delivery(to=BOT_LI, unknown=True, first_tried_at=house.clock.now())
    assert (await failure(house, again)).fault == Fault.REFUSED


async def test_a_bots_card_is_replaced_only_in_the_answer_to_the_click(house: House) -> None:
    update = delivery(to=BOT_LI, content=ASK, update=True, route=await house.route())
    assert (await failure(house, update)).fault == Fault.REFUSED


async def test_a_bot_keeps_to_its_budget(house: House) -> None:
    for _ in range(30):
        with pytest.raises(SendError):
            await house.send(delivery(to=BOT_LI, route=a_route(house)))
    assert (await failure(house, delivery(to=BOT_LI, route=a_route(house)))).fault == Fault.LIMITED
    assert len(house.wecom.journal.calls(RESPOND)) == 30


async def test_no_failure_shows_a_secret(house: House) -> None:
    event = await click(house)
    house.wecom.faults.half_answer()
    route = a_route(house)
    errors = [
        await failure(house, delivery()),
        await failure(house, delivery(to=BOT_LI, route=route)),
        await failure(house, delivery(content=ASK, route=event.route, update=True)),
    ]
    told = "".join("".join(traceback.format_exception(error)) for error in errors)
    token = house.wecom.journal.calls(SEND)[0]
    assert token.status == 200 and "access_token=" not in told and "response_code=" not in told
    assert event.route.code and event.route.code not in told and house.app.secret not in told


async def test_the_callback_urls_are_verified(house: House) -> None:
    assert await house.wecom.verify(house.app) and await house.wecom.verify(house.bot)
