"""The HTTP side: callbacks in, answers out, health and metrics."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

import sqlalchemy as sa
from aiohttp import web
from redis.exceptions import RedisError

from bot.channels.door import Answer, Channel, Received, Refused
from bot.inbox import Inbox, InboxUnavailable, Put
from bot.leases import Leases
from bot.metrics import Metrics
from bot.passive import Claimed, Passive
from bot.store.database import Database, StoreDown
from bot.store.tables import outbox
from bot.types.events import Event
from bot.types.ports import Clock

log = logging.getLogger(__name__)

Handle = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

# WeCom waits five seconds (doc 90238): what is written later may not be read.
ANSWER_WITHIN = 4.5
# A partition that goes from one process to another has no owner for a moment.
HANDOVER_LOOKS = 5
HANDOVER_LOOK = 0.2
# All states but "done", of which there are too many to count at every look.
MEASURED = ("ready", "waiting", "sending", "held", "handed", "uncertain", "dead")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Answers callbacks. An event is stored before its callback gets a 200."""

    inbox: Inbox
    passive: Passive
    database: Database
    leases: Leases
    clock: Clock
    metrics: Metrics

    def serving(self, channels: Mapping[str, Channel]) -> web.Server:
        """What answers requests; `channels` by URL path. A plain table: callbacks need none of a web framework."""
        table: dict[tuple[str, str], Handle] = {("GET", "/healthz"): self.health, ("GET", "/metrics"): self.exposition}
        for path, channel in channels.items():
            door = _Door(self, channel)
            table |= {("GET", path): door.verify, ("POST", path): door.receive}
        paths = {path for _, path in table}

        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            handle = table.get((request.method, path_of(request)))
            if handle is not None:
                return await handle(request)
            return web.Response(status=405 if path_of(request) in paths else 404)

        return web.Server(answer, access_log=None)

    async def health(self, request: web.BaseRequest) -> web.Response:
        """200 only when Redis and SQL answer and every partition has an owner."""
        wrong = await self._wrong()
        return web.json_response({"ok": not wrong, "wrong": wrong}, status=503 if wrong else 200)

    async def _wrong(self) -> list[str]:
        wrong = [] if await self.inbox.ping() else ["redis"]
        try:
            await self.database.read(sa.select(sa.literal(1)))
        except StoreDown:
            wrong.append("sql")
        if not wrong and await self._is_abandoned():
            wrong.append("partitions")
        return wrong

    async def _is_abandoned(self) -> bool:
        """Whether a partition has no owner, and gets none as it would when it is handed over."""
        for _ in range(HANDOVER_LOOKS):
            if await self.leases.owned() >= self.leases.count:
                return False
            await asyncio.sleep(HANDOVER_LOOK)
        return True

    async def exposition(self, request: web.BaseRequest) -> web.Response:
        """Prometheus' text."""
        try:
            await self._measure()
        except (StoreDown, RedisError, OSError) as error:
            log.warning("metrics incomplete: %s", error)
        return web.Response(body=self.metrics.text(), content_type="text/plain")

    async def _measure(self) -> None:
        now = self.clock.now()
        self.metrics.partitions.set(len(self.leases.partitions))
        self.metrics.inbox.set(await self.inbox.depth())
        oldest = await self.inbox.oldest()
        self.metrics.inbox_age.set(0 if oldest is None else max(0.0, now.timestamp() - oldest))
        counts = (
            sa.select(outbox.c.state, sa.func.count().label("rows"), sa.func.min(outbox.c.created_at).label("first"))
            .where(outbox.c.state.in_(MEASURED))
            .group_by(outbox.c.state)
        )
        rows = {row.state: (row.rows, row.first) for row in await self.database.read(counts)}
        for state in MEASURED:
            self.metrics.outbox.labels(state).set(rows.get(state, (0, None))[0])
        self.metrics.outbox_age.set(_age(rows.get("waiting", (0, None))[1], now))


