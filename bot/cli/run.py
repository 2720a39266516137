"""`qunban run`: the bot."""

import argparse

from bot.types.declarations import Command

HELP = """正式运行机器人
示例：
  qunban run
  qunban run -c /etc/qunban/config.toml

按 Ctrl-C 或发 SIGTERM 停止：不再收新消息，手上的 10 秒内做完。"""


def command() -> Command:
    """The bot itself, until it is told to stop."""
    return Command("run", HELP, _arguments, _run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing but the configuration: what the bot is stands there."""


async def _run(arguments: argparse.Namespace) -> int:
    from bot.app import run

    return await run(arguments.config)
