"""WeCom's API as one app sees it."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from bot.wecom.download import Download
from bot.wecom.errors import STALE_TOKEN, NotSent, Unanswered, WeComError
from bot.wecom.multipart import form
from bot.wecom.token import Tokens
from bot.wecom.transport import ANSWER_BYTES, Transport


class Client:
    """Calls with this app's token; a token that WeCom no longer takes is renewed once per call."""

    def __init__(self, transport: Transport, tokens: Tokens, api: str) -> None:
        self._transport = transport
        self._tokens = tokens
        self._api = api

    async def call(
        self, path: str, payload: Mapping[str, Any], may_send: Callable[[], bool] = lambda: True
    ) -> dict[str, Any]:
        """POST to `/cgi-bin/{path}`; the answer. WeComError with WeCom's errcode, else another CallError.

        `may_send` is asked at the last moment; NotSent when it says no.
        """

        async def post(token: str) -> dict[str, Any]:
            return await self._transport.post(path, self._url(path), {"access_token": token}, payload, may_send)

        return await self._with_token(post)

    async def ask(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        """GET `/cgi-bin/{path}`; the answer, errors as with `call`."""

        async def get(token: str) -> dict[str, Any]:
            return await self._transport.get(path, self._url(path), {"access_token": token, **query})

        return await self._with_token(get)

    async def upload(self, path: str, query: Mapping[str, str], filename: str, content: bytes) -> dict[str, Any]:
        """POST a file in the field `media`; the answer, errors as with `call`."""
        sent = form("media", filename, content)

        async def upload(token: str) -> dict[str, Any]:
            return await self._transport.upload(path, self._url(path), {"access_token": token, **query}, sent)

        return await self._with_token(upload)

    @asynccontextmanager
    async def download(self, path: str, query: Mapping[str, str]) -> AsyncIterator[Download]:
        """GET a file, to be read inside the block. WeComError with WeCom's errcode, else another CallError."""
        token = await self._token("")
        for last in (False, True):
            sent = {"access_token": token, **query}
            async with self._transport.download(path, self._url(path), sent) as found:
                refused = await _refusal(path, found)
                if refused is None:
                    yield found
                    return
            if last or refused.code not in STALE_TOKEN:
                raise refused
            token = await self._token(token)

    async def _with_token(self, exchange: Callable[[str], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        token = await self._token("")
        try:
            return await exchange(token)
        except WeComError as error:
            if error.code not in STALE_TOKEN:
                raise
        return await exchange(await self._token(token))

    async def _token(self, refused: str) -> str:
        """A token; whatever happened on the way to it, the call itself was not sent."""
        try:
            return await self._tokens.get(refused)
        except Unanswered as error:
            raise NotSent(error.call, error.why) from None

    def _url(self, path: str) -> str:
        return f"{self._api}/cgi-bin/{path}"


async def _refusal(call: str, found: Download) -> WeComError | None:
    """WeCom's errcode in the place of a file; None when it is a file."""
    if not found.is_json:
        return None
    try:
        answer = json.loads(await found.whole(ANSWER_BYTES))
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict) or not isinstance(answer.get("errcode"), int):
        raise Unanswered(call, "答复不完整")
    return WeComError(answer["errcode"], str(answer.get("errmsg", "")), call)
