"""Files that WeCom sends, and addresses that are not visited."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from bot.wecom.download import Gone, name_in
from bot.wecom.errors import Busy, CallError, Misconfigured, NotSent, Unanswered
from bot.wecom.outside import Downloads, is_public, outside_session
from bot.wecom.transport import Patience, Transport
from tests.wecom.server import answering, closed_port, http, serving

SHORT = Patience(connect=0.15, answer=0.15, upload=0.15)


@pytest.fixture
async def inside() -> AsyncIterator[Transport]:
    async with ClientSession() as session:
        yield Transport(session, patience=SHORT)


@pytest.fixture
async def outside() -> AsyncIterator[Transport]:
    async with outside_session() as session:
        yield Transport(session, patience=SHORT)


async def fetched(downloads: Downloads, url: str) -> tuple[bytes, str]:
    async with downloads.open("aibot/media", url) as found:
        return await found.whole(1 << 20), found.name


async def test_a_file_comes_with_its_name(inside: Transport) -> None:
    named = 'Content-Disposition: attachment; filename="报价.pdf"\r\n'
    async with serving(answering(http(b"%PDF", headers=named))) as base:
        assert await fetched(Downloads(inside, None, base), f"{base}/media/1?sign=a%2Bb") == (b"%PDF", "报价.pdf")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (http(b"", "404 Not Found"), Gone),
        (http(b"", "403 Forbidden"), Gone),
        (http(b"", "302 Found", headers="Location: http://127.0.0.1:1/\r\n"), Misconfigured),
        (http(b"", "400 Bad Request"), Misconfigured),
        (http(b"", "503 Busy"), Busy),
        (http(b"half", length=1000), Unanswered),
        (b"", Unanswered),
    ],
    ids=["gone", "expired", "elsewhere", "bad", "busy", "half", "cut"],
)
async def test_what_does_not_come_says_why(inside: Transport, answer: bytes, error: type[CallError]) -> None:
    behave = answering(answer) if b"1000" not in answer else answering(answer, b"")
    async with serving(behave) as base:
        with pytest.raises(error):
            await fetched(Downloads(inside, None, base), f"{base}/media/1")


async def test_a_server_that_is_down_was_not_asked(inside: Transport) -> None:
    base = closed_port()
    with pytest.raises(NotSent):
        await fetched(Downloads(inside, None, base), f"{base}/media/1")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "10.0.0.8", "[::ffff:192.168.0.1]", "0.0.0.0"])
async def test_no_message_leads_into_the_private_network(inside: Transport, outside: Transport, host: str) -> None:
    downloads = Downloads(inside, outside, "https://qyapi.weixin.qq.com")
    for url in (f"https://{host}:9/x", f"http://{host}:9/x"):
        with pytest.raises(Misconfigured):
            await fetched(downloads, url)


@pytest.mark.parametrize("url", ["http://example.com/x", "file:///etc/passwd", "", "https://[", "ftp://a/b"])
async def test_only_https_leads_outside(inside: Transport, outside: Transport, url: str) -> None:
    with pytest.raises(Misconfigured):
        await fetched(Downloads(inside, outside, "https://qyapi.weixin.qq.com"), url)


async def test_another_port_of_the_same_host_is_not_the_api(inside: Transport, outside: Transport) -> None:
    async with serving(answering(http(b"secret"))) as base:
        with pytest.raises(Misconfigured):
            await fetched(Downloads(inside, outside, "http://127.0.0.1:1"), f"{base}/x")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("192.168.1.1", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_what_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="a b.pdf"', "a b.pdf"),
        ("attachment; filename=a.pdf", "a.pdf"),
        ("attachment; filename*=UTF-8''%E6%8A%A5%E4%BB%B7.pdf", "报价.pdf"),
        ("attachment; filename=\"x.pdf\"; filename*=utf-8''%E6%8A%A5.pdf", "报.pdf"),
        ('attachment; filename="%E6%8A%A5.pdf"', "报.pdf"),
        ('attachment; filename="50%.pdf"', "50%.pdf"),
        ('attachment; filename="a\\"b.pdf"', 'a"b.pdf'),
        ('attachment; filename="' + "报".encode("gb18030").decode(errors="surrogateescape") + '.pdf"', "报.pdf"),
        ("inline", ""),
        ("", ""),
    ],
)
def test_names_are_read_however_they_are_written(header: str, name: str) -> None:
    assert name_in(header) == name
