"""`qunban demo`: the bot and a WeCom look-alike, a tour, then a chat page to play with."""

import argparse

from bot.types.declarations import Command

HELP = """在模拟的企业微信里走一遍，再在浏览器里接着聊
示例：
  qunban demo
  qunban demo --page              不走一遍，直接打开聊天页
  qunban demo --once --seed 7     走完就结束，每一句该有的回答都来了才以 0 退出"""


def command() -> Command:
    """A tour of the bot, without any account."""
    return Command("demo", HELP, _arguments, _run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--once", action="store_true", help="走完就结束，不留下来聊天")
    how.add_argument("--page", action="store_true", help="不走一遍，直接打开聊天页")
    parser.add_argument("--port", type=int, default=None, metavar="N", help="聊天页的端口，默认 8866，占用了就换一个")
    parser.add_argument("--seed", type=int, default=None, metavar="N", help="换着说法问的种子，不写就随机，会印出来")


async def _run(arguments: argparse.Namespace) -> int:
    from bot.cli.tour.play import play

    return await play(arguments.config, arguments.seed, arguments.once, arguments.page, arguments.port)
