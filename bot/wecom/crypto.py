"""Callback encryption and signatures (WeCom doc 90238 for apps, 101033 for AI bots)."""

import base64
import binascii
import hashlib
import hmac
import os

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.wecom.errors import CallbackError, ForgedCallback, MisdirectedCallback

BLOCK = 32
HEADER = 20


def decode_key(aes_key: str) -> bytes:
    """The 32 bytes of an EncodingAESKey (43 letters and digits); ValueError when it is none."""
    if len(aes_key) != 43 or not (aes_key.isascii() and aes_key.isalnum()):
        raise ValueError("EncodingAESKey 应为 43 位字母和数字")
    return base64.b64decode(aes_key + "=")


def sign(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    """SHA-1 over the four values in bytewise order, in lower-case hex."""
    parts = sorted(part.encode(errors="replace") for part in (token, timestamp, nonce, encrypted))
    return hashlib.sha1(b"".join(parts), usedforsecurity=False).hexdigest()


class Codec:
    """One receiving surface's token and key. `receiver` is the expected receiveid: the corp id, or "" for AI bots."""

    def __init__(self, token: str, aes_key: str, receiver: str) -> None:
        key = decode_key(aes_key)
        self._token = token
        self._receiver = receiver.encode()
        self._cipher = _cipher(key)

    def __repr__(self) -> str:
        return f"Codec(receiver={self._receiver.decode()!r})"

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        """The signature of a ciphertext."""
        return sign(self._token, timestamp, nonce, encrypted)

    def verify(self, signature: str, timestamp: str, nonce: str, encrypted: str) -> None:
        """ForgedCallback unless the signature is right; takes the same time however wrong it is."""
        expected = self.sign(timestamp, nonce, encrypted).encode()
        if not hmac.compare_digest(signature.encode(errors="replace"), expected):
            raise ForgedCallback("wrong signature")

    def decrypt(self, encrypted: str) -> bytes:
        """The message of a ciphertext; CallbackError for anything that WeCom would not send us."""
        frame = _unpad(_decrypt(self._cipher, _decode(encrypted)))
        end = HEADER + int.from_bytes(frame[16:HEADER])
        if len(frame) < HEADER or end > len(frame):
            raise CallbackError("frame shorter than it says")
        if not hmac.compare_digest(frame[end:], self._receiver):
            raise MisdirectedCallback(frame[end:].decode(errors="replace"))
        return frame[HEADER:end]

    def encrypt(self, message: bytes, random: bytes = b"") -> str:
        """The ciphertext of a message; `random` fixes its 16 leading bytes for repeatable output."""
        frame = b"".join((random or os.urandom(16), len(message).to_bytes(4), message, self._receiver))
        pad = BLOCK - len(frame) % BLOCK
        encryptor = self._cipher.encryptor()
        return binascii.b2a_base64(encryptor.update(frame + bytes((pad,)) * pad), newline=False).decode()


def _cipher(key: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def _decode(encrypted: str) -> bytes:
    try:
        return binascii.a2b_base64(encrypted, strict_mode=True)
    except ValueError:
        raise CallbackError("ciphertext is not base64") from None


def _decrypt(cipher: Cipher[modes.CBC], content: bytes) -> bytes:
    if not content or len(content) % 16:
        raise CallbackError("ciphertext is not whole blocks")
    return cipher.decryptor().update(content)


def _unpad(frame: bytes) -> bytes:
    pad = frame[-1]
    if not 1 <= pad <= BLOCK or frame[-pad:] != bytes((pad,)) * pad:
        raise CallbackError("wrong padding")
    return frame[:-pad]
