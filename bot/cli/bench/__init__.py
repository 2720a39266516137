"""`qunban bench`: repeatable measurements of this machine."""

import argparse
import json
import sys
from importlib import import_module
from types import MappingProxyType
from typing import Any, Protocol

from bot.cli.terminal import Progress
from bot.types.declarations import Command

HELP = """在这台机器上测量
示例：
  qunban bench                  全部项目
  qunban bench callback         收一条回调要多少 CPU，和别的做法并排
  qunban bench callback --json
  qunban bench keyword          十条、一千条、一万条关键词规则，并排
  qunban bench question         两千条问答，一句要多久，只按词和用上模型，并排
  qunban bench encoder          自带的模型一句要多久，两种精度并排（不在全部项目里）
  qunban bench moderation       词表越长慢多少，和别的引擎并排
  qunban bench growth           一千、一万、十万条问答，越多慢多少（要十几分钟）
  qunban bench points           一万、二十万笔积分，签到、看榜、查排名慢多少
  qunban bench points --full    同上，到十万人、两百万笔（要十几分钟）

各项轮流测、取中位数；说好的没做到时以 1 退出。"""

_NAMES = ("callback", "keyword", "question", "encoder", "moderation", "growth", "points")
BENCHES = MappingProxyType({name: f"bot.cli.bench.{name}" for name in _NAMES})


# It wants the model once more, in the precision that this machine does not use.
ASKED_FOR = frozenset({"encoder"})


class Report(Protocol):
    """What a measurement found. `kept`: whether the promises that it is about hold."""

    @property
    def kept(self) -> bool: ...

    def as_object(self) -> dict[str, Any]: ...

    def as_text(self) -> str: ...


def command() -> Command:
    """All measurements, or one."""
    return Command("bench", HELP, _arguments, _run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", choices=list(BENCHES), metavar="项目", help=f"可选：{'、'.join(BENCHES)}")
    parser.add_argument("--full", action="store_true", help="积分按十万人、两百万笔测")
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 对象")
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="轮数，默认 7")
    parser.add_argument("--requests", type=int, default=1000, metavar="N", help="每轮的请求数或消息数，默认 1000")


async def _run(arguments: argparse.Namespace) -> int:
    names = [arguments.name] if arguments.name else [name for name in BENCHES if name not in ASKED_FOR]
    reports = {name: await _measure(name, arguments) for name in names}
    if arguments.json:
        print(json.dumps({name: report.as_object() for name, report in reports.items()}, ensure_ascii=False))
    else:
        print("\n\n".join(report.as_text() for report in reports.values()))
    return int(not all(report.kept for report in reports.values()))


async def _measure(name: str, arguments: argparse.Namespace) -> Report:
    module = import_module(BENCHES[name])
    measure = module.measure_all if arguments.full and name == "points" else module.measure
    report: Report = await measure(arguments.rounds, arguments.requests, Progress(sys.stderr))
    return report
