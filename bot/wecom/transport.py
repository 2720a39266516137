"""One HTTP exchange with WeCom, and what its failure says about whether the request went out."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import Any

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    NonHttpUrlClientError,
)
from yarl import URL

from bot.wecom.download import Download, Gone
from bot.wecom.envelope import dump_json
from bot.wecom.errors import Busy, Misconfigured, NotSent, Unanswered, WeComError
from bot.wecom.multipart import Form

ANSWER_BYTES = 1 << 20
# More than this is written in pieces, so that others get their turn.
LARGE = 1 << 18
JSON = "application/json"
GONE = (403, 404, 410)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: `connect` to have a connection (waiting for a free one included), the others for a whole call."""

    connect: float = 5.0
    answer: float = 20.0
    upload: float = 80.0


class Transport:
    """Calls over one session, at most `parallel` at once.

    Nothing that is raised, here or below, shows an address: tokens and one-use codes are part of it.
    """

    def __init__(self, session: ClientSession, parallel: int = 16, patience: Patience | None = None) -> None:
        patience = patience or Patience()
        self._session = session
        self._free = asyncio.Semaphore(parallel)
        # Large files must not keep calls waiting.
        self._loading = asyncio.Semaphore(parallel)
        self._answer, self._upload = _timeout(patience, patience.answer), _timeout(patience, patience.upload)

    async def get(self, call: str, url: str, query: Mapping[str, str]) -> dict[str, Any]:
        """GET; the JSON answer. WeComError when WeCom refused, else another CallError."""
        return await self._exchange(call, "GET", url, query, Form("", b""), self._answer)

    async def post(
        self, call: str, url: str, query: Mapping[str, str], payload: object,
        may_send: Callable[[], bool] = lambda: True,
    ) -> dict[str, Any]:  # fmt: skip
        """POST a JSON payload; the JSON answer. WeComError when WeCom refused, else another CallError.

        `may_send` is asked when the connection is there and the body would be written; NotSent when it says no.
        """
        sent = Form(JSON, dump_json(payload))
        return await self._exchange(call, "POST", url, query, sent, self._answer, may_send)

    async def upload(self, call: str, url: str, query: Mapping[str, str], form: Form) -> dict[str, Any]:
        """POST a form; the JSON answer. WeComError when WeCom refused, else another CallError."""
        return await self._exchange(call, "POST", url, query, form, self._upload)

    @asynccontextmanager
    async def download(self, call: str, url: str, query: Mapping[str, str]) -> AsyncIterator[Download]:
        """GET a file, to be read inside the block; nobody is sent elsewhere. Gone, or another CallError."""
        address = url if query else URL(url, encoded=url.isascii())
        async with self._loading, AsyncExitStack() as stack:
            with _explained(call):
                asked = self._session.get(address, params=query or None, timeout=self._upload, allow_redirects=False)
                response = await stack.enter_async_context(asked)
            if response.status in GONE:
                raise Gone(call, f"HTTP {response.status}")
            if response.status != 200:
                _accepted(call, response.status, b"")
            yield Download(call, response)

    async def _exchange(
        self, call: str, method: str, url: str, query: Mapping[str, str], form: Form, within: ClientTimeout,
        may_send: Callable[[], bool] = lambda: True,
    ) -> dict[str, Any]:  # fmt: skip
        async with self._free:
            with _explained(call):
                status, answer = await self._send(method, url, query, form, within, partial(_checked, call, may_send))
        return _accepted(call, status, answer)

    async def _send(
        self, method: str, url: str, query: Mapping[str, str], form: Form, within: ClientTimeout,
        body: Callable[[bytes], AsyncIterator[bytes]],
    ) -> tuple[int, bytes]:  # fmt: skip
        # WeCom's own addresses go back as they came: a code may hold what a second encoding would change.
        address = url if query else URL(url, encoded=True)
        async with self._session.request(
            method,
            address,
            params=query or None,
            data=BytesIO(form.body) if len(form.body) > LARGE else body(form.body) if form.body else None,
            headers={"Content-Type": form.content_type, "Content-Length": str(len(form.body))} if form.body else None,
            timeout=within,
            allow_redirects=False,
        ) as response:
            return response.status, await _read(response)


async def _checked(call: str, may_send: Callable[[], bool], body: bytes) -> AsyncIterator[bytes]:
    """The body, unless it may not be sent any more: without it the request is none."""
    if not may_send():
        raise NotSent(call, "no longer ours to send")
    yield body


@contextmanager
def _explained(call: str) -> Iterator[None]:
    """What a failure on the wire says about whether the request went out."""
    try:
        yield
    except (ClientConnectorError, ConnectionTimeoutError) as error:
        raise NotSent(call, _name(error)) from None
    except (ValueError, NonHttpUrlClientError) as error:
        raise Misconfigured(call, _name(error)) from None
    except (ClientError, TimeoutError, OSError) as error:
        if isinstance(error.__cause__, NotSent):
            raise error.__cause__ from None
        raise Unanswered(call, _name(error)) from None


def _timeout(patience: Patience, seconds: float) -> ClientTimeout:
    connect = patience.connect
    return ClientTimeout(total=connect + seconds, connect=connect, sock_connect=connect)


async def _read(response: ClientResponse) -> bytes:
    """The body; nothing of one that is longer than any answer of WeCom's."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > ANSWER_BYTES:
            return b""
    return bytes(body)


def _accepted(call: str, status: int, body: bytes) -> dict[str, Any]:
    if status in (500, 503):
        raise Busy(call, f"HTTP {status}")
    if status >= 500:
        raise Unanswered(call, f"HTTP {status}")
    if status == 429:
        raise WeComError(45009, "HTTP 429", call)
    if status != 200:
        raise Misconfigured(call, f"HTTP {status}")
    answer = _parse(call, body)
    code = answer.get("errcode", 0)
    if code != 0:
        raise WeComError(code if isinstance(code, int) else -1, str(answer.get("errmsg", "")), call)
    return answer


def _parse(call: str, body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise Unanswered(call, "答复不完整")
    return answer


def _name(error: BaseException) -> str:
    """The kind of a transport error; its text may hold the address."""
    return type(error).__name__
