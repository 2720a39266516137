"""A lock on a file, shared or exclusive; the system frees it when its holder dies, however it dies."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

POLL_SECONDS = 0.02


class LockFile:
    """One open lock file; `close` lets go. A child that inherits `fd` shares the lock and keeps it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self, *, shared: bool = False) -> bool:
        """Take the lock (or turn it into the other kind) without waiting; False when others hold it."""
        try:
            fcntl.flock(self.fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def read(self) -> str:
        """What the holder wrote about itself."""
        return os.pread(self.fd, 4096, 0).decode(errors="replace")

    def write(self, text: str) -> None:
        """Say something about the holder."""
        os.ftruncate(self.fd, 0)
        os.pwrite(self.fd, text.encode(), 0)

    def close(self) -> None:
        """Let go."""
        os.close(self.fd)


@asynccontextmanager
async def locked(path: Path, seconds: float) -> AsyncIterator[None]:
    """Hold an exclusive lock; TimeoutError when it cannot be had within `seconds`."""
    lock = LockFile(path)
    try:
        async with asyncio.timeout(seconds):
            await _take(lock)
        yield
    finally:
        lock.close()


async def _take(lock: LockFile) -> None:
    while True:
        if lock.take():
            return
        await asyncio.sleep(POLL_SECONDS)
