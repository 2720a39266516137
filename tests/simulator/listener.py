"""A tiny bot: it decrypts callbacks with its own few lines and answers what the test wrote down."""

import asyncio
import base64
import hashlib
import json
import os
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from aiohttp import web
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.simulator import App, Door, Kf

Said = Mapping[str, Any]
Reply = str | Said | web.Response | None
Brain = Callable[[Said], Awaitable[Reply]]


@dataclass
class Listener:
    """One callback URL. `brain` gets the plaintext (JSON, or XML as a dict) and returns the answer's plaintext."""

    door: Door
    corp_id: str
    brain: Brain
    url: str = ""

    def __post_init__(self) -> None:
        self.heard: list[Said] = []
        self.requests: list[Mapping[str, str]] = []

    async def start(self) -> Callable[[], Awaitable[None]]:
        app = web.Application()
        app.router.add_route("*", "/cb", self._handle)
        runner = web.AppRunner(app, shutdown_timeout=0.05)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/cb"
        return runner.cleanup

    async def _handle(self, request: web.Request) -> web.Response:
        query = request.query
        if request.method == "GET":
            return web.Response(text=self.decrypt(query["echostr"]))
        encrypted = self._envelope(await request.read())
        if self.sign(query["timestamp"], query["nonce"], encrypted) != query["msg_signature"]:
            return web.Response(status=403)
        said = self._read(self.decrypt(encrypted))
        self.heard.append(said)
        self.requests.append(dict(query))
        reply = await self.brain(said)
        return reply if isinstance(reply, web.Response) else self.seal(reply, query["nonce"])

    def _envelope(self, body: bytes) -> str:
        if isinstance(self.door, App | Kf):
            return ElementTree.fromstring(body).findtext("Encrypt") or ""
        return str(json.loads(body)["encrypt"])

    def _read(self, plain: str) -> Said:
        if isinstance(self.door, App | Kf):
            return {child.tag: child.text or "" for child in ElementTree.fromstring(plain)}
        return dict(json.loads(plain))

    def seal(self, reply: str | Said | None, nonce: str, /, **changed: Any) -> web.Response:
        """The encrypted answer; `changed` spoils fields of its envelope."""
        if reply is None:
            return web.Response()
        plain = reply if isinstance(reply, str) else json.dumps(reply)
        encrypted = self.encrypt(plain)
        signature = self.sign("1700000000", nonce, encrypted)
        if isinstance(self.door, App | Kf):
            return web.Response(
                text=f"<xml><Encrypt>{encrypted}</Encrypt><MsgSignature>{signature}</MsgSignature>"
                f"<TimeStamp>1700000000</TimeStamp><Nonce>{nonce}</Nonce></xml>"
            )
        fields = {"encrypt": encrypted, "msgsignature": signature, "timestamp": 1700000000, "nonce": nonce}
        return web.json_response({**fields, **changed})

    @property
    def _key(self) -> bytes:
        return base64.b64decode(self.door.aes_key + "=")

    def encrypt(self, plain: str) -> str:
        receiveid = self.corp_id if isinstance(self.door, App | Kf) else ""
        raw = plain.encode()
        frame = os.urandom(16) + struct.pack(">I", len(raw)) + raw + receiveid.encode()
        pad = 32 - len(frame) % 32
        encryptor = Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16])).encryptor()
        return base64.b64encode(encryptor.update(frame + bytes([pad]) * pad) + encryptor.finalize()).decode()

    def decrypt(self, encrypted: str) -> str:
        decryptor = Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16])).decryptor()
        frame = decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()
        (length,) = struct.unpack(">I", frame[16:20])
        return frame[20 : 20 + length].decode()

    def sign(self, *parts: str) -> str:
        return hashlib.sha1("".join(sorted([self.door.token, *parts])).encode()).hexdigest()


async def silent(said: Said) -> Reply:
    """Takes everything and says nothing."""
    return None


def text_reply(said: Said, text: str) -> str:
    """An app's passive text."""
    return passive(said, f"<MsgType>text</MsgType><Content>{escape(text)}</Content>")


def passive(said: Said, inner: str) -> str:
    """An app's passive reply around the given elements."""
    return (
        f"<xml><ToUserName>{said['FromUserName']}</ToUserName><FromUserName>{said['ToUserName']}</FromUserName>"
        f"<CreateTime>1700000000</CreateTime>{inner}</xml>"
    )


def stream(name: str, content: str, finish: bool = True, **more: Any) -> Said:
    """An AI bot's stream answer."""
    return {"msgtype": "stream", "stream": {"id": name, "finish": finish, "content": content, **more}}


def in_turn(*replies: Callable[[Said], Reply] | Reply) -> Brain:
    """Gives these answers one after the other, then the last one for ever."""
    left = list(replies)

    async def brain(said: Said) -> Reply:
        reply = left.pop(0) if len(left) > 1 else left[0]
        return reply(said) if callable(reply) else reply

    return brain


def slowly(seconds: float, reply: Callable[[Said], Reply]) -> Brain:
    """Answers late."""

    async def brain(said: Said) -> Reply:
        await asyncio.sleep(seconds)
        return reply(said)

    return brain


def status(code: int) -> Callable[[Said], Reply]:
    """An HTTP status without a body."""
    return lambda said: web.Response(status=code)
