"""`qunban model`: the model that understands, made ready."""

import argparse
import sys
from collections.abc import Awaitable, Callable, Sequence

from bot.types.declarations import Command
from bot.types.workplace import Workplace
from handlers.understand.model import Model, State, named_model
from nlp.encode.progress import Report

HELP = """准备好语义模型，说出用的是哪一个
示例：
  qunban model
  qunban model -c /etc/qunban/config.toml

第一次要下载约 90 MB，整理成约 50 MB，放在用户的缓存文件夹里（QUNBAN_CACHE 可以换地方），以后不再下载。
正式运行时它也会自己准备；这个命令用在安装时，或者想先看看它能不能用。用不了时返回 1。"""
WIDTH = 20


def commands(here: Workplace) -> Sequence[Command]:
    """The command, where it is to work."""
    return (Command("model", HELP, _nothing, _prepare(here)),)


def _nothing(parser: argparse.ArgumentParser) -> None:
    """It needs no more than every command takes."""


def _prepare(here: Workplace) -> Callable[[argparse.Namespace], Awaitable[int]]:
    async def run(arguments: argparse.Namespace) -> int:
        machine = here.machine(_bar())
        model = Model(named_model(here.settings(arguments.config), machine), machine.cache, machine.report)
        model.wait()
        if sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr)
        print(f"理解：{model}", file=sys.stderr if model.state is State.UNUSABLE else sys.stdout)
        return 1 if model.state is State.UNUSABLE else 0

    return run


def _bar() -> Report:
    """A bar for somebody at a terminal; a line a step for others, who would otherwise wonder what takes so long."""
    told: set[str] = set()

    def report(what: str, done: float) -> None:
        full = round(WIDTH * min(max(done, 0.0), 1.0))
        step = what.partition(" ")[0]
        if sys.stderr.isatty():
            print(f"\r\x1b[K{what} {'█' * full}{'░' * (WIDTH - full)} {done:4.0%}", end="", file=sys.stderr, flush=True)
        elif step not in told:
            print(f"{step}…", file=sys.stderr, flush=True)
        told.add(step)

    return report
