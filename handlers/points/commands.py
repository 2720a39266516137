"""`qunban points …`: the book in the hands of operators; what changes it is written down with who did it."""

import argparse
import getpass
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.types.days import LocalDays
from bot.types.declarations import Command, Settings
from bot.types.ports import Transaction
from bot.types.workplace import Workplace
from handlers.directory import PEOPLE
from handlers.points import words
from handlers.points.accounts import account_of, latest
from handlers.points.audit import prove
from handlers.points.chain import Account, Entry
from handlers.points.ledger import Ledger
from handlers.points.members import called, known_key
from handlers.points.orders import GIVEN, record
from handlers.points.results import Fixed, Granted, Undone
from handlers.points.settings import POINTS
from handlers.points.within import Outside

AUDIT = """把积分账本从头到尾算一遍：接不接得上、余额和封印对不对，说出第一处不对的地方
示例：
  qunban points audit
  qunban points audit --json"""
SHOW = """一个人的积分：余额、累计、最近的记录
示例：
  qunban points show 小林
  qunban points show lin01 --last 50"""
GRANT = """给一个人发积分，留下是谁发的、为什么
示例：
  qunban points grant 小林 20 活动积极"""
UNDO = """撤销一笔积分（编号见 qunban points show），用一笔相反的记录抵掉，原来的那笔留着
示例：
  qunban points undo 17 发错了"""


def tools(here: Workplace) -> Sequence[Command]:
    """The commands of `qunban points`."""
    desk = Desk(here)
    return (
        Command("points audit", AUDIT, _as_json, desk.audit),
        Command("points show", SHOW, _show, desk.show),
        Command("points grant", GRANT, _grant, desk.grant),
        Command("points undo", UNDO, _undo, desk.undo),
    )


def _as_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 对象")


def _show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("who", metavar="谁", help="名字或账号")
    parser.add_argument("--last", type=int, default=20, metavar="N", help="最近几笔，默认 20")
    _as_json(parser)


def _grant(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("who", metavar="谁", help="名字或账号")
    parser.add_argument("amount", type=int, metavar="数量")
    parser.add_argument("reason", metavar="理由")
    parser.add_argument("--once", default="", metavar="标记", help="同一个标记只发一次，重跑也不会多发")


def _undo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", type=int, metavar="编号")
    parser.add_argument("reason", metavar="理由")


class Desk:
    """Does what the commands ask for, at a workplace."""

    def __init__(self, here: Workplace) -> None:
        self._here = here

    async def audit(self, arguments: argparse.Namespace) -> int:
        """The proof; 1 when something does not add up."""
        async with self._here.records(arguments.config) as records:
            proof = await prove(records, _looking)
        if arguments.json:
            print(json.dumps({**asdict(proof), "holds": proof.holds}, ensure_ascii=False))
            return int(not proof.holds)
        print(f"{proof.members} 人，{proof.entries} 笔，余额合计 {proof.balance}，{proof.seals} 个封印")
        for one in proof.broken:
            print(f"× {f'成员 {one.member_key}：' if one.member_key else ''}{one.why}")
        if proof.seal:
            print(f"最新的封印：{proof.seal}（另外记下它，以后就能证明之前的账没人动过）")
        print("账全对得上。" if proof.holds else "账对不上：第一处在最上面。")
        return int(not proof.holds)

    async def show(self, arguments: argparse.Namespace) -> int:
        """One member's account and last entries."""
        settings = self._here.settings(arguments.config)

        async def work(transaction: Transaction) -> tuple[Account, Sequence[Entry]] | str:
            member = await _find(settings, transaction, arguments.who)
            if len(member) != 1:
                return _unclear(arguments.who, member)
            key = await known_key(transaction, member[0])
            return await account_of(transaction, key), await latest(transaction, key, arguments.last)

        found = await self._here.change(arguments.config, work)
        if isinstance(found, str):
            return _complain(found)
        print(_as_text(arguments.who, *found, self._here.zone(settings)) if not arguments.json else _as_object(*found))
        return 0

    async def grant(self, arguments: argparse.Namespace) -> int:
        """Points as a gift; 1 when nobody is meant."""
        settings, now = self._here.settings(arguments.config), self._here.now()
        ledger = self._ledger(settings)
        if not 1 <= arguments.amount <= ledger.rules.largest:
            return _complain(words.TOO_MUCH.format(most=ledger.rules.largest))
        event = f"command:{arguments.once or now.isoformat()}"

        async def work(transaction: Transaction) -> str | tuple[str, Granted]:
            member = await _find(settings, transaction, arguments.who)
            if len(member) != 1:
                return _unclear(arguments.who, member)
            made = await ledger.grant(
                Outside(now, transaction), member[0], arguments.amount, source=GIVEN, event=event,
                reason=arguments.reason, judged=True, limited=False,
            )  # fmt: skip
            assert isinstance(made, Granted)
            what = f"points grant {arguments.who} {arguments.amount} {arguments.reason}"
            await record(transaction, now, _operator(), what, entry=made.entry.id)
            return arguments.who, made

        made = await self._here.change(arguments.config, work)
        if isinstance(made, str):
            return _complain(made)
        print(words.given(ledger.rules.name, *made))
        return 0

    async def undo(self, arguments: argparse.Namespace) -> int:
        """A counter-entry; 1 when there is nothing to undo."""
        settings, now = self._here.settings(arguments.config), self._here.now()
        ledger = self._ledger(settings)

        async def work(transaction: Transaction) -> Undone | Fixed:
            made = await ledger.undo(Outside(now, transaction), arguments.id, reason=arguments.reason)
            done = isinstance(made, Undone)
            what = f"points undo {arguments.id} {arguments.reason}"
            await record(
                transaction, now, _operator(), what, allowed=done, why=made.why if isinstance(made, Fixed) else ""
            )
            return made

        made = await self._here.change(arguments.config, work)
        said = words.undone(ledger.rules.name, "", made)
        if isinstance(made, Fixed):
            return _complain(said)
        print(said)
        return 0

    def _ledger(self, settings: Settings) -> Ledger:
        return Ledger(settings[POINTS], LocalDays(self._here.zone(settings), settings[POINTS].day_begins))


async def _find(settings: Settings, transaction: Transaction, name: str) -> Sequence[str]:
    ids = {person.name: person.userid for person in settings[PEOPLE]}
    return [ids[name]] if name in ids else await called(transaction, (name,))


def _unclear(name: str, found: Sequence[str]) -> str:
    return words.SEVERAL.format(name=name, ids="、".join(found)) if found else words.NOBODY.format(name=name)


def _operator() -> str:
    return f"command:{getpass.getuser()}"


def _looking(entries: int) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K已看 {entries:,} 笔", end="", file=sys.stderr, flush=True)


def _complain(said: str) -> int:
    print(said, file=sys.stderr)
    return 1


def _as_text(who: str, account: Account, entries: Sequence[Entry], zone: ZoneInfo) -> str:
    head = f"{who}（{account.member_key}）：余额 {account.balance}，累计得 {account.score}，共 {account.number} 笔"
    lines = [
        f"{entry.id:>8}  {_moment(entry.at, zone)}  {entry.amount:>+7}  {entry.source}"
        f"{f'（{entry.reason}）' if entry.reason else ''}"
        for entry in entries
    ]
    return "\n".join([head, *lines])


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _as_object(account: Account, entries: Sequence[Entry]) -> str:
    listed = [{**asdict(entry), "at": entry.at.isoformat()} for entry in entries]
    stood = {"member_key": account.member_key, "balance": account.balance, "score": account.score}
    return json.dumps({**stood, "entries": listed}, ensure_ascii=False)