class _Door:
    """The two requests of one channel."""

    def __init__(self, server: Server, channel: Channel) -> None:
        self._server = server
        self._channel = channel

    async def verify(self, request: web.BaseRequest) -> web.Response:
        """The console's URL verification (WeCom doc 90238): the bare echo within a second."""
        try:
            return proof(self._channel, request)
        except Refused as refused:
            return self._refuse(refused)

    async def receive(self, request: web.BaseRequest) -> web.Response:
        """One callback: verify, store, answer."""
        since = asyncio.get_running_loop().time()
        try:
            body = await request.read()
            received = self._channel.open(_query(request), body, self._server.clock.now())
            return await self._answer(request, received, partial(_is_waiting, request, since))
        except Refused as refused:
            return self._refuse(refused)
        except web.HTTPRequestEntityTooLarge:
            return self._refuse(Refused(413, "body over 1 MiB"))
        except (InboxUnavailable, StoreDown) as error:
            log.warning("callback of %s not stored, WeCom sends it again: %s", self._channel.door, error)
            self._server.metrics.callback(self._channel.door, "503")
            return web.Response(status=503)

    async def _answer(
        self, request: web.BaseRequest, received: Received, is_waiting: Callable[[], bool]
    ) -> web.Response:
        if received.event is None and not received.stream:
            # A hint: its channel hears by itself.
            self._server.metrics.callback(self._channel.door, "hint")
            return web.Response()
        if received.event is None:
            claimed = await self._server.passive.poll(received.stream, is_waiting)
            return await self._write(request, received, claimed, received.stream, None)
        event = received.event
        if not event.route.passive:
            await self._store(received, event)
            self._server.metrics.callback(self._channel.door, "stored")
            return web.Response()
        future = self._server.passive.expect(event)
        try:
            put = await self._store(received, event)
            claimed = await self._server.passive.claim(event, future, put == Put.SEEN, is_waiting)
        finally:
            self._server.passive.forget(event, future)
        stream = received.stream if event.route.passive == "stream" else ""
        return await self._write(request, received, claimed, stream, event)

    async def _store(self, received: Received, event: Event) -> Put:
        put = await self._server.inbox.put(event, received.nonce, received.fingerprint)
        if put == Put.REPLAYED:
            raise Refused(403, "nonce used before with another body")
        if put == Put.FULL:
            raise InboxUnavailable("inbox full")
        return put

    async def _write(
        self, request: web.BaseRequest, received: Received, claimed: Claimed, stream: str, event: Event | None
    ) -> web.Response:
        """Write the answer whole, then confirm what it carried."""
        silent = claimed.decided and not claimed.contents and event is not None
        answer = Answer() if silent else Answer(claimed.contents, stream, finished=claimed.decided)
        body = self._channel.seal(received, answer, self._server.clock.now()) if stream or claimed.contents else b""
        response = web.Response(body=b"" if silent else body)
        if not await _written(response, request):
            # It comes again for what was claimed, or that stays uncertain.
            log.info("callback of %s did not wait for its answer", self._channel.door)
            self._server.metrics.callback(self._channel.door, "left")
            return response
        self._server.metrics.callback(self._channel.door, "answered" if claimed.contents else "empty")
        try:
            await self._note(claimed, stream, event)
        except StoreDown as error:
            # The answer has left: a second one would be taken for the answer to the next request.
            log.warning("answer of %s not noted: %s", self._channel.door, error)
        return response

    async def _note(self, claimed: Claimed, stream: str, event: Event | None) -> None:
        if claimed.contents:
            await self._server.passive.confirm(claimed.event)
        elif not claimed.decided and event is not None and not stream:
            await self._server.passive.give_up(event)

    def _refuse(self, refused: Refused) -> web.Response:
        log.warning("callback of %s refused: %s", self._channel.door, refused.why)
        self._server.metrics.callback(self._channel.door, str(refused.status))
        return web.Response(status=refused.status)


class Proving(Protocol):
    """What gives back the echo of a URL verification, as a channel does."""

    def echo(self, query: Mapping[str, str]) -> str: ...


def proof(channel: Proving, request: web.BaseRequest) -> web.Response:
    """The answer to a URL verification: the bare echo. Refused when the question is not WeCom's."""
    return web.Response(text=channel.echo(request.query))


async def _written(response: web.Response, request: web.BaseRequest) -> bool:
    """Whether the caller was still there for the whole answer."""
    try:
        await response.prepare(request)
        await response.write_eof()
    except ConnectionResetError:
        return False
    return True


def _is_waiting(request: web.BaseRequest, since: float) -> bool:
    """Whether the caller is there, and an answer may still reach it in time."""
    in_time = asyncio.get_running_loop().time() - since < ANSWER_WITHIN
    return in_time and request.transport is not None and not request.transport.is_closing()


def path_of(request: web.BaseRequest) -> str:
    """The URL path that was asked for, decoded."""
    raw = request.raw_path.partition("?")[0]
    return request.path if "%" in raw else raw


def _query(request: web.BaseRequest) -> Mapping[str, str]:
    """The query of a callback. WeCom's values are letters and digits: those need no parser, and there are many."""
    raw = request.raw_path.partition("?")[2]
    if "%" in raw or "+" in raw:
        return request.query
    return dict(item.split("=", 1) for item in raw.split("&") if "=" in item)


def _age(first: datetime | int | None, now: datetime) -> float:
    if first is None:
        return 0.0
    then = first if isinstance(first, datetime) else datetime.fromtimestamp(first / 1000, UTC)
    return max(0.0, (now - then).total_seconds())


async def listening(serving: web.Server, host: str, port: int) -> web.ServerRunner:
    """Listens; `cleanup` of the runner ends it."""
    runner = web.ServerRunner(serving, shutdown_timeout=5, handle_signals=False)
    await runner.setup()
    await web.TCPSite(runner, host, port, backlog=1024).start()
    return runner


def addresses(runner: web.ServerRunner) -> Sequence[tuple[str, int]]:
    """Where it listens."""
    return [(address[0], address[1]) for address in runner.addresses]
