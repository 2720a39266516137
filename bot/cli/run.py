"""`qunban run`: the bot."""

import argparse

from bot.cli.failure import Failure, explained, unwrapped
from bot.types.declarations import Command

HELP = """正式运行机器人
示例：
  qunban run
  qunban run -c /etc/qunban/config.toml

日志写在标准错误，一行一个 JSON，不含大家说的话（见 config.toml 的 [log]）。
按 Ctrl-C 或发 SIGTERM 停止：不再收新消息，手上的 10 秒内做完。"""


def command() -> Command:
    """The bot itself, until it is told to stop."""
    return Command("run", HELP, _arguments, _run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-v", "--verbose", action="store_true", help="日志写得细一些")


async def _run(arguments: argparse.Namespace) -> int:
    from bot.app import run
    from bot.calm import give_back, take_turns

    take_turns()
    give_back()
    with explained():
        try:
            with unwrapped():
                return await run(arguments.config, verbose=arguments.verbose)
        except OSError as error:
            raise Failure(f"启动不了：{error}\n端口可能已被占用，请看 config.toml 的 [server] listen") from error
