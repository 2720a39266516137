"""WeCom's side of the URL verification (WeCom doc 90238), played with the door's own keys."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientConnectorSSLError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
)

from bot.wecom.crypto import Codec

# WeCom waits a second for the echo; a slow one is heard out, so that it can be told from none.
IN_TIME = 1.0
PATIENCE = ClientTimeout(total=6.0, connect=5.0, sock_connect=5.0)
ANSWER_BYTES = 1 << 16


class Trouble(StrEnum):
    """Why there was no answer at all."""

    NONE = ""
    UNRESOLVED = "unresolved"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `body` is as much of it as an echo could have."""

    trouble: Trouble = Trouble.NONE
    status: int = 0
    body: bytes = b""
    location: str = ""
    seconds: float = 0.0

    @property
    def in_time(self) -> bool:
        """Whether WeCom would have waited for it."""
        return self.seconds <= IN_TIME


@dataclass(frozen=True, slots=True)
class Question:
    """A URL verification: the query of its GET, and the echo that answers it."""

    query: Mapping[str, str]
    echo: bytes


def question(codec: Codec, plus: bool = True) -> Question:
    """A question of WeCom's; `plus`: with or without a "+" in its ciphertext, which some gateways spoil."""
    echo = str(secrets.randbelow(10**19)).zfill(19).encode()
    encrypted = codec.encrypt(echo)
    while ("+" in encrypted) != plus:
        encrypted = codec.encrypt(echo)
    timestamp, nonce = str(int(time.time())), str(secrets.randbelow(10**10))
    signature = codec.sign(timestamp, nonce, encrypted)
    signed = {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce, "echostr": encrypted}
    return Question(signed, echo)


async def ask(session: ClientSession, url: str, asked: Question) -> Answer:
    """The answer to a question at a URL."""
    return await _exchange(session, "GET", url, asked.query)


async def knock(session: ClientSession, url: str) -> Answer:
    """The answer to a POST that is nobody's: the bot refuses it, if it arrives."""
    nobody = {"msg_signature": "0" * 40, "timestamp": str(int(time.time())), "nonce": "0"}
    return await _exchange(session, "POST", url, nobody, b"<xml><Encrypt><![CDATA[AAAA]]></Encrypt></xml>")


async def _exchange(
    session: ClientSession, method: str, url: str, query: Mapping[str, str], body: bytes | None = None
) -> Answer:
    began = time.monotonic()
    try:
        async with session.request(
            method, url, params=query, data=body, timeout=PATIENCE, allow_redirects=False
        ) as response:
            heard = await response.content.read(ANSWER_BYTES)
            location = response.headers.get("Location", "")
            return Answer(Trouble.NONE, response.status, heard, location, time.monotonic() - began)
    except (ClientError, TimeoutError, OSError) as error:
        return Answer(_trouble(error), seconds=time.monotonic() - began)


def _trouble(error: BaseException) -> Trouble:
    match error:
        case ClientConnectorCertificateError() | ClientConnectorSSLError():
            return Trouble.CERTIFICATE
        case ClientConnectorDNSError():
            return Trouble.UNRESOLVED
        case ClientConnectorError() | ConnectionTimeoutError():
            return Trouble.UNREACHABLE
        case _:
            return Trouble.SILENT
