"""Exactly one `qunban run` on a data folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.store.lock import LockFile


class AlreadyRunning(Exception):
    """Another `qunban run` works on this data folder; the message says which and what to do."""


@contextmanager
def hold(data: Path) -> Iterator[None]:
    """Hold the data folder (made when missing) for this process; AlreadyRunning when another one does."""
    data.mkdir(parents=True, exist_ok=True)
    lock = LockFile(data / "run.lock")
    try:
        if not lock.take():
            raise AlreadyRunning(_refusal(data, lock.read().strip()))
        lock.write(f"{os.getpid()}\n")
        yield
    finally:
        lock.close()


def _refusal(data: Path, pid: str) -> str:
    return (
        f"{data} 正由另一个 qunban run（进程 {pid or '号未知'}）使用。请先停掉那一个；"
        "要同时运行几个进程，请在 config.toml 的 [store] 里把 redis 写成 redis:// 地址、sql 写成 postgresql:// 地址"
    )
