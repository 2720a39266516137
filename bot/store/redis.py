"""Clients of a Redis-protocol server that run a command once, say so when it is unknown, and answer in one shape.

Replies are bytes; streams come as `{stream: [(id, {field: value})]}`. A command that the server refused because it
was still loading, and a connection that could not be made, are tried again for a short while: nothing had run yet.
"""

import asyncio
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection, Connection, parse_url
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from redis.exceptions import BusyLoadingError, ConnectionError

POLL_SECONDS = 0.05
PATIENCE_SECONDS = 1.0
COMMAND_SECONDS = 5.0


def connect(url: str, *, connections: int = 32, patience: float = PATIENCE_SECONDS) -> Redis:
    """A client for commands at `redis://…`, `rediss://…` or `unix:///…`; it connects when first used.

    At most `connections` at once, further callers wait. redis.exceptions.ConnectionError or TimeoutError: the
    command may or may not have run. `patience`: seconds to wait for a server that is just starting.
    """
    return _client(url, connections, patience, COMMAND_SECONDS)


def connect_reader(url: str, *, block: float, connections: int = 4, patience: float = PATIENCE_SECONDS) -> Redis:
    """A client for reads that block up to `block` seconds (XREADGROUP BLOCK): it waits longer than they do."""
    return _client(url, connections, patience, block + COMMAND_SECONDS)


def _client(url: str, connections: int, patience: float, seconds: float) -> Redis:
    # Options in the URL come first, so that none of them brings back what is ruled out here.
    wanted: dict[str, Any] = {"connection_class": Connection, **parse_url(url)}
    options = {
        **wanted,
        "connection_class": type("Faithful", (_Faithful, wanted["connection_class"]), {}),
        "retry": Retry(ConstantBackoff(POLL_SECONDS), round(patience / POLL_SECONDS), (BusyLoadingError,)),
        "retry_on_timeout": False,
        "retry_on_error": [],
        "socket_timeout": seconds,
        "socket_connect_timeout": COMMAND_SECONDS,
        "protocol": 2,
        "legacy_responses": False,
        "decode_responses": False,
        "max_connections": connections,
        "timeout": COMMAND_SECONDS,
    }
    return Redis.from_pool(_Pool(patience, **options))


class _Faithful(AbstractConnection):
    """Ends when its caller is cancelled.

    redis-py sends with `asyncio.wait_for`, which before Python 3.12 forgets a cancellation that comes while it ends.
    """

    async def send_packed_command(self, *arguments: Any, **options: Any) -> None:
        task = asyncio.current_task()
        before = task.cancelling() if task else 0
        await super().send_packed_command(*arguments, **options)
        if task and task.cancelling() > before:
            # Nobody will read the answer.
            await self.disconnect(nowait=True)
            raise asyncio.CancelledError


class _Pool(BlockingConnectionPool):
    """A bounded pool that waits a little for a server that is not there yet."""

    def __init__(self, patience: float, **options: Any) -> None:
        super().__init__(**options)
        self._patience = patience

    async def ensure_connection(self, connection: AbstractConnection) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience
        while True:
            try:
                await super().ensure_connection(connection)
                return
            except ConnectionError:
                if loop.time() >= deadline:
                    raise
            await asyncio.sleep(POLL_SECONDS)
