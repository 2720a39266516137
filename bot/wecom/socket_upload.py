"""Files up the long connection, in pieces (WeCom doc 101463)."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from bot.types.ports import Clock
from bot.wecom.errors import WeComError
from bot.wecom.limits import Limits
from bot.wecom.socket import Socket

CHUNK_BYTES = 512 * 1024
TOO_OFTEN = 45009
RATES: Sequence[tuple[int, int]] = ((60, 30), (3600, 1000))


class SocketUploads:
    """Uploads for one bot. `first` numbers the first piece: WeCom's page shows 1, its own clients count from 0."""

    def __init__(self, socket: Socket, limits: Limits, clock: Clock, door: str, first: int = 0) -> None:
        self._socket = socket
        self._limits = limits
        self._clock = clock
        self._door = door
        self._first = first

    async def upload(self, path: str, query: Mapping[str, str], filename: str, content: bytes) -> dict[str, Any]:
        """Upload a file of the `type` in `query`; `media_id` and its like. CallError."""
        if await self._limits.take(f"{self._door}:uploads", RATES, self._clock.now()):
            raise WeComError(TOO_OFTEN, "上传的额度已用完", path)
        pieces = [content[at : at + CHUNK_BYTES] for at in range(0, len(content), CHUNK_BYTES)]
        begun = {
            "type": query["type"], "filename": filename, "total_size": len(content), "total_chunks": len(pieces),
            "md5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        }  # fmt: skip
        upload_id = (await self._socket.call("aibot_upload_media_init", begun)).get("upload_id")
        for number, piece in enumerate(pieces, self._first):
            data = {"chunk_index": number, "base64_data": base64.b64encode(piece).decode()}
            await self._socket.call("aibot_upload_media_chunk", {"upload_id": upload_id, **data})
        return await self._socket.call("aibot_upload_media_finish", {"upload_id": upload_id})
