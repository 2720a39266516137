"""Callback encryption, on top of wechatpy's (doc/90238 for XML, doc/101033 for JSON)."""

import base64
import binascii
import json
import random
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

from wechatpy.crypto.pkcs7 import PKCS7Encoder
from wechatpy.enterprise.crypto import PrpCrypto, WeChatCrypto
from wechatpy.enterprise.exceptions import InvalidCorpIdException
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.utils import WeChatSigner

from bot.simulator.doors import App, Door, Kf
from bot.simulator.errors import BadAnswer

BLOCK = 32


@dataclass(frozen=True, slots=True)
class Request:
    """A callback as it goes over the wire."""

    params: Mapping[str, str]
    body: bytes = field(repr=False)
    content_type: str

    @property
    def nonce(self) -> str:
        return self.params["nonce"]


class Seal:
    """Encrypts, decrypts and signs with one door's token, key and receiveid."""

    def __init__(self, token: str, aes_key: str, receiveid: str, chance: random.Random) -> None:
        self._crypto = WeChatCrypto(token, aes_key, receiveid)
        self._cipher = PrpCrypto(self._crypto.key)
        self._cipher.get_random_string = lambda: f"{chance.getrandbits(64):016x}"
        self._token = token
        self._receiveid = receiveid

    @property
    def key(self) -> bytes:
        return bytes(self._crypto.key)

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        signer = WeChatSigner()
        signer.add_data(self._token, timestamp, nonce, encrypted)
        return str(signer.signature)

    def encrypt(self, plain: str) -> str:
        return bytes(self._cipher.encrypt(plain, self._receiveid)).decode()

    def encrypt_file(self, content: bytes) -> bytes:
        """Media of an AI bot: the same key, without random part and length (doc/100719)."""
        return bytes(self._cipher.cipher.encrypt(PKCS7Encoder.encode(content)))

    def open(self, signature: str, timestamp: str, nonce: str, encrypted: str) -> str:
        """The plaintext; BadAnswer unless signature, padding, length and receiveid are right."""
        if self.sign(timestamp, nonce, encrypted) != signature:
            raise BadAnswer("-40001 signature")
        self._check_frame(encrypted)
        try:
            return str(self._crypto.check_signature(signature, timestamp, nonce, encrypted))
        except InvalidSignatureException as error:
            raise BadAnswer("-40001 signature") from error
        except InvalidCorpIdException as error:
            raise BadAnswer("-40005 receiveid") from error
        except UnicodeDecodeError as error:
            raise BadAnswer("-40008 not UTF-8") from error

    def _check_frame(self, encrypted: str) -> None:
        """wechatpy takes any padding and any length; WeCom does not."""
        try:
            frame = self._cipher.cipher.decrypt(base64.b64decode(encrypted, validate=True))
        except (binascii.Error, ValueError) as error:
            raise BadAnswer("-40010 base64 or block size") from error
        if len(frame) < BLOCK or len(frame) % BLOCK or not 1 <= frame[-1] <= BLOCK:
            raise BadAnswer("-40008 padding")
        (length,) = struct.unpack(">I", frame[16:20])
        if length > len(frame) - frame[-1] - 20:
            raise BadAnswer("-40008 length")


class XmlEnvelope:
    """What an app's callbacks and their answers travel in (doc/90238)."""

    def __init__(self, seal: Seal, corp_id: str, agent_id: int) -> None:
        self.seal = seal
        self._corp_id = corp_id
        self._agent_id = agent_id

    def wrap(self, plain: str, timestamp: str, nonce: str) -> Request:
        encrypted = self.seal.encrypt(plain)
        return Request(signed(self.seal, timestamp, nonce, encrypted), self.body(encrypted), "text/xml")

    def body(self, encrypted: str) -> bytes:
        return (
            f"<xml><ToUserName><![CDATA[{self._corp_id}]]></ToUserName>"
            f"<AgentID><![CDATA[{self._agent_id}]]></AgentID>"
            f"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        ).encode()

    def unwrap(self, body: bytes, nonce: str) -> str:
        """The answer's plaintext, or "" for none."""
        if body.strip() in (b"", b"success"):
            return ""
        fields = self._fields(body)
        return self.seal.open(fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])

    def _fields(self, body: bytes) -> dict[str, str]:
        fields = {child.tag: (child.text or "").strip() for child in parse_xml(body)}
        for name in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce"):
            if not fields.get(name):
                raise BadAnswer(f"-40002 {name} is missing")
        if not fields["TimeStamp"].isdigit():
            raise BadAnswer("-40002 TimeStamp is not seconds")
        return fields


class JsonEnvelope:
    """What an AI bot's callbacks and their answers travel in (doc/101033)."""

    def __init__(self, seal: Seal) -> None:
        self.seal = seal

    def wrap(self, plain: str, timestamp: str, nonce: str) -> Request:
        encrypted = self.seal.encrypt(plain)
        return Request(signed(self.seal, timestamp, nonce, encrypted), self.body(encrypted), "application/json")

    def body(self, encrypted: str) -> bytes:
        return json.dumps({"encrypt": encrypted}).encode()

    def unwrap(self, body: bytes, nonce: str) -> str:
        """The answer's plaintext, or "" for none; its nonce must be the callback's."""
        if not body.strip():
            return ""
        fields = parse_json(body)
        if fields.get("nonce") != nonce:
            raise BadAnswer("nonce is not the callback's")
        if type(fields.get("timestamp")) is not int:
            raise BadAnswer("timestamp is not an integer")
        encrypted, signature = fields.get("encrypt"), fields.get("msgsignature")
        if not isinstance(encrypted, str) or not isinstance(signature, str):
            raise BadAnswer("-40002 encrypt or msgsignature is missing")
        return self.seal.open(signature, str(fields["timestamp"]), nonce, encrypted)


Envelope = XmlEnvelope | JsonEnvelope


def envelope(door: Door, corp_id: str, chance: random.Random, receiveid: str | None = None) -> Envelope:
    """The door's envelope: receiveid is the corp for apps and empty for the company's own AI bots."""
    if isinstance(door, App | Kf):
        seal = Seal(door.token, door.aes_key, corp_id if receiveid is None else receiveid, chance)
        return XmlEnvelope(seal, corp_id, door.agent_id)
    return JsonEnvelope(Seal(door.token, door.aes_key, receiveid or "", chance))


def signed(seal: Seal, timestamp: str, nonce: str, encrypted: str) -> dict[str, str]:
    """The query of a callback."""
    return {"msg_signature": seal.sign(timestamp, nonce, encrypted), "timestamp": timestamp, "nonce": nonce}


def parse_xml(text: bytes | str) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise BadAnswer(f"-40002 XML: {error}") from error


def parse_json(text: bytes | str) -> dict[str, object]:
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False).encode()
    except ValueError as error:
        raise BadAnswer(f"-40002 JSON: {error}") from error
    if not isinstance(found, dict):
        raise BadAnswer("-40002 JSON: not an object")
    return found
