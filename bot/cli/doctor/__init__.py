"""`qunban doctor`: a real or simulated set-up, examined step by step."""

import argparse

from bot.types.declarations import Command

HELP = """逐项检查和企业微信的连接，说出哪里要改
示例：
  qunban doctor
  qunban doctor "app:助手"          只查这一个入口
  qunban doctor --wait              等您在管理后台点「保存」，当场说出验证为什么不过
  qunban doctor --request '网关日志里的那一行 GET'

密钥、URL 验证、access_token、可信 IP、时间、权限、可见范围、长连接、微信客服，一项一行：✓ 通过，✗ 要改，– 跳过。
不会发出任何人看得到的消息。有一项没通过时返回 1。"""

WAIT = 300.0


def command() -> Command:
    """The examination; or what WeCom itself asks, explained."""
    return Command("doctor", HELP, _arguments, _run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("doors", nargs="*", metavar="入口", help='只查这几个，如 "app:助手"；不写就全查')
    parser.add_argument("--json", action="store_true", help="结果写成 JSON，供程序读取")
    other = parser.add_mutually_exclusive_group()
    other.add_argument("--wait", action="store_true", help="等企业微信来验证 URL，来一次说一次")
    other.add_argument("--request", metavar="请求", help="解释一次已经来过的验证请求")
    parser.add_argument("--seconds", type=float, default=WAIT, metavar="秒", help="--wait 等多久，默认 300 秒")


async def _run(arguments: argparse.Namespace) -> int:
    from bot.cli.doctor.consultation import Consultation

    return await Consultation.of(arguments).run()
