"""The published vectors of callback encryption, through the simulator's crypto (doc/90238, doc/101033)."""

import base64
import random
from xml.etree import ElementTree

import pytest

from bot.simulator import AiBot, App
from bot.simulator.crypto import Seal, XmlEnvelope, envelope
from bot.simulator.errors import BadAnswer

TOKEN = "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
CORP = "wx5823bf96d3bd56c7"
FIXED = "0123456789abcdef"


class Known(random.Random):
    """Chance that makes the random part 0123456789abcdef."""

    def getrandbits(self, bits: int, /) -> int:
        return int(FIXED, 16)


def seal(receiveid: str) -> Seal:
    return Seal(TOKEN, AES_KEY, receiveid, Known())


V1 = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
V2 = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvu"
    "JTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwG"
    "c2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9"
    "EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0"
    "lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)
V3 = (
    "sKqRbbiSUnDhFHOvPjtUMahtwSkU7qx7NXnth11xbiKfeg9fK32/ImGPV37AvcA6IQh5QICDdcAI0a7MaJ3YLG1aNXuoPfoAxVT0hWHZGwGW"
    "yJkCx+g4rlulQF02aZ1N"
)
V4 = "sKqRbbiSUnDhFHOvPjtUMYgNcVv6XK1+jtGl0R/UrgQ="
V5A = "sKqRbbiSUnDhFHOvPjtUMYrRK4HOEsXUHBrSYCkV5Ok="
V5B = "sKqRbbiSUnDhFHOvPjtUMR0O/HnikonGE2sysEyTTBUYAQXTtV/siUm6h6sdy0J5+0IeUnYSVyxt99i+AzuZhw=="


@pytest.mark.parametrize(
    ("receiveid", "signature", "timestamp", "nonce", "encrypted", "plain"),
    [
        pytest.param(
            CORP,
            "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
            "1409659589",
            "263014780",
            V1,
            "1616140317555161061",
            id="V1",
        ),
        pytest.param(
            "",
            "1870dca5ab847fbdee845e9ac8e1ca7673eb5c4a",
            "1700000000",
            "abc123",
            V3,
            '{"msgid":"M1","msgtype":"text","text":{"content":"你好"}}',
            id="V3",
        ),
        pytest.param("", "12d8ee084371e4b2b7cf7ea7e2a667360eb4aca9", "1700000000", "abc123", V4, "echo-ok", id="V4"),
        pytest.param("wx", "96530b06f7bac0560ad30a6546e693c6b401e9b9", "1700000000", "n", V5A, "x" * 9, id="V5 pad 1"),
        pytest.param(
            "wx", "40fb02849bb94e57b4f1ffa3d60d1374a1767577", "1700000000", "n", V5B, "x" * 10, id="V5 pad 32"
        ),
    ],
)
def test_a_vector_opens(receiveid: str, signature: str, timestamp: str, nonce: str, encrypted: str, plain: str) -> None:
    assert seal(receiveid).open(signature, timestamp, nonce, encrypted) == plain


def test_the_official_message_opens() -> None:
    plain = seal(CORP).open("477715d11cdb4164915debcba66cb864d751f3e6", "1409659813", "1372623149", V2)
    root = ElementTree.fromstring(plain)
    assert len(plain.encode()) == 284
    assert [root.findtext(name) for name in ("Content", "FromUserName", "MsgId", "AgentID")] == [
        "hello",
        "mycreate",
        "4561255354251345929",
        "218",
    ]


@pytest.mark.parametrize(
    ("receiveid", "plain", "encrypted"),
    [
        pytest.param("", '{"msgid":"M1","msgtype":"text","text":{"content":"你好"}}', V3, id="V3"),
        pytest.param("", "echo-ok", V4, id="V4"),
        pytest.param("wx", "x" * 9, V5A, id="V5 pad 1"),
        pytest.param("wx", "x" * 10, V5B, id="V5 pad 32"),
    ],
)
def test_a_vector_is_made(receiveid: str, plain: str, encrypted: str) -> None:
    assert seal(receiveid).encrypt(plain) == encrypted


@pytest.mark.parametrize(
    ("receiveid", "encrypted", "reason"),
    [
        ("other", V4, "receiveid"),
        ("", "!!!", "base64"),
        ("", base64.b64encode(b"short").decode(), "block size"),
        ("", base64.b64encode(bytes(range(64))).decode(), "padding|length|receiveid|UTF-8"),
    ],
)
def test_a_signed_ciphertext_must_still_be_right(receiveid: str, encrypted: str, reason: str) -> None:
    one = seal(receiveid)
    with pytest.raises(BadAnswer, match=reason):
        one.open(one.sign("1", "n", encrypted), "1", "n", encrypted)


def test_a_wrong_signature_is_refused() -> None:
    with pytest.raises(BadAnswer, match="signature"):
        seal("").open("0" * 40, "1700000000", "abc123", V4)


def test_an_app_is_wrapped_in_xml_with_the_corp_and_a_bot_in_json_without() -> None:
    app = envelope(App("助手", 218, "s", TOKEN, AES_KEY), CORP, Known())
    bot = envelope(AiBot("小助手", TOKEN, AES_KEY, "aib01"), CORP, Known())
    assert isinstance(app, XmlEnvelope)
    assert ElementTree.fromstring(app.wrap("hello", "1", "n").body).findtext("ToUserName") == CORP
    assert bot.wrap("echo-ok", "1700000000", "abc123").params["msg_signature"] == (
        "12d8ee084371e4b2b7cf7ea7e2a667360eb4aca9"
    )
