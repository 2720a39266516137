"""Files that AI bots are sent, encrypted with the bot's key or one of their own (WeCom doc 100719)."""

import base64
import binascii
from collections.abc import AsyncIterator

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.wecom.errors import CallbackError

BLOCK = 32


def file_key(text: str) -> bytes:
    """The 32 bytes of a file's own `aeskey`, whose padding may be missing; CallbackError when it is none."""
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise CallbackError("aeskey is not 32 bytes")
    return key


async def unsealed(key: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The plain bytes of an encrypted file, piece by piece: AES-256-CBC, PKCS#7 to multiples of 32, no header.

    CallbackError, after all but the last bytes, for what was not encrypted like this.
    """
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    held = b""
    async for piece in pieces:
        held += decryptor.update(piece)
        # The padding is known at the end only.
        if len(held) > BLOCK:
            yield held[:-BLOCK]
            held = held[-BLOCK:]
    try:
        held += decryptor.finalize()
    except ValueError:
        raise CallbackError("ciphertext is not whole blocks") from None
    yield _unpadded(held)


def _unpadded(end: bytes) -> bytes:
    pad = end[-1] if end else 0
    if not 1 <= pad <= min(BLOCK, len(end)) or end[-pad:] != bytes((pad,)) * pad:
        raise CallbackError("wrong padding")
    return end[:-pad]
