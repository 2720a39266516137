"""Uploads: once for all processes, for the life of the media, and again when WeCom forgets."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from redis.asyncio import Redis

from bot.store.attachments import Folder
from bot.types.attachments import Attachment
from bot.wecom.client import Client
from bot.wecom.errors import NotSent, Unfit, WeComError
from bot.wecom.media import EARLY, LIFE, Media
from bot.wecom.token import Tokens
from bot.wecom.transport import Transport

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100


@dataclass
class Clock:
    moment: datetime = datetime(2026, 11, 21, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@dataclass
class Platform:
    """A WeCom that only takes uploads: what it got, and what it answers."""

    uploads: list[bytes] = field(default_factory=list)
    answers: list[dict[str, object]] = field(default_factory=list)
    slow: float = 0.0

    async def token(self, request: web.Request) -> web.Response:
        return web.json_response({"errcode": 0, "access_token": "t", "expires_in": 7200})

    async def upload(self, request: web.Request) -> web.Response:
        self.uploads.append(await request.read())
        await asyncio.sleep(self.slow)
        made = {"errcode": 0, "media_id": f"m{len(self.uploads)}", "created_at": "1", "type": request.query["type"]}
        return web.json_response(self.answers.pop(0) if self.answers else made)


@dataclass
class Desk:
    """Two processes of one bot, with one Redis and one folder."""

    platform: Platform
    clock: Clock
    folder: Folder
    media: Media
    other: Media
    another_app: Media

    def keep(self, name: str = "价目表.png", content: bytes = PNG) -> Attachment:
        self.folder.path.parent.mkdir(exist_ok=True)
        (self.folder.path.parent / name).write_bytes(content)
        return self.folder.keep(self.folder.path.parent / name)


@pytest.fixture
async def desk(redis: Redis, tmp_path: Path) -> AsyncIterator[Desk]:
    platform, clock, folder = Platform(), Clock(), Folder(tmp_path / "kept")
    application = web.Application(client_max_size=32 << 20)
    application.router.add_get("/cgi-bin/gettoken", platform.token)
    application.router.add_post("/cgi-bin/media/upload", platform.upload)
    async with TestServer(application) as server, ClientSession() as session:
        api = str(server.make_url("")).rstrip("/")

        def media(app: str) -> Media:
            transport = Transport(session)
            client = Client(transport, Tokens(transport, redis, clock, api, "ww1", "s"), api)
            return Media(client, redis, clock, app, folder)

        yield Desk(platform, clock, folder, media("ww1:1"), media("ww1:1"), media("ww1:2"))


async def test_the_form_has_the_name_in_plain_utf_8_and_the_bytes_as_they_are(desk: Desk) -> None:
    await desk.media.id_of("image", desk.keep())
    (body,) = desk.platform.uploads
    head, _, rest = body.partition(b"\r\n\r\n")
    assert 'name="media"; filename="价目表.png"'.encode() in head and b"filename*" not in head
    boundary = re.match(rb"--(\S+)\r\n", head)
    assert boundary is not None and rest == PNG + b"\r\n--" + boundary[1] + b"--\r\n"


async def test_media_is_uploaded_once_by_all_processes(desk: Desk) -> None:
    attachment = desk.keep()
    desk.platform.slow = 0.1
    asked = [media.id_of("image", attachment) for media in (desk.media, desk.other) * 5]
    assert set(await asyncio.gather(*asked)) == {"m1"} and len(desk.platform.uploads) == 1


async def test_each_app_kind_name_and_content_is_an_upload_of_its_own(desk: Desk) -> None:
    attachment = desk.keep()
    assert await desk.media.id_of("image", attachment) == "m1"
    assert await desk.media.id_of("file", attachment) == "m2"
    assert await desk.another_app.id_of("image", attachment) == "m3"
    assert await desk.media.id_of("image", replace(attachment, name="新价目表.png")) == "m4"
    assert await desk.media.id_of("image", desk.keep(content=PNG + b"y")) == "m5"
    assert await desk.media.id_of("image", attachment) == "m1"


async def test_media_is_uploaded_again_before_its_life_ends(desk: Desk) -> None:
    attachment = desk.keep()
    await desk.media.id_of("image", attachment)
    desk.clock.moment += LIFE - EARLY - timedelta(seconds=1)
    assert await desk.other.id_of("image", attachment) == "m1"
    desk.clock.moment += timedelta(seconds=1)
    assert await desk.other.id_of("image", attachment) == "m2"
    assert await desk.media.id_of("image", attachment) == "m2"


async def test_a_refused_id_is_uploaded_again_once(desk: Desk) -> None:
    attachment = desk.keep()
    await desk.media.id_of("image", attachment)
    asked = [media.id_of("image", attachment, refused="m1") for media in (desk.media, desk.other) * 3]
    assert set(await asyncio.gather(*asked)) == {"m2"}
    assert await desk.media.id_of("image", attachment) == "m2"


async def test_a_failure_is_told_and_the_next_caller_tries_again(desk: Desk) -> None:
    attachment = desk.keep()
    desk.platform.answers = [{"errcode": 45001, "errmsg": "too large"}, {"errcode": 0}]
    for code in (45001, -1):
        with pytest.raises(WeComError) as failed:
            await desk.media.id_of("image", attachment)
        assert failed.value.code == code
    assert await desk.other.id_of("image", attachment) == "m3"


async def test_a_lost_answer_means_that_nothing_was_sent(desk: Desk) -> None:
    desk.platform.answers = [{"errcode": "x" * (2 << 20)}]
    with pytest.raises(NotSent):
        await desk.media.id_of("image", desk.keep())


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("image", b"12345"),
        ("image", b"GIF89a"),
        ("image", PNG.ljust((10 << 20) + 1)),
        ("file", b"x" * ((20 << 20) + 1)),
    ],
    ids=["five bytes", "gif", "10 MB and one", "20 MB and one"],
)
async def test_what_wecom_would_not_take_is_not_uploaded(desk: Desk, kind: str, content: bytes) -> None:
    with pytest.raises(Unfit):
        await (
            desk.media.id_of("image", desk.keep(content=content))
            if kind == "image"
            else desk.media.id_of("file", desk.keep(content=content))
        )
    assert desk.platform.uploads == []


async def test_the_largest_picture_is_taken(desk: Desk) -> None:
    assert await desk.media.id_of("image", desk.keep(content=PNG.ljust(10 << 20))) == "m1"


async def test_what_a_manager_replaces_stays_until_it_is_sent(desk: Desk) -> None:
    before = desk.keep()
    after = desk.keep(content=PNG + b"new")
    assert desk.folder.read(before) == PNG and desk.folder.read(after) == PNG + b"new"
    (desk.folder.path.parent / before.name).unlink()
    assert await desk.media.id_of("image", before) == "m1"
