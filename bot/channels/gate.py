"""What every callback has to pass before anything is made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.channels.door import Refused
from bot.channels.identity import digest
from bot.wecom.crypto import Codec
from bot.wecom.errors import CallbackError, ForgedCallback

LARGEST = 1024 * 1024
FRESH = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Signed:
    """The signed part of a callback's address."""

    signature: str
    timestamp: str
    nonce: str

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Signed":
        """The three values; CallbackError when one is missing."""
        signature, timestamp, nonce = query.get("msg_signature"), query.get("timestamp"), query.get("nonce")
        if not signature or not timestamp or not nonce:
            raise CallbackError("query without msg_signature, timestamp or nonce")
        return cls(signature, timestamp, nonce)


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets in what WeCom signed with one door's token, just now."""

    codec: Codec

    def echo(self, query: Mapping[str, str]) -> str:
        """The plaintext of a URL verification, whatever its time; CallbackError."""
        signed, encrypted = Signed.read(query), query.get("echostr", "")
        self.codec.verify(signed.signature, signed.timestamp, signed.nonce, encrypted)
        try:
            return self.codec.decrypt(encrypted).decode()
        except UnicodeDecodeError:
            raise CallbackError("echostr is not UTF-8") from None

    def check_fresh(self, signed: Signed, body: bytes, now: datetime) -> None:
        """Refused when the callback is oversized or its time is too far off."""
        if len(body) > LARGEST:
            raise Refused(413, "body over 1 MiB")
        seconds = signed.timestamp
        if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 11):
            raise CallbackError("timestamp is not seconds")
        if abs(now.timestamp() - int(seconds)) > FRESH.total_seconds():
            raise Refused(403, "stale timestamp")

    def open(self, signed: Signed, encrypted: str) -> bytes:
        """The plaintext; CallbackError."""
        self.codec.verify(signed.signature, signed.timestamp, signed.nonce, encrypted)
        return self.codec.decrypt(encrypted)


def fingerprint(encrypted: str) -> str:
    """Tells a ciphertext from any other."""
    return digest(encrypted)[:16]


def refused(error: CallbackError) -> Refused:
    """How a callback that cannot be read is answered."""
    return Refused(403 if isinstance(error, ForgedCallback) else 400, str(error))
