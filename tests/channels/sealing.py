"""Callbacks as WeCom would send them, and its view of the answers; the cipher is wechatpy's, not ours."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

from wechatpy.enterprise.crypto import PrpCrypto

from bot.channels.aibot import AibotChannel
from bot.channels.app import AppChannel
from bot.channels.door import Channel, Received
from bot.channels.gate import Gate
from bot.types.attachments import Unkept
from bot.wecom.crypto import Codec, decode_key
from bot.wecom.envelope import parse_xml

CORP = "ww1111222233334444"
TOKEN = "QDG6eK"
KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
SECONDS = 1763700000
NOW = datetime.fromtimestamp(SECONDS, UTC)
NUMBERS = count(1)


def sign(timestamp: str, nonce: str, encrypted: str) -> str:
    return hashlib.sha1("".join(sorted((TOKEN, timestamp, nonce, encrypted))).encode()).hexdigest()


@dataclass(frozen=True)
class Callback:
    """A signed request."""

    query: Mapping[str, str]
    body: bytes

    def opened(self, channel: Channel, now: datetime = NOW) -> Received:
        return channel.open(self.query, self.body, now)


def seal(plain: str | bytes, receiver: str, timestamp: str, nonce: str) -> tuple[dict[str, str], str]:
    encrypted = PrpCrypto(decode_key(KEY)).encrypt(plain, receiver).decode()
    query = {"msg_signature": sign(timestamp, nonce, encrypted), "timestamp": timestamp, "nonce": nonce}
    return query, encrypted


def from_app(plain: str, *, timestamp: str = str(SECONDS), nonce: str = "", receiver: str = CORP) -> Callback:
    """A callback of a self-built app; every one has a fresh ciphertext, and a nonce of its own."""
    query, encrypted = seal(plain, receiver, timestamp, nonce or f"n{next(NUMBERS)}")
    body = f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    return Callback(query, body.encode())


def from_bot(
    plain: Mapping[str, Any] | str, *, timestamp: str = str(SECONDS), nonce: str = "", receiver: str = ""
) -> Callback:
    """A callback of an AI bot."""
    words = plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
    query, encrypted = seal(words, receiver, timestamp, nonce or f"n{next(NUMBERS)}")
    return Callback(query, json.dumps({"encrypt": encrypted}).encode())


def echo(plain: str, receiver: str, timestamp: str = "1") -> dict[str, str]:
    """The query of a URL verification."""
    query, encrypted = seal(plain, receiver, timestamp, "n")
    return {**query, "echostr": encrypted}


def unsealed_xml(body: bytes) -> dict[str, Any]:
    """What WeCom finds in an app's answer; checks its signature."""
    outer = {name: str(values[0]) for name, values in parse_xml(body).items()}
    assert outer["MsgSignature"] == sign(outer["TimeStamp"], outer["Nonce"], outer["Encrypt"])
    return parse_xml(PrpCrypto(decode_key(KEY)).decrypt(outer["Encrypt"], CORP).encode())


def unsealed_json(body: bytes, nonce: str) -> dict[str, Any]:
    """What WeCom finds in an AI bot's answer; checks its signature and nonce."""
    outer = json.loads(body)
    assert outer["nonce"] == nonce and type(outer["timestamp"]) is int
    assert outer["msgsignature"] == sign(str(outer["timestamp"]), nonce, outer["encrypt"])
    found: dict[str, Any] = json.loads(PrpCrypto(decode_key(KEY)).decrypt(outer["encrypt"], ""))
    return found


def app_channel(**parts: Any) -> AppChannel:
    """An app's door that only listens."""
    unused: Any = None
    given = {"client": unused, "media": unused, "limits": unused, "clock": unused, **parts}
    return AppChannel(name="助手", corp=CORP, agent_id=1000002, gate=Gate(Codec(TOKEN, KEY, CORP)), **given)


def aibot_channel(**parts: Any) -> AibotChannel:
    """An AI bot's door that only listens."""
    unused: Any = None
    given = {
        "called": "小助手",
        "transport": unused,
        "limits": unused,
        "clock": unused,
        "attachments": Unkept(),
        "downloads": unused,
        "file_key": b"",
        **parts,
    }
    return AibotChannel(name="小助手", corp=CORP, gate=Gate(Codec(TOKEN, KEY, "")), **given)
