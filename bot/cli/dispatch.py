"""From the words of a command line to the command that they name."""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

from bot.cli.failure import Failure, explained
from bot.cli.parser import Parser, nearest

if TYPE_CHECKING:
    from bot.types.declarations import Command

# What each command does stands here too, so that the overview needs to import none of them.
COMMANDS: Mapping[str, str] = {
    "demo": "在模拟的企业微信里走一遍，再在浏览器里接着聊",
    "init": "写一份带说明的配置，照着改就能用",
    "run": "正式运行机器人",
    "check": "检查配置文件，一次列出所有问题",
    "doctor": "逐项检查和企业微信的连接，说出哪里要改",
    "ask": "试问一句：它会怎么答、为什么（不发送，也不留记录）",
    "explain": "一条真实的消息为什么得到这个回答",
    "outbox": "看没发出去的消息，重发或放弃",
    "groups": "听到过、配置里还没有名字的群，附上可以粘贴的几行",
    "bench": "在这台机器上测量",
}
# What capabilities bring, as `bot.app.commands` has it; it stands here too for the same reason.
# A name of two words is one of a group: `qunban eval` alone lists its commands.
BROUGHT: Mapping[str, str] = MappingProxyType(
    {
        "eval faq": "用一批知道答案的问题，量一量问答库答得怎么样",
        "eval table": "问答、意图和褒贬认得多准，和常见的几种做法并排，写成 Markdown 表",
        "eval intent": "用一批有标签的话学，再用另一批考，看意图认得多准",
        "eval sentiment": "用一批有标签的话学，再用另一批考，看褒贬认得多准",
        "eval moderation": "用一批标好的消息，量一量词表该抓的抓到多少、不该抓的抓了多少",
        "model": "准备好语义模型，说出用的是哪一个",
        "kb import": "把表格、导出的问答变成 knowledge 里的 TOML 文件",
        "kb lint": "检查问答库的内容：重复、矛盾、互相抢、过期、太长、被关键词截走的",
        "kb stats": "问答库里有什么：多少条、多少种问法、各个文件和标签、快到期的",
        "kb search": "在问答库里找一句话：哪几条最像、有多像、会不会答",
        "kb gaps": "没答上来的问题：问得最多的排前面，换了说法的算一个",
        "kb accept": "把没答上来的问题补进问答库：问法取自大家的话，回答取自客服当时的话",
        "desk list": "工单：谁的、在谁手上、什么状态，没结束的先列",
        "desk show": "一张工单的全部：状态、时间、说过的话、谁做了什么",
        "desk report": "客服做得怎么样：响应、解决、评分、机器人办成多少；可以画成图、发给管理员",
        "rules report": "规则准不准：按同事在卡片上点的「误判」「处理」来估，分规则、词、认法",
        "rules lint": "检查词表：单个字、平常的词、重复的、被别的词盖住的、到期的",
        "rules explain": "一句话为什么被抓、为什么放行：哪个词、怎么认出来的、在哪个文件哪一行、哪条放行起了作用",
        "rules stats": "词表里有什么：各类、各级、各个文件多少词；--hits 再看哪些词抓到过、哪些从没抓到、哪些常误判",
        "points audit": "把积分账本从头到尾算一遍：接不接得上、余额和封印对不对，说出第一处不对的地方",
        "points show": "一个人的积分：余额、累计、最近的记录",
        "points grant": "给一个人发积分，留下是谁发的、为什么",
        "points undo": "撤销一笔积分（编号见 qunban points show），用一笔相反的记录抵掉，原来的那笔留着",
        "points held": "在核对的积分：谁的、什么、为什么、证据，没人定的话什么时候自动怎样",
        "draw show": "抽奖的承诺、种子和进行到哪里；还没公布的种子不显示",
        "draw export": (
            "把一个抽奖的公开数据写成一个 JSON 文件：承诺、种子、奖品、按顺序的每一次抽奖（用编号，不用名字）"
        ),
        "draw owed": "还没开的抽奖里花了积分、还没退的：编号、谁、多少；退一笔用 qunban points undo 编号 理由",
        "draw verify": (
            "只用公开数据把抽奖从头算一遍：承诺对不对、有没有人动过、每一个结果是不是这样；不需要配置和数据库"
        ),
        "campaign show": "一个打卡活动进行得怎么样：每个人打了几天、连续几天、漏了哪些，谁完成了",
        "schedule list": "配置里有哪些定时消息，接下来几次什么时候发、发给谁；--live 再看有没有暂停、上次发了没有",
        "schedule plan": "排一排接下来要发的：哪天几点、哪条、发给谁，离上限还有多少；发不出去的标出来、说明原因",
        "schedule preview": "一条定时消息会说什么、发给谁、从哪个入口发；几种说法都列出来，不能说的词也标出来",
        "moderate": "用词表检查一句话，或一行一句：放行、记录、人来看，还是拦下",
    }
)
ABOUT = "群伴：公司自己运行的企业微信社群机器人"
EXAMPLES = """示例：
  qunban demo               先看看它能做什么
  qunban init               从一份现成的配置开始
  qunban check              检查 config.toml
  qunban ask "怎么退货"     试问一句，看它怎么答、为什么
  qunban doctor             和企业微信接得对不对，哪里要改
  qunban run                正式运行

每个命令都有自己的说明：qunban 命令 --help"""


