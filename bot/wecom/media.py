"""Temporary media: uploaded once, good for three days, shared by all processes (WeCom doc 90253, 99110)."""

import asyncio
import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from redis.asyncio import Redis

from bot.types.attachments import Attachment, Attachments
from bot.types.ports import Clock
from bot.wecom.errors import NotSent, Unanswered, Unfit, WeComError

Kind = Literal["image", "file", "voice"]

LIFE = timedelta(days=3)
# A message that waits behind others must not lose its media on the way.
EARLY = timedelta(hours=2)
SMALLEST = 6
LARGEST: Mapping[Kind, int] = {"image": 10 << 20, "file": 20 << 20, "voice": 2 << 20}
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
LOCK = timedelta(seconds=90)
GLANCE = 0.05

_UNLOCK = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class Uploading(Protocol):
    """Who can upload."""

    async def upload(self, path: str, query: Mapping[str, str], filename: str, content: bytes) -> dict[str, Any]:
        """POST a file to `/cgi-bin/{path}` in the field `media`; the answer. CallError."""
        ...


class Media:
    """The media ids of one app or webhook.

    `app` names it among all that share the Redis; `attachments` has the content; `path` is the API's for uploads.
    """

    def __init__(
        self, client: Uploading, redis: Redis, clock: Clock, app: str, attachments: Attachments, prefix: str = "qb",
        path: str = "media/upload",
    ) -> None:  # fmt: skip
        self._client = client
        self._redis = redis
        self._unlock = redis.register_script(_UNLOCK)
        self._clock = clock
        self._app = app
        self._attachments = attachments
        self._prefix = prefix
        self._path = path

    async def id_of(self, kind: Kind, attachment: Attachment, refused: str = "") -> str:
        """A media id in force, other than the one that WeCom `refused`; uploads when there is none. CallError."""
        key = self._key(kind, attachment)
        owner = secrets.token_hex(8)
        deadline = asyncio.get_running_loop().time() + LOCK.total_seconds()
        while True:
            if known := await self._known(key, refused):
                return known
            if await self._redis.set(f"{key}:lock", owner, nx=True, px=LOCK):
                break
            if asyncio.get_running_loop().time() > deadline:
                raise NotSent(self._path, "另一个进程一直没有上传完")
            await asyncio.sleep(GLANCE)
        try:
            # The last holder may have uploaded it between our look and our lock.
            return await self._known(key, refused) or await self._upload(key, kind, attachment)
        finally:
            await self._unlock(keys=[f"{key}:lock"], args=[owner])

    def _key(self, kind: Kind, attachment: Attachment) -> str:
        """People see the name: the same content under another name is another upload."""
        name = hashlib.sha256(f"{self._app}\0{kind}\0{attachment.name}".encode()).hexdigest()[:16]
        return f"{self._prefix}:media:{name}:{attachment.digest}"

    async def _known(self, key: str, refused: str) -> str:
        found = await self._redis.get(key)
        if found is None:
            return ""
        kept: dict[str, str] = json.loads(found)
        in_force = datetime.fromisoformat(kept["until"]) > self._clock.now()
        return kept["id"] if in_force and kept["id"] != refused else ""

    async def _upload(self, key: str, kind: Kind, attachment: Attachment) -> str:
        content = await self._content(kind, attachment)
        try:
            answer = await self._client.upload(self._path, {"type": kind}, attachment.name, content)
        except Unanswered as error:
            # Nobody saw anything of an upload whose answer is lost.
            raise NotSent(error.call, error.why) from None
        made = answer.get("media_id")
        if not isinstance(made, str) or not made:
            raise WeComError(-1, "答复里没有 media_id", self._path)
        until = self._clock.now() + LIFE - EARLY
        await self._redis.set(key, json.dumps({"id": made, "until": until.isoformat()}), px=LIFE)
        return made

    async def _content(self, kind: Kind, attachment: Attachment) -> bytes:
        """The content, when WeCom takes it; Unfit otherwise."""
        if not SMALLEST <= attachment.size <= LARGEST[kind]:
            raise Unfit(self._path, f"{attachment.name} 有 {attachment.size} 字节，企业微信不收")
        try:
            content = await asyncio.to_thread(self._attachments.read, attachment)
        except FileNotFoundError:
            raise Unfit(self._path, f"{attachment.name} 已经不在这台机器上") from None
        if kind == "image" and not content.startswith(PICTURES):
            raise Unfit(self._path, f"{attachment.name} 不是 JPG 或 PNG 图片")
        return content
