"""Media of the long connection (doc/101463): uploads in pieces, and files behind URLs with a key of their own."""

import base64
import binascii
import hashlib
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from aiohttp import web
from wechatpy.crypto.pkcs7 import PKCS7Encoder
from wechatpy.enterprise.crypto import PrpCrypto

from bot.simulator import uploads
from bot.simulator.clock import Clock
from bot.simulator.doors import AiBot
from bot.simulator.errors import Errcode, Refused
from bot.simulator.limits import Budget, Limits
from bot.simulator.media import MediaStore
from bot.simulator.messages import required
from bot.simulator.uploads import LARGEST, Upload

Body = Mapping[str, Any]

CHUNK_BYTES = 512 * 1024
CHUNKS = 100
SESSION_LIVES = 1800
PATH = "/socket/media"


@dataclass(slots=True)
class Session:
    """An upload that was begun."""

    bot: str
    kind: str
    filename: str
    size: int
    chunks: int
    md5: str
    began: float
    parts: dict[int, bytes] = field(default_factory=dict)


class Uploads:
    """Takes files piece by piece: in any order, some twice, over more than one connection."""

    def __init__(self, clock: Clock, chance: random.Random, media: MediaStore, limits: Limits) -> None:
        self._clock = clock
        self._chance = chance
        self._media = media
        self._budget = Budget(limits.uploads_per_minute, limits.uploads_per_hour)
        self._sessions: dict[str, Session] = {}

    def begin(self, bot: AiBot, req_id: str, body: Body) -> Body:
        """aibot_upload_media_init."""
        kind, size, chunks = body.get("type"), _whole(body, "total_size"), _whole(body, "total_chunks")
        if kind not in LARGEST:
            raise Refused(Errcode.BAD_MEDIA_TYPE, "type is not image, voice, video or file")
        if size > LARGEST[str(kind)]:
            raise Refused(Errcode.MEDIA_TOO_LARGE, f"the {kind} is larger than {LARGEST[str(kind)]} bytes")
        if chunks > CHUNKS or chunks * CHUNK_BYTES < size:
            raise Refused(Errcode.BAD_FIELD, "total_chunks is not taken")
        if not self._budget.take(bot.id, self._clock.now()):
            raise Refused(Errcode.TOO_OFTEN, "too many uploads")
        name, md5 = required(body, "filename"), str(body.get("md5") or "")
        upload_id = f"{self._chance.getrandbits(96):024x}"
        self._sessions[upload_id] = Session(bot.id, str(kind), name, size, chunks, md5, self._clock.now())
        return {"upload_id": upload_id}

    def add(self, bot: AiBot, req_id: str, body: Body) -> Body:
        """aibot_upload_media_chunk; chunks are counted from 0."""
        session = self._session(bot, body)
        number, content = body.get("chunk_index"), _decode(body)
        if type(number) is not int or not 0 <= number < session.chunks:
            raise Refused(Errcode.BAD_FIELD, "chunk_index is out of range")
        if len(content) > CHUNK_BYTES:
            raise Refused(Errcode.MEDIA_TOO_LARGE, "the chunk is larger than 512 KB")
        session.parts.setdefault(number, content)
        return {}

    def finish(self, bot: AiBot, req_id: str, body: Body) -> Body:
        """aibot_upload_media_finish."""
        session = self._session(bot, body)
        content = b"".join(session.parts[number] for number in sorted(session.parts))
        if len(session.parts) != session.chunks or len(content) != session.size:
            raise Refused(Errcode.BAD_FIELD, "chunks are missing, or total_size is not their size")
        if session.md5 and hashlib.md5(content, usedforsecurity=False).hexdigest() != session.md5.lower():
            raise Refused(Errcode.BAD_FIELD, "md5 is not the content's")
        made = uploads.keep(self._media, session.kind, Upload(session.filename, content))
        del self._sessions[str(body["upload_id"])]
        return {**made, "created_at": int(self._clock.now())}

    def _session(self, bot: AiBot, body: Body) -> Session:
        found = self._sessions.get(required(body, "upload_id"))
        if found is None or found.bot != bot.id or self._clock.now() > found.began + SESSION_LIVES:
            raise Refused(Errcode.BAD_FIELD, "upload_id is unknown or expired")
        return found


class Vault:
    """Files that people sent to a bot: each URL has its own key (doc/101463)."""

    def __init__(self, chance: random.Random, media: MediaStore) -> None:
        self._chance = chance
        self._media = media
        self._keys: dict[str, tuple[str, bytes]] = {}

    def path(self, media_id: str) -> str:
        """A URL path for a file."""
        name = f"{self._chance.getrandbits(96):024x}"
        self._keys[f"{PATH}/{name}"] = media_id, self._chance.randbytes(32)
        return f"{PATH}/{name}"

    def with_keys(self, payload: Any) -> Any:
        """A callback's fields, with the `aeskey` beside each `url` of ours."""
        if isinstance(payload, list):
            return [self.with_keys(item) for item in payload]
        if not isinstance(payload, Mapping):
            return payload
        found = {name: self.with_keys(value) for name, value in payload.items()}
        path = str(payload.get("url", ""))
        known = next((key for key in self._keys if path.endswith(key)), None)
        return found if known is None else {**found, "aeskey": base64.b64encode(self._keys[known][1]).decode()}

    async def download(self, request: web.Request) -> web.Response:
        """The encrypted file, as long as its URL lives."""
        media_id, key = self._keys.get(request.path, ("", b""))
        found = self._media.fresh(media_id)
        if found is None:
            return web.Response(status=404)
        content = PrpCrypto(key).cipher.encrypt(PKCS7Encoder.encode(found.content))
        disposition = f"attachment; filename*=UTF-8''{quote(found.filename)}"
        headers = {"Content-Disposition": disposition} if found.filename else {}
        return web.Response(body=bytes(content), headers=headers, content_type="application/octet-stream")


def _whole(body: Body, name: str) -> int:
    value = body.get(name)
    if type(value) is not int or value < 1:
        raise Refused(Errcode.BAD_FIELD, f"{name} is not a positive number")
    return value


def _decode(body: Body) -> bytes:
    try:
        return base64.b64decode(required(body, "base64_data"), validate=True)
    except binascii.Error:
        raise Refused(Errcode.BAD_FIELD, "base64_data is not base64") from None
