"""A Redis and a PostgreSQL that can go away for a while and come back with what they had."""

import asyncio
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.store.embedded import binary
from bot.store.redis import connect
from tests.faults.victim import Death
from tests.ports import free_port
from tests.postgres import start
from tests.waiting import until


@dataclass
class RedisServer:
    """Debian's redis-server where there is one, else Valkey, on a port; what it acknowledged is on disk."""

    folder: Path
    port: int = field(default_factory=free_port)
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    async def start(self) -> None:
        """Start it and wait until it answers."""
        self.folder.mkdir(exist_ok=True)
        command = [shutil.which("redis-server") or str(binary()), "--port", str(self.port), "--dir", str(self.folder)]
        durable = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        self._process = await asyncio.to_thread(self._launch, [*command, *durable])
        client = connect(self.url, patience=10)
        await client.ping()
        await client.aclose()

    def _launch(self, command: Sequence[str]) -> "subprocess.Popen[bytes]":
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(command, stdout=log)

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop or kill it."""
        assert self._process is not None
        self._process.send_signal(how)
        await asyncio.to_thread(self._process.wait, 20)

    async def restart(self, away: float, how: signal.Signals = signal.SIGKILL) -> Death:
        """Be away for so many seconds; when that began."""
        at = time.time()
        await self.stop(how)
        await asyncio.sleep(away)
        await self.start()
        return Death(at, 0)


@dataclass
class PostgresServer:
    """A PostgreSQL of this test's own. `folder` needs a short path: its socket lies there."""

    folder: Path
    _server: Any = None

    @property
    def url(self) -> str:
        return str(self._server.get_uri())

    async def start(self) -> None:
        """Start it and wait until it answers."""
        self._server = await asyncio.to_thread(start, self.folder)

    async def restart(self, away: float) -> Death:
        """Throw everybody out, be away for so many seconds, and come back; when that was."""
        at = time.time()
        pid = self._server.get_pid()
        os.kill(pid, signal.SIGINT)
        await until(lambda: not os.path.exists(f"/proc/{pid}"), 60)
        await asyncio.sleep(away)
        await asyncio.to_thread(self._server.ensure_postgres_running)
        return Death(at, 0)

    async def stop(self) -> None:
        """Stop it."""
        await asyncio.to_thread(self._server.cleanup)
