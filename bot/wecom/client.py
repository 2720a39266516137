"""WeCom's API as one app sees it."""

from collections.abc import Mapping
from typing import Any

from bot.wecom.errors import STALE_TOKEN, NotSent, Unanswered, WeComError
from bot.wecom.token import Tokens
from bot.wecom.transport import Transport


class Client:
    """Calls with this app's token; a token that WeCom no longer takes is renewed once per call."""

    def __init__(self, transport: Transport, tokens: Tokens, api: str) -> None:
        self._transport = transport
        self._tokens = tokens
        self._api = api

    async def call(self, path: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """POST to `/cgi-bin/{path}`; the answer. WeComError with WeCom's errcode, else another CallError."""
        token = await self._token("")
        try:
            return await self._post(path, token, payload)
        except WeComError as error:
            if error.code not in STALE_TOKEN:
                raise
        return await self._post(path, await self._token(token), payload)

    async def _token(self, refused: str) -> str:
        """A token; whatever happened on the way to it, the call itself was not sent."""
        try:
            return await self._tokens.get(refused)
        except Unanswered as error:
            raise NotSent(error.call, error.why) from None

    async def _post(self, path: str, token: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        return await self._transport.post(path, f"{self._api}/cgi-bin/{path}", {"access_token": token}, payload)
