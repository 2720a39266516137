"""What the doors let in and what they refuse."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.door import Channel, Refused
from tests.channels.sealing import (
    CORP,
    NOW,
    SECONDS,
    Callback,
    aibot_channel,
    app_channel,
    echo,
    from_app,
    from_bot,
)

APP, BOT = app_channel(), aibot_channel()
HELLO_APP = (
    f"<xml><ToUserName>{CORP}</ToUserName><FromUserName>li.na</FromUserName><CreateTime>{SECONDS}</CreateTime>"
    "<MsgType>text</MsgType><Content>hi</Content><MsgId>1</MsgId></xml>"
)
HELLO_BOT = {"msgid": "1", "from": {"userid": "li.na"}, "msgtype": "text", "text": {"content": "hi"}}

Made = Callable[..., Callback]
DOORS = [
    pytest.param(APP, lambda **how: from_app(HELLO_APP, **how), CORP, id="app"),
    pytest.param(BOT, lambda **how: from_bot(HELLO_BOT, **how), "", id="aibot"),
]
both = pytest.mark.parametrize(("channel", "made", "receiver"), DOORS)


def status(channel: Channel, query: Any, body: bytes) -> int:
    with pytest.raises(Refused) as refused:
        channel.open(query, body, NOW)
    assert refused.value.why and refused.value.why.isascii()
    return refused.value.status


@both
def test_what_wecom_sends_is_let_in(channel: Channel, made: Made, receiver: str) -> None:
    assert made().opened(channel).event is not None


@both
@pytest.mark.parametrize("off", [timedelta(minutes=-9, seconds=-59), timedelta(minutes=9, seconds=59)])
def test_clocks_may_differ_by_minutes(channel: Channel, made: Made, receiver: str, off: timedelta) -> None:
    assert made().opened(channel, NOW + off).event is not None


@both
@pytest.mark.parametrize("off", [timedelta(minutes=-10, seconds=-1), timedelta(minutes=10, seconds=1)])
def test_a_stale_timestamp_is_refused(channel: Channel, made: Made, receiver: str, off: timedelta) -> None:
    with pytest.raises(Refused, match="stale") as refused:
        made().opened(channel, NOW + off)
    assert refused.value.status == 403


@both
@pytest.mark.parametrize("timestamp", ["", "soon", "-1", "1e9", "１７６３７００００００", "1763700000.0", "9" * 500])
def test_a_timestamp_that_is_none_is_refused(channel: Channel, made: Made, receiver: str, timestamp: str) -> None:
    callback = made(timestamp=timestamp)
    assert status(channel, callback.query, callback.body) == 400


@both
@pytest.mark.parametrize("name", ["msg_signature", "timestamp", "nonce"])
def test_a_query_without_one_of_its_parts_is_refused(channel: Channel, made: Made, receiver: str, name: str) -> None:
    callback = made()
    for query in ({**callback.query, name: ""}, {k: v for k, v in callback.query.items() if k != name}):
        assert status(channel, query, callback.body) == 400


@both
def test_a_forged_signature_is_refused(channel: Channel, made: Made, receiver: str) -> None:
    callback = made()
    for signature in ("0" * 40, callback.query["msg_signature"].upper(), "签名", callback.query["msg_signature"][:-1]):
        assert status(channel, {**callback.query, "msg_signature": signature}, callback.body) == 403


@both
def test_a_signature_for_another_time_nonce_or_body_is_refused(channel: Channel, made: Made, receiver: str) -> None:
    callback = made()
    assert status(channel, {**callback.query, "timestamp": str(SECONDS + 1)}, callback.body) == 403
    assert status(channel, {**callback.query, "nonce": "other"}, callback.body) == 403
    assert status(channel, callback.query, made().body) == 403


@both
@pytest.mark.parametrize("wrong", ["ww9999999999999999", "ww", CORP + "x", ""])
def test_another_receiver_is_refused(channel: Channel, made: Made, receiver: str, wrong: str) -> None:
    callback = made(receiver=wrong if wrong != receiver else "x")
    assert status(channel, callback.query, callback.body) == 400


@both
def test_an_oversized_body_is_refused(channel: Channel, made: Made, receiver: str) -> None:
    callback = made()
    assert status(channel, callback.query, callback.body + b" " * 1024 * 1024) == 413


@both
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"<xml>",
        b"{}",
        b"[]",
        b"null",
        b'{"encrypt": 5}',
        b'{"encrypt": ["x"]}',
        b'{"encrypt": "\\ud800"}',
        b"<xml><Encrypt></Encrypt></xml>",
        b"<xml><Encrypt><Encrypt>x</Encrypt></Encrypt></xml>",
        b"<xml><ToUserName>x</ToUserName></xml>",
        b"[" * 500_000,
        b"<a>" * 300_000,
        b'<!DOCTYPE x [<!ENTITY a "x">]><xml><Encrypt>&a;</Encrypt></xml>',
    ],
    ids=range(15),
)
def test_a_malformed_envelope_is_refused(channel: Channel, made: Made, receiver: str, body: bytes) -> None:
    assert status(channel, made().query, body) in (400, 403)


APP_JUNK = [
    "",
    "words",
    "<xml>",
    "<xml></xml><xml></xml>",
    "<xml><MsgType>text</xml>",
    '<!DOCTYPE x [<!ENTITY a "x">]><xml><Content>&a;</Content></xml>',
    '<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml/>',
    "<xml>&#0;</xml>",
    HELLO_APP.replace("hi", "\x0b"),
]
BOT_JUNK = [
    "",
    "words",
    "[]",
    "null",
    "{",
    '{"msgid":"1","msgtype":"text","text":{"content":"x"}}',
    '{"msgid":"1","msgtype":"text","from":{"userid":""}}',
    '{"msgid":"1","msgtype":"text","from":"li.na"}',
    '{"msgtype":"stream"}',
    '{"msgtype":"stream","stream":{"id":["x"]}}',
    '{"a":' * 50_000,
]


@pytest.mark.parametrize("plain", APP_JUNK, ids=range(len(APP_JUNK)))
def test_signed_junk_is_refused_by_an_app(plain: str) -> None:
    callback = from_app(plain)
    assert status(APP, callback.query, callback.body) == 400


@pytest.mark.parametrize("plain", BOT_JUNK, ids=range(len(BOT_JUNK)))
def test_signed_junk_is_refused_by_a_bot(plain: str) -> None:
    callback = from_bot(plain)
    assert status(BOT, callback.query, callback.body) == 400


@both
def test_the_url_is_verified_whatever_the_time(channel: Channel, made: Made, receiver: str) -> None:
    assert channel.echo(echo("1616140317555161061", receiver, timestamp="1")) == "1616140317555161061"
    assert channel.echo(echo("签到 +/=", receiver)) == "签到 +/="


@both
def test_a_url_verification_that_is_not_wecoms_is_refused(channel: Channel, made: Made, receiver: str) -> None:
    good = echo("1", receiver)
    for query, expected in (
        ({}, 400),
        ({**good, "msg_signature": "0" * 40}, 403),
        ({**good, "echostr": "x"}, 403),
        ({name: value for name, value in good.items() if name != "echostr"}, 403),
        (echo("1", receiver + "x"), 400),
    ):
        with pytest.raises(Refused) as refused:
            channel.echo(query)
        assert refused.value.status == expected


@both
def test_refusals_tell_no_secret(channel: Channel, made: Made, receiver: str) -> None:
    callback = made()
    with pytest.raises(Refused) as refused:
        channel.open({**callback.query, "msg_signature": "0" * 40}, callback.body, NOW)
    assert callback.query["msg_signature"] not in refused.value.why
