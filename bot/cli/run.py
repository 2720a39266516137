"""`qunban run`: the bot."""

import argparse
import logging
import sys

from bot.cli.failure import Failure, explained
from bot.types.declarations import Command

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
    from bot.app import run

    with explained():
        try:
            return await run(arguments.config)
        except OSError as error:
            raise Failure(f"启动不了：{error}\n端口可能已被占用，请看 config.toml 的 [server] listen") from error


def log_to_stderr(level: int) -> None:
    """One line an event, on stderr."""
    logging.basicConfig(level=level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
