"""A hostile page in the same browser can neither read the chat page nor drive it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.simulator.page import files

from .paged import GROUP, House, paged

SAY = {"person": "li.na", "place": GROUP, "text": "嗨"}


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A company with a page."""
    async with paged() as house:
        yield house


async def test_it_listens_on_loopback_alone(house: House) -> None:
    assert house.page.url.startswith("http://127.0.0.1:")


async def test_a_taken_port_is_left_for_a_free_one(house: House) -> None:
    from bot.simulator.page import Page

    port = int(house.page.url.rsplit(":", 1)[1].rstrip("/"))
    async with Page(house.company.wecom, house.page._cast, house.reasons, port=port) as second:
        assert second.url != house.page.url
        async with house.http.get(second.url) as response:
            assert response.status == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil:{port}"]
)
async def test_a_name_that_was_pointed_at_this_machine_gets_nothing(house: House, host: str) -> None:
    port = house.page.url.rsplit(":", 1)[1].rstrip("/")
    for path in ("", "events", "static/main.js"):
        status, body = await house.get(path, Host=host.format(port=port))
        assert (status, "error" in body) == (403, True)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "https://localhost:{port}"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_site_cannot_give_orders_or_listen(house: House, headers: dict[str, str]) -> None:
    port = house.page.url.rsplit(":", 1)[1].rstrip("/")
    sent = {name: value.format(port=port) for name, value in headers.items()}
    async with house.http.post(f"{house.page.url}say", json=SAY, headers=sent) as response:
        assert response.status == 403
    assert (await house.get("events", **sent))[0] == 403
    assert not house.company.wecom.journal.records()


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
async def test_a_form_of_another_site_is_no_order(house: House, kind: str) -> None:
    headers = {"Content-Type": kind}
    async with house.http.post(f"{house.page.url}say", data=b'{"person": "li.na"}', headers=headers) as response:
        assert response.status == 403
    assert not house.company.wecom.journal.records()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'"say"', b"[" * 50_000])
async def test_what_is_no_order_is_refused(house: House, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    async with house.http.post(f"{house.page.url}say", data=body, headers=headers) as response:
        assert response.status == 400


async def test_an_order_has_a_largest_size(house: House) -> None:
    async with house.http.post(f"{house.page.url}say", json={"text": "x" * 70_000}) as response:
        assert response.status == 413


async def test_the_page_itself_may_order_by_any_of_its_names(house: House) -> None:
    port = house.page.url.rsplit(":", 1)[1].rstrip("/")
    for name in ("127.0.0.1", "localhost"):
        headers = {"Host": f"{name}:{port}", "Origin": f"http://{name}:{port}", "Sec-Fetch-Site": "same-origin"}
        async with house.http.post(f"{house.page.url}say", json=SAY, headers=headers) as response:
            assert response.status == 200


@pytest.mark.parametrize("path", ["", "static/main.js", "events", "why/1", "nothing", "static/..%2fserver.py"])
async def test_every_answer_says_what_a_browser_may_do_with_it(house: House, path: str) -> None:
    async with house.http.get(aiohttp.client.URL(f"{house.page.url}{path}", encoded=True)) as response:
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in response.headers


async def test_a_site_may_link_to_the_page(house: House) -> None:
    assert (await house.get("", **{"Sec-Fetch-Site": "cross-site"}))[0] == 200


def test_the_files_load_nothing_from_elsewhere_and_parse_no_html() -> None:
    forbidden = (b"innerHTML", b"outerHTML", b"insertAdjacentHTML", b"document.write", b"eval(", b"style=", b"@import")
    elsewhere = (b'src="http', b'href="http', b"url(http", b'from "http', b" onclick=")
    for name, file in files.load().items():
        found = [mark for mark in (*forbidden, *elsewhere) if mark in file.content]
        assert not found, name
        assert len(file.content.splitlines()) <= 400, name
