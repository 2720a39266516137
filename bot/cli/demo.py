"""`qunban demo`: the bot and a WeCom look-alike, a tour, then a chat to play with."""

import argparse

from bot.types.declarations import Command

HELP = """在模拟的企业微信里走一遍，再留下来聊天
示例：
  qunban demo
  qunban demo --once --seed 7     走完就结束，每一句该有的回答都来了才以 0 退出"""


def command() -> Command:
    """A tour of the bot, without any account."""
    return Command("demo", HELP, _arguments, _run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="走完就结束，不留下来聊天")
    parser.add_argument("--seed", type=int, default=None, metavar="N", help="换着说法问的种子，不写就随机，会印出来")


async def _run(arguments: argparse.Namespace) -> int:
    from bot.cli.tour.play import play

    return await play(arguments.config, arguments.seed, arguments.once)
