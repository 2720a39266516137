"""What managers write about WeCom, and what is said when it is wrong."""

from typing import Any

import pytest
from aiohttp import ClientSession
from pydantic import TypeAdapter, ValidationError
from redis.asyncio import Redis

from bot.channels import build, by_path, inspect
from bot.channels.aibot import AibotChannel
from bot.channels.app import AppChannel
from bot.channels.settings import CHANNELS, WECOM, Wecom
from bot.types.attachments import Unkept
from bot.types.declarations import Problem
from tests.channels.conftest import MovedClock, Stated
from tests.channels.sealing import CORP, KEY, TOKEN

ENVIRON = {"SECRET": "app-secret-1", "TOKEN": TOKEN, "KEY": KEY, "BAD": "签 到", "SHORT": "ab", "LONG": "x" * 44}
APP = {
    "kind": "app", "name": "助手", "agent_id": 1000002, "secret": "env:SECRET", "token": "env:TOKEN",
    "aes_key": "env:KEY",
}  # fmt: skip
BOT = {"kind": "aibot", "name": "小助手", "mode": "url", "token": "env:TOKEN", "aes_key": "env:KEY"}


def doors(*written: dict[str, Any]) -> Any:
    return TypeAdapter(CHANNELS.type).validate_python(written, context={"environ": ENVIRON})


def wrong(**changes: Any) -> str:
    written = {**(BOT if "mode" in changes or "shown_as" in changes else APP), **changes}
    with pytest.raises(ValidationError) as failed:
        doors({name: value for name, value in written.items() if value is not None})
    (error,) = failed.value.errors(include_context=False)
    return f"{'.'.join(map(str, error['loc'][2:]))}: {error['msg']}"


def test_the_usual_channels_are_read() -> None:
    app, bot = doors(APP, BOT)
    assert (app.kind, app.name, app.agent_id, app.secret.reveal()) == ("app", "助手", 1000002, "app-secret-1")
    assert (bot.kind, bot.name, bot.mode, bot.shown_as) == ("aibot", "小助手", "url", None)


def test_without_anything_written_there_is_the_real_wecom_and_no_door() -> None:
    assert WECOM.default() == Wecom(corp_id="", api="https://qyapi.weixin.qq.com")
    assert CHANNELS.default() == ()


@pytest.mark.parametrize(
    ("changes", "key", "cure"),
    [
        ({"token": "env:SHORT"}, "token", "3 到 32 位"),
        ({"token": "env:LONG"}, "token", "3 到 32 位"),
        ({"token": "env:BAD"}, "token", "3 到 32 位"),
        ({"token": "abcdef"}, "token", "env:"),
        ({"aes_key": "env:SHORT"}, "aes_key", "43 位"),
        ({"aes_key": "env:LONG"}, "aes_key", "43 位"),
        ({"secret": "env:BAD"}, "secret", "空格"),
        ({"agent_id": 0}, "agent_id", "1"),
        ({"agent_id": "1000002"}, "agent_id", "integer"),
        ({"name": "a/b"}, "name", "网址"),
        ({"path": "cb/app"}, "path", "/"),
        ({"path": "/cb app"}, "path", "空格"),
        ({"secret": None}, "secret", "required"),
        ({"colour": "red"}, "colour", "Extra"),
        ({"mode": "webhook"}, "mode", "socket"),
        ({"shown_as": ""}, "shown_as", "名字"),
    ],
)
def test_a_wrong_value_is_told_where_it_stands(changes: dict[str, Any], key: str, cure: str) -> None:
    message = wrong(**changes)
    assert message.startswith(f"{key}: ") and cure in message
    assert not any(value in message for value in ("签 到", "x" * 44))


@pytest.mark.parametrize("kind", [None, "kf", 5])
def test_a_kind_that_is_none_is_refused(kind: object) -> None:
    with pytest.raises(ValidationError):
        doors({**APP, "kind": kind})


def test_a_secret_that_has_no_value_yet_is_not_judged_by_its_shape() -> None:
    (app,) = doors({**APP, "token": "env:MISSING", "aes_key": "env:MISSING", "secret": "env:MISSING"})
    assert not app.token.is_set


@pytest.mark.parametrize("corp_id", ["ww1", "xx1111222233334444", "ww11112222333344445", "ww111122223333444签"])
def test_a_corp_id_has_its_shape(corp_id: str) -> None:
    with pytest.raises(ValidationError, match="18 位"):
        Wecom(corp_id=corp_id)


def test_the_api_may_be_elsewhere() -> None:
    assert Wecom(api="http://127.0.0.1:8000/").api == "http://127.0.0.1:8000"
    with pytest.raises(ValidationError):
        Wecom(api="qyapi.weixin.qq.com")


def problems(*written: dict[str, Any], corp_id: str = CORP) -> list[Problem]:
    return list(inspect(Stated({WECOM: Wecom(corp_id=corp_id), CHANNELS: doors(*written)})))


def test_problems_between_channels_are_told_where_they_stand() -> None:
    assert problems(APP, BOT) == []
    assert [p.path for p in problems(APP, BOT, corp_id="")] == [("wecom", "corp_id")]
    assert [p.path for p in problems(APP, BOT, APP)] == [("channels", 2, "name")]
    twice = {**BOT, "name": "二", "path": "/x"}
    assert [p.path for p in problems({**APP, "path": "/x"}, twice)] == [("channels", 1, "path")]
    assert problems() == problems(corp_id="") == []


