"""Encryption that is not ours: npm's @wecom/crypto, recorded and, where it is installed, in person."""

import asyncio
import json
import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.door import Answer, Channel, Received
from bot.types.actions import Text
from bot.types.events import Clicked, Message
from bot.wecom.crypto import Codec
from tests.channels.sealing import CORP, KEY, TOKEN, aibot_channel, app_channel

HERE = Path(__file__).parent
SCRIPT = HERE / "conformance.mjs"
KEYS = {"key": KEY, "token": TOKEN}


def recorded(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((HERE / "vectors" / name).read_text())
    return found


THEIRS = {vector["name"]: vector for vector in recorded("npm.json")}
OURS = recorded("sealed.json")


def channel_for(vector: Mapping[str, Any]) -> Channel:
    return app_channel() if vector["kind"].startswith("app") else aibot_channel()


def query(vector: Mapping[str, Any]) -> dict[str, str]:
    return {"msg_signature": vector["signature"], "timestamp": vector["timestamp"], "nonce": vector["nonce"]}


def received(name: str) -> Received:
    """What our door makes of a recorded callback, at its own time."""
    vector = THEIRS[name]
    xml = f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><Encrypt><![CDATA[{vector['encrypt']}]]></Encrypt></xml>"
    body = xml if vector["kind"] == "app" else json.dumps({"encrypt": vector["encrypt"]})
    now = datetime.fromtimestamp(int(vector["timestamp"]), UTC)
    return channel_for(vector).open(query(vector), body.encode(), now)


def test_recorded_messages_are_heard() -> None:
    app, bot = received("app text message").event, received("aibot text message").event
    assert isinstance(app, Message) and (app.text, app.member) == ("签到 🎉 a<b&c", "li.na")
    assert isinstance(bot, Message) and (bot.text, bot.conversation.native) == ("出题", "wrExample")


def test_a_recorded_click_is_heard() -> None:
    event = received("app card event").event
    assert isinstance(event, Clicked)
    assert (event.task, event.key, event.selected, event.route.code) == ("quiz-42", "submit", (("q1", ("b",)),), "RC")


@pytest.mark.parametrize("name", ["app echo", "aibot echo"])
def test_recorded_echoes_are_answered(name: str) -> None:
    vector = THEIRS[name]
    assert channel_for(vector).echo({**query(vector), "echostr": vector["encrypt"]}) == vector["message"]


@pytest.mark.parametrize("vector", OURS, ids=lambda vector: vector["name"])
def test_what_they_opened_is_what_is_sealed(vector: dict[str, Any]) -> None:
    codec = Codec(TOKEN, KEY, vector["receiver"])
    assert codec.encrypt(vector["message"].encode(), vector["random"].encode()) == vector["encrypt"]
    assert codec.sign(vector["timestamp"], vector["nonce"], vector["encrypt"]) == vector["signature"]
    assert codec.decrypt(vector["encrypt"]).decode() == vector["message"]


# In person


def is_there() -> bool:
    """Whether Node finds the package."""
    if not shutil.which("node"):
        return False
    return subprocess.run(["node", SCRIPT], input=b"", capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def package() -> None:
    if not is_there():
        pytest.skip("Node or npm's @wecom/crypto is not here (see tests/wecom/vectors/README.md)")


async def ask(*requests: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the script answers to each request."""
    process = await asyncio.create_subprocess_exec(
        "node", SCRIPT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=dict(os.environ)
    )
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    answers, _ = await process.communicate(lines.encode())
    return [json.loads(line) for line in answers.splitlines()]


@pytest.mark.usefixtures("package")
async def test_both_open_what_the_other_sealed() -> None:
    messages = ["", "x", "x" * 26, "签到 🎉", "y" * 4000]
    common = {**KEYS, "receiver": CORP, "timestamp": "1", "nonce": "n"}
    codec = Codec(TOKEN, KEY, CORP)
    sealed = await ask(*({"do": "seal", **common, "message": message} for message in messages))
    for theirs, message in zip(sealed, messages, strict=True):
        codec.verify(theirs["signature"], "1", "n", theirs["encrypt"])
        assert codec.decrypt(theirs["encrypt"]).decode() == message
    ours = [codec.encrypt(message.encode()) for message in messages]
    opened = await ask(*({"do": "open", **common, "encrypt": encrypt} for encrypt in ours))
    assert [answer["message"] for answer in opened] == messages
    assert [answer["signature"] for answer in opened] == [codec.sign("1", "n", encrypt) for encrypt in ours]


def serving(channel: Channel) -> web.Application:
    """An HTTP server that says every message again."""

    async def verify(request: web.Request) -> web.Response:
        return web.Response(text=channel.echo(request.query))

    async def receive(request: web.Request) -> web.Response:
        now = datetime.now(UTC)
        received = channel.open(request.query, await request.read(), now)
        assert isinstance(received.event, Message)
        return web.Response(body=channel.seal(received, Answer((Text(body=f"听到：{received.event.text}"),)), now))

    application = web.Application()
    application.router.add_get("/", verify)
    application.router.add_post("/", receive)
    return application


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize(("name", "kind"), [("app text message", "xml"), ("aibot text message", "json")])
async def test_a_conversation_over_http(name: str, kind: str) -> None:
    vector = THEIRS[name]
    common = {**KEYS, "receiver": vector["receiver"], "timestamp": str(int(time.time())), "nonce": "n7", "agent": "1"}
    async with TestServer(serving(channel_for(vector))) as server:
        url = str(server.make_url("/"))
        echo, answer = await ask(
            {"do": "get", "url": url, **common, "message": "12345"},
            {"do": kind, "url": url, **common, "message": vector["message"]},
        )
    assert (echo["status"], echo["body"]) == (200, "12345")
    assert (answer["status"], answer["signed"], answer["receiver"]) == (200, True, vector["receiver"])
    assert "听到：" in answer["message"]
