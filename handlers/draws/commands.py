"""`qunban draw …`: what is public of a draw, the proof that it was fair, and what is owed."""

import argparse
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import sqlalchemy as sa
from pydantic import ValidationError

from bot.types.declarations import Command
from bot.types.workplace import Reading, Workplace
from handlers.draws.export import publication
from handlers.draws.missing import owed
from handlers.draws.publication import Publication
from handlers.draws.tables import rounds
from handlers.draws.verification import verify
from handlers.kb.telling import complain, say

SHOW = """抽奖的承诺、种子和进行到哪里；还没公布的种子不显示
示例：
  qunban draw show
  qunban draw show 幸运转盘"""
EXPORT = """把一个抽奖的公开数据写成一个 JSON 文件：承诺、种子、奖品、按顺序的每一次抽奖（用编号，不用名字）
示例：
  qunban draw export 幸运转盘 --to 幸运转盘.json"""
VERIFY = """只用公开数据把抽奖从头算一遍：承诺对不对、有没有人动过、每一个结果是不是这样；不需要配置和数据库
示例：
  qunban draw verify 幸运转盘.json
  qunban draw verify 幸运转盘.json --commitment 3fa94b01…"""

OWED = """还没开的抽奖里花了积分、还没退的：编号、谁、多少；退一笔用 qunban points undo 编号 理由
示例：
  qunban draw owed 年终大奖"""


def tools(here: Workplace) -> Sequence[Command]:
    """The commands of `qunban draw`."""
    return (
        Command("draw show", SHOW, _named_or_all, _at(here, _show)),
        Command("draw export", EXPORT, _exporting, _at(here, _export)),
        Command("draw owed", OWED, _owing, _at(here, _owed)),
        Command("draw verify", VERIFY, _verifying, _verify),
    )


def _named_or_all(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="名字", nargs="?", default="", help="抽奖的名字，不写就是全部")
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 对象")


def _exporting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="名字", help="抽奖的名字")
    parser.add_argument("--to", type=Path, metavar="文件", help="写到这个文件；不写就打印出来")


def _owing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="名字", help="抽奖的名字")
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 对象")


def _verifying(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="文件", help="qunban draw export 写的文件")
    parser.add_argument("--commitment", metavar="承诺", help="您当时看到的承诺（或它的开头），看它在不在里面")
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 对象")


Doing = Callable[[Workplace, argparse.Namespace], Awaitable[int]]


def _at(here: Workplace, doing: Doing) -> Callable[[argparse.Namespace], Awaitable[int]]:
    async def run(arguments: argparse.Namespace) -> int:
        return await doing(here, arguments)

    return run


async def _show(here: Workplace, arguments: argparse.Namespace) -> int:
    async with here.records(arguments.config) as records:
        names = [arguments.name] if arguments.name else await _names(records)
        found = [await publication(records, name) for name in names]
    if arguments.name and not found[0].rounds:
        return complain(f"没有叫“{arguments.name}”的抽奖，或者还没有开始过")
    if arguments.json:
        say([one.model_dump(mode="json", exclude={"rounds": {"__all__": {"entries"}}}) for one in found])
        return 0
    for one in found:
        print(_as_text(one))
    return 0


async def _export(here: Workplace, arguments: argparse.Namespace) -> int:
    async with here.records(arguments.config) as records:
        found = await publication(records, arguments.name)
    if not found.rounds:
        return complain(f"没有叫“{arguments.name}”的抽奖，或者还没有开始过")
    text = found.model_dump_json(indent=1)
    if arguments.to is None:
        print(text)
        return 0
    try:
        arguments.to.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        return complain(f"写不了 {arguments.to}：{error.strerror}")
    entries = sum(len(one.entries) for one in found.rounds)
    print(f"{arguments.to}：{len(found.rounds)} 轮，{entries} 人次", file=sys.stderr)
    return 0


async def _owed(here: Workplace, arguments: argparse.Namespace) -> int:
    async with here.records(arguments.config) as records:
        rows = await records.read(owed(arguments.name))
    if arguments.json:
        say([{"id": row.id, "amount": row.amount, "member": row.member, "name": row.name} for row in rows])
        return 0
    for row in rows:
        print(f"{row.id}  {row.amount}  {' '.join(filter(None, (row.name, row.member))) or '已删除'}")
    print(f"「{arguments.name}」{len(rows)} 笔没退" if rows else f"「{arguments.name}」没有要退的")
    return 0


async def _verify(arguments: argparse.Namespace) -> int:
    try:
        public = Publication.model_validate_json(arguments.file.read_bytes())
    except OSError as error:
        return complain(f"读不了 {arguments.file}：{error.strerror}")
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) or "整个文件"
        return complain(f"{arguments.file} 不是抽奖的公开数据，或被改过（{where}）")
    verdict = verify(public)
    faults = list(verdict.faults)
    if arguments.commitment and not _is_among(verdict.commitments, arguments.commitment):
        faults.append("文件里没有您看到的那个承诺")
    if arguments.json:
        say({"holds": not faults, "entries": verdict.entries, "pending": verdict.pending, "faults": faults})
        return int(bool(faults))
    for fault in faults:
        print(f"× {fault}")
    waiting = f"，另有 {verdict.pending} 人次的种子还没公布，现在不能算" if verdict.pending else ""
    print(f"「{public.draw}」{verdict.rounds} 轮，算过 {verdict.entries} 人次{waiting}")
    print("对不上：第一处在最上面。" if faults else "全都对得上。")
    return int(bool(faults))


def _is_among(commitments: Sequence[str], seen: str) -> bool:
    """Whether a commitment is there that somebody copied out of a chat, where its beginning is `3fa94b01…`."""
    copied = seen.strip("…. ").lower()
    return bool(copied) and any(one.startswith(copied) for one in commitments)


async def _names(records: Reading) -> Sequence[str]:
    rows = await records.read(sa.select(rounds.c.draw).distinct().order_by(rounds.c.draw))
    return [row.draw for row in rows]


def _as_text(public: Publication) -> str:
    lines = [f"「{public.draw}」{len(public.rounds)} 轮"]
    for one in public.rounds:
        state = f"已结束，种子 {one.seed}" if one.seed else "进行中"
        lines.append(f"  第 {one.round} 轮 {one.opened_at} {len(one.entries)} 人次，{state}\n    承诺 {one.commitment}")
    return "\n".join(lines)
