"""Encrypted files, piece by piece."""

import base64
from collections.abc import AsyncIterator

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from bot.wecom.errors import CallbackError
from bot.wecom.sealed import file_key, unsealed

KEY = bytes(range(32))
TEXT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


def encrypted(padded: bytes) -> bytes:
    return Cipher(algorithms.AES(KEY), modes.CBC(KEY[:16])).encryptor().update(padded)


def sealed(content: bytes) -> bytes:
    pad = 32 - len(content) % 32
    return encrypted(content + bytes((pad,)) * pad)


async def opened(content: bytes, size: int) -> bytes:
    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(content), size):
            yield content[at : at + size]

    return b"".join([piece async for piece in unsealed(KEY, pieces())])


async def test_a_file_that_wecom_encrypted_is_read() -> None:
    wire = bytes.fromhex("12dff1a19c59ce72334abdea8e4bfa73f67ca9fe121cf5aa3dfc1e5ed99ceb31")
    assert sealed(b"hello wecom media") == wire
    assert await opened(wire, 7) == b"hello wecom media"


async def test_a_published_vector_opens() -> None:
    content = bytes.fromhex("12dff1a19c59ce72334abdea8e4bfa73f67ca9fe121cf5aa3dfc1e5ed99ceb31")
    assert await opened(content, 16) == b"hello wecom media"


@given(st.binary(max_size=200), st.integers(1, 80))
async def test_any_content_comes_whole_however_it_is_cut(content: bytes, size: int) -> None:
    assert await opened(sealed(content), size) == content


@pytest.mark.parametrize(
    "junk",
    [b"", b"x" * 31, encrypted(b"x" * 31 + b"\0"), encrypted(b"x" * 31 + b"\x21"), encrypted(b"x" * 30 + b"\1\2")],
    ids=["nothing", "no blocks", "pad 0", "pad 33", "pad that differs"],
)
async def test_what_was_not_encrypted_like_this_is_refused(junk: bytes) -> None:
    with pytest.raises(CallbackError):
        await opened(junk, 16)


def test_a_key_may_lack_its_padding_and_nothing_else() -> None:
    assert file_key(TEXT) == file_key(TEXT + "=") == KEY
    for wrong in ("", TEXT[:-2], "*" * 43, base64.b64encode(b"x" * 33).decode()):
        with pytest.raises(CallbackError):
            file_key(wrong)
