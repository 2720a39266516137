"""A file that WeCom sends: its bytes as they come, and the name it gives."""

import re
from collections.abc import AsyncIterator
from urllib.parse import unquote_to_bytes

from aiohttp import ClientError, ClientResponse

from bot.wecom.errors import CallError, Unanswered

PIECE = 1 << 16
_EXTENDED = re.compile(r";\s*filename\*\s*=\s*([\w.-]*)'[^']*'([^;\s]+)", re.I)
_QUOTED = re.compile(r';\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"', re.I)
_BARE = re.compile(r";\s*filename\s*=\s*([^;\"\s]+)", re.I)


class Gone(CallError):
    """There is no such file, or not any more."""


class Download:
    """An open download; to be read once, as far as wanted."""

    def __init__(self, call: str, response: ClientResponse) -> None:
        self.name = name_in(response.headers.get("Content-Disposition", ""))
        self.is_json = not self.name and response.content_type in ("application/json", "text/plain")
        self._call = call
        self._response = response

    async def pieces(self) -> AsyncIterator[bytes]:
        """The bytes; Unanswered when they end too early or stay away."""
        try:
            async for piece in self._response.content.iter_chunked(PIECE):
                yield piece
        except (ClientError, TimeoutError, OSError) as error:
            raise Unanswered(self._call, type(error).__name__) from None

    async def whole(self, most: int) -> bytes:
        """All of it, when that is not more than `most` bytes; b"" otherwise."""
        body = bytearray()
        async for piece in self.pieces():
            body += piece
            if len(body) > most:
                return b""
        return bytes(body)


def name_in(header: str) -> str:
    """The file name of a Content-Disposition, whichever way it is written; "" when there is none."""
    if found := _EXTENDED.search(header):
        return _decoded(unquote_to_bytes(found[2]))
    found = _QUOTED.search(header) or _BARE.search(header)
    if found is None:
        return ""
    said = re.sub(r"\\(.)", r"\1", found[1])
    return _decoded(unquote_to_bytes(said.encode(errors="surrogateescape")))


def _decoded(raw: bytes) -> str:
    """Names come in UTF-8, from old clients in the Chinese national encoding."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")
