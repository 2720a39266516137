"""`qunban run`: the bot."""

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.cli.failure import Failure, explained
from bot.types.declarations import Command

if TYPE_CHECKING:
    from bot.app import Running

HELP = """正式运行机器人
示例：
  qunban run
  qunban run -c /etc/qunban/config.toml

日志写在标准错误。按 Ctrl-C 或发 SIGTERM 停止：不再收新消息，手上的 10 秒内做完。"""


def command() -> Command:
    """The bot itself, until it is told to stop."""
    return Command("run", HELP, _arguments, _run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-v", "--verbose", action="store_true", help="日志写得细一些")


async def _run(arguments: argparse.Namespace) -> int:
    log_to_stderr(logging.INFO if arguments.verbose else logging.WARNING)
    from bot.app import Wiring, serve

    with explained():
        try:
            await serve(arguments.config, Wiring(), stop_on_signal(), _announce)
        except OSError as error:
            raise Failure(f"启动不了：{error}\n端口可能已被占用，请看 config.toml 的 [server] listen") from error
    return 0


def log_to_stderr(level: int) -> None:
    """One line an event, on stderr."""
    logging.basicConfig(level=level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


def stop_on_signal(signals: Sequence[signal.Signals] = (signal.SIGTERM, signal.SIGINT)) -> asyncio.Event:
    """Set when the process is asked to end; a second request ends it at once."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def ask(received: signal.Signals) -> None:
        stop.set()
        loop.remove_signal_handler(received)

    for each in signals:
        loop.add_signal_handler(each, ask, each)
    return stop


def _announce(bot: "Running") -> None:
    host, port = bot.address
    print(f"群伴已启动，在 http://{host}:{port} 等企业微信的回调（Ctrl-C 停止）", file=sys.stderr, flush=True)
