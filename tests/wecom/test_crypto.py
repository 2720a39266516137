"""Callback encryption: published vectors, round trips, and everything that is not a ciphertext."""

import base64
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.enterprise.crypto import PrpCrypto

from bot.wecom import crypto
from bot.wecom.crypto import Codec, decode_key, sign
from bot.wecom.errors import CallbackError, ForgedCallback

TOKEN = "QDG6eK"
KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
RANDOM = b"0123456789abcdef"
VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors" / "sample.json").read_text())


def codec(receiver: str = "") -> Codec:
    return Codec(TOKEN, KEY, receiver)


def raw(frame: bytes) -> str:
    """Any frame, encrypted under the test key as it is; its length must be whole blocks."""
    key = decode_key(KEY)
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(frame)).decode()


def padded(frame: bytes) -> bytes:
    pad = 32 - len(frame) % 32
    return frame + bytes([pad]) * pad


def test_the_key_is_decoded_as_published() -> None:
    assert decode_key(KEY).hex() == "8d69989bbaabe67328014c194631ad0719b3dca035b64023df292447aab60760"


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_published_vectors_open(vector: dict[str, Any]) -> None:
    opened = codec(vector["receiver"])
    opened.verify(vector["signature"], vector["timestamp"], vector["nonce"], vector["encrypt"])
    message = opened.decrypt(vector["encrypt"])
    assert message.decode() == vector["message"] if "message" in vector else len(message) == vector["bytes"]
    assert all(part.encode() in message for part in vector.get("parts", ()))


@pytest.mark.parametrize("vector", [v for v in VECTORS if "random" in v], ids=lambda vector: vector["name"])
def test_published_vectors_are_sealed_alike(vector: dict[str, Any]) -> None:
    made = codec(vector["receiver"]).encrypt(vector["message"].encode(), vector["random"].encode())
    assert made == vector["encrypt"]
    assert sign(TOKEN, vector["timestamp"], vector["nonce"], made) == vector["signature"]


@given(st.binary(max_size=500), st.text(max_size=20))
def test_what_is_sealed_opens(message: bytes, receiver: str) -> None:
    assert codec(receiver).decrypt(codec(receiver).encrypt(message)) == message


@given(st.text(max_size=300))
def test_wechatpy_opens_what_is_sealed_and_the_other_way_round(message: str) -> None:
    theirs = PrpCrypto(decode_key(KEY))
    assert theirs.decrypt(codec("ww1").encrypt(message.encode()), "ww1") == message
    assert codec("ww1").decrypt(theirs.encrypt(message, "ww1").decode()) == message.encode()


def test_two_seals_of_one_message_differ() -> None:
    assert codec().encrypt(b"x") != codec().encrypt(b"x")


GOOD = raw(padded(RANDOM + (1).to_bytes(4) + b"xww1"))
JUNK = {
    "empty": "",
    "not base64": "!!!!",
    "not ASCII": "签到",
    "half a character": "\ud800",
    "padding in the middle": "AAAA=AAA",
    "a line feed": GOOD + "\n",
    "something after its end": GOOD + "AAAA",
    "not whole blocks": base64.b64encode(b"x" * 17).decode(),
    "pad 0": raw(bytes(64)),
    "pad 33": raw(bytes(31) + bytes([33]) * 33),
    "uneven pad": raw(RANDOM + (1).to_bytes(4) + b"xww1" + b"\x00" * 7 + b"\x08"),
    "nothing but padding": raw(bytes([32]) * 32),
    "shorter than its header": raw(padded(b"x" * 19)),
    "length past its end": raw(padded(RANDOM + (2).to_bytes(4) + b"x")),
    "length of 4 GB": raw(padded(RANDOM + b"\xff\xff\xff\xff" + b"x")),
    "another receiver": raw(padded(RANDOM + (1).to_bytes(4) + b"x" + b"ww2")),
    "no receiver": raw(padded(RANDOM + (1).to_bytes(4) + b"x")),
    "a longer receiver": raw(padded(RANDOM + (1).to_bytes(4) + b"x" + b"ww11")),
    "another key": Codec(TOKEN, KEY[::-1], "ww1").encrypt(b"x"),
}


def test_the_frame_beside_all_that_junk_is_good() -> None:
    assert codec("ww1").decrypt(GOOD) == b"x"


@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK)
def test_junk_is_one_kind_of_error(junk: str) -> None:
    with pytest.raises(CallbackError):
        codec("ww1").decrypt(junk)


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda data: base64.b64encode(data).decode()))
def test_any_junk_is_one_kind_of_error(junk: str) -> None:
    with pytest.raises(CallbackError):
        codec("ww1").decrypt(junk)


@given(st.binary(max_size=30))
def test_any_frame_opens_or_is_one_kind_of_error(frame: bytes) -> None:
    try:
        codec().decrypt(raw(padded(RANDOM + frame)))
    except CallbackError:
        return
    assert len(frame) >= 4


@pytest.mark.parametrize("signature", ["", "0" * 40, "签名", "\ud800", "1870dca5ab847fbdee845e9ac8e1ca7673eb5c4A"])
def test_a_wrong_signature_is_a_forgery(signature: str) -> None:
    with pytest.raises(ForgedCallback):
        codec().verify(signature, "1700000000", "abc123", "AAAA")


def test_every_signed_part_counts() -> None:
    good = ("1700000000", "abc123", "AAAA")
    signature = sign(TOKEN, *good)
    codec().verify(signature, *good)
    for place in range(3):
        changed = [part + "x" if place == number else part for number, part in enumerate(good)]
        with pytest.raises(ForgedCallback):
            codec().verify(signature, *changed)
    with pytest.raises(ForgedCallback):
        Codec("another", KEY, "").verify(signature, *good)


def test_signatures_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def watched(ours: bytes, theirs: bytes) -> bool:
        compared.append((ours, theirs))
        return real(ours, theirs)

    real = hmac.compare_digest
    monkeypatch.setattr(crypto.hmac, "compare_digest", watched)
    with pytest.raises(ForgedCallback):
        codec().verify("0" * 40, "1", "n", "AAAA")
    assert compared == [(b"0" * 40, sign(TOKEN, "1", "n", "AAAA").encode())]


@pytest.mark.parametrize("key", ["", "x" * 42, "x" * 44, "x" * 42 + "=", "x" * 42 + "签", "x" * 42 + " "])
def test_a_wrong_key_is_refused_at_once(key: str) -> None:
    with pytest.raises(ValueError, match="43"):
        Codec(TOKEN, key, "")


def test_a_codec_shows_no_secret() -> None:
    assert TOKEN not in repr(codec()) and KEY not in repr(codec())