async def test_channels_are_built_and_found_by_their_paths(redis: Redis) -> None:
    bots = [{**BOT, "name": name, "path": "/hook" if name == "二" else ""} for name in ("一", "二")]
    stated = Stated({WECOM: Wecom(corp_id=CORP), CHANNELS: doors(APP, *bots)})
    async with ClientSession() as session:
        channels = build(stated, session, redis, MovedClock(), Unkept())
    assert [type(channel) for channel in channels] == [AppChannel, AibotChannel, AibotChannel]
    assert [channel.door for channel in channels] == ["app:助手", "aibot:一", "aibot:二"]
    paths = {path: channel.door for path, channel in by_path(channels).items()}
    assert paths == {
        "/cb/app": "app:助手",
        "/cb/app/助手": "app:助手",
        "/cb/aibot/一": "aibot:一",
        "/cb/aibot/二": "aibot:二",
        "/hook": "aibot:二",
    }


async def test_a_door_without_its_secrets_is_not_built(redis: Redis) -> None:
    stated = Stated({WECOM: Wecom(corp_id=CORP), CHANNELS: doors({**APP, "token": "env:MISSING"})})
    async with ClientSession() as session:
        with pytest.raises(LookupError, match="MISSING"):
            build(stated, session, redis, MovedClock(), Unkept())


SOCKET = {"kind": "aibot", "name": "小助手", "mode": "socket", "bot_id": "aibJ7", "secret": "env:SECRET"}


def test_the_mode_of_an_ai_bot_is_one_line_and_the_other_modes_keys_may_stay() -> None:
    both = {**BOT, **SOCKET, "path": "/cb/bot"}
    by_socket, by_url = doors(both, {**both, "mode": "url"})
    assert (by_socket.bot_id, by_socket.secret.reveal(), by_socket.path) == ("aibJ7", "app-secret-1", "")
    assert (by_url.token.reveal(), by_url.path, by_url.bot_id) == (TOKEN, "/cb/bot", "")
    # Nobody has to set what the mode does not use.
    assert doors({**SOCKET, "token": "env:NOT_SET"})[0].token.name == ""


@pytest.mark.parametrize(
    ("written", "lacking"),
    [
        ({"mode": "socket", "bot_id": None}, "bot_id"),
        ({"mode": "socket", "secret": None}, "secret"),
        ({"mode": "url", "token": None}, "token"),
        ({"mode": "url", "aes_key": None}, "aes_key"),
    ],
)
def test_what_a_mode_needs_is_asked_for(written: dict[str, Any], lacking: str) -> None:
    door = {key: value for key, value in {**BOT, **SOCKET, **written}.items() if value is not None}
    (problem,) = problems(door)
    assert problem.path == ("channels", 0, lacking)
    assert f'mode = "{written["mode"]}" 缺少这一项' in problem.message


def test_the_address_of_long_connections_is_a_websocket() -> None:
    assert Wecom().socket == "wss://openws.work.weixin.qq.com"
    with pytest.raises(ValidationError, match="ws:// 或 wss://"):
        Wecom(socket="https://openws.work.weixin.qq.com")


KEY_OF_GROUP = "2e7e61cf-3849-b50d-b5a3-d7c0d3617082"
SHOWN = f"https://push.example.com/cgi-bin/webhook/send?key={KEY_OF_GROUP}"
PUSH = {"kind": "webhook", "name": "推送", "key": "env:PUSH"}
ENVIRON |= {"PUSH": KEY_OF_GROUP, "PUSH_URL": SHOWN, "OTHER_URL": "https://push.example.com/?key="}


def test_a_webhook_is_written_as_its_key_or_its_whole_address() -> None:
    by_key, by_url = doors(PUSH, {"kind": "webhook", "name": "推送", "url": "env:PUSH_URL"})
    assert by_key.reached("https://qyapi.weixin.qq.com") == ("https://qyapi.weixin.qq.com", KEY_OF_GROUP)
    assert by_url.reached("https://qyapi.weixin.qq.com") == ("https://push.example.com", KEY_OF_GROUP)
    assert KEY_OF_GROUP not in f"{by_key!r} {by_url!r}"


@pytest.mark.parametrize(
    ("changes", "key", "cure"),
    [
        ({"key": "env:BAD"}, "key", "key= 后面"),
        ({"key": "env:PUSH_URL"}, "key", "key= 后面"),
        ({"key": KEY_OF_GROUP}, "key", "env:"),
        ({"url": "env:PUSH"}, "url", "整个地址"),
        ({"url": "env:OTHER_URL"}, "url", "整个地址"),
        ({"path": "/cb/webhook"}, "path", "Extra"),
    ],
)
def test_a_wrong_webhook_is_told_where_it_stands(changes: dict[str, Any], key: str, cure: str) -> None:
    with pytest.raises(ValidationError) as failed:
        doors({**PUSH, **changes})
    (error,) = failed.value.errors(include_context=False)
    assert error["loc"][2] == key and cure in error["msg"] and KEY_OF_GROUP not in error["msg"]


def test_a_webhook_needs_one_of_both_and_no_corp_id() -> None:
    assert problems(PUSH, corp_id="") == []
    for written in ({**PUSH, "url": "env:PUSH_URL"}, {"kind": "webhook", "name": "推送"}):
        assert [p.path for p in problems(written)] == [("channels", 0, "key")]