def dispatch(words: Sequence[str]) -> int:
    """Run the command line; Ctrl-C and a closed pipe end it quietly with status 1."""
    try:
        status = _dispatch(words)
        sys.stdout.flush()
    except Failure as failure:
        print(failure, file=sys.stderr)
        return failure.status
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Nobody reads any more; what is left in the buffer must not be tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 1
    return status


def _dispatch(words: Sequence[str]) -> int:
    name, *rest = _named(words or ["--help"])
    if name in ("-h", "--help", "help"):
        print(overview())
        return 0
    command = find(name)
    if command is None:
        return _group(name, rest) if _members(name) else _unknown(name)
    return asyncio.run(_run(command, parser_of(command).parse_args(rest)))


def _named(words: Sequence[str]) -> Sequence[str]:
    """The words, the first two as one where they name a command together."""
    pair = " ".join(words[:2])
    return [pair, *words[2:]] if pair in BROUGHT else words


def _members(group: str) -> Sequence[str]:
    return [name for name in BROUGHT if name.startswith(f"{group} ")]


def _group(group: str, rest: Sequence[str]) -> int:
    asked = rest[:1] in (["-h"], ["--help"])
    lines = [f"  qunban {name:<16}{BROUGHT[name]}" for name in _members(group)]
    print("\n".join(["可用的命令：", *lines]), file=sys.stdout if asked else sys.stderr)
    return 0 if asked else 2


async def _run(command: "Command", arguments: argparse.Namespace) -> int:
    with explained() if command.name in BROUGHT else nullcontext():
        return await command.run(arguments)


def find(name: str) -> "Command | None":
    """The command of that name, the command line's own or one that a capability brings; None when there is none."""
    if name in COMMANDS:
        command: Command = import_module(f"bot.cli.{name}").command()
        return command
    return brought(name, all_brought()) if name in BROUGHT else None


def all_brought() -> Sequence["Command"]:
    """The commands that capabilities bring."""
    commands: Sequence[Command] = import_module("bot.app").commands(import_module("bot.cli.workplace").Here())
    return commands


def brought(name: str, commands: Iterable["Command"]) -> "Command | None":
    """The command of that name among those that capabilities bring."""
    return next((command for command in commands if command.name == name), None)


def parser_of(command: "Command") -> Parser:
    """The parser of a command: what every command takes, then its own."""
    summary, _, example = command.help.partition("\n")
    parser = Parser(f"qunban {command.name}", summary, example)
    parser.add_argument("-c", "--config", default="./config.toml", metavar="文件", help="配置文件，默认 ./config.toml")
    command.arguments(parser)
    return parser


def overview() -> str:
    """The help of the whole command line."""
    lines = [f"  {name:<15}{summary}" for name, summary in (*COMMANDS.items(), *BROUGHT.items())]
    return "\n".join([ABOUT, "", "用法：qunban 命令 [选项]", "", "命令：", *lines, "", EXAMPLES])


def _unknown(name: str) -> int:
    meant = nearest(name, (*COMMANDS, *BROUGHT))
    hint = f"，是否想写 {meant}？" if meant else "。"
    print(f"qunban：没有 {name} 这个命令{hint}\n全部命令：qunban --help", file=sys.stderr)
    return 2
