"""The API of one group's webhook, whose key is all it needs (WeCom doc 99110)."""

from collections.abc import Mapping
from typing import Any

from bot.wecom.multipart import form
from bot.wecom.transport import Transport


class Webhook:
    """Calls with one key, under `api`."""

    def __init__(self, transport: Transport, api: str, key: str) -> None:
        self._transport = transport
        self._api = api
        self._key = key

    async def send(self, payload: Mapping[str, Any]) -> None:
        """Say something in the group. WeComError with WeCom's errcode, else another CallError."""
        await self._transport.post("webhook/send", f"{self._api}/cgi-bin/webhook/send", self._query, payload)

    async def upload(self, path: str, query: Mapping[str, str], filename: str, content: bytes) -> dict[str, Any]:
        """POST a file in the field `media`; the answer, errors as with `send`."""
        sent, url = form("media", filename, content), f"{self._api}/cgi-bin/{path}"
        return await self._transport.upload(path, url, {**self._query, **query}, sent)

    @property
    def _query(self) -> Mapping[str, str]:
        return {"key": self._key}
