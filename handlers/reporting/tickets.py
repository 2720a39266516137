"""`qunban desk list` and `qunban desk show`: tickets, and all that is written down of one."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.types.declarations import Command
from bot.types.workplace import Reading, Workplace
from handlers.audit import audit
from handlers.desk.tables import CLOSED, messages, tickets
from handlers.kb.telling import complain, say
from handlers.reporting.wording import aligned

LIST = """工单：谁的、在谁手上、什么状态，没结束的先列
示例：
  qunban desk list
  qunban desk list --all
  qunban desk list --team 售后组 --json"""
SHOW = """一张工单的全部：状态、时间、说过的话、谁做了什么
示例：
  qunban desk show 12
  qunban desk show 12 --json"""
MOST = 100
STATES: Mapping[str, str] = {
    "queued": "排队", "assigned": "等人接", "owned": "服务中", "waiting": "等客户", "resolved": "已解决",
    "closed": "结束",
}  # fmt: skip
SIDES: Mapping[str, str] = {"customer": "客户", "staff": "客服", "known": "已知", "note": "备注", "bot": "机器人"}
ENDS: Mapping[str, str] = {
    "staff": "客服结束",
    "customer": "客户结束",
    "idle": "久无消息",
    "timeout": "没人接",
    "dismissed": "直接关闭",
}
TIMES: Mapping[str, str] = {
    "opened_at": "开始", "taken_at": "接单", "answered_at": "首次回复", "resolved_at": "办完", "closed_at": "结束",
    "clock_at": "下次响铃",
}  # fmt: skip


def commands(here: Workplace) -> Sequence[Command]:
    """The two commands."""

    async def listing(arguments: argparse.Namespace) -> int:
        return await _list(here, arguments)

    async def showing(arguments: argparse.Namespace) -> int:
        return await _show(here, arguments)

    return Command("desk list", LIST, _for_list, listing), Command("desk show", SHOW, _for_show, showing)


def _for_list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help=f"结束了的也列，最新的 {MOST} 张")
    parser.add_argument("--team", default="", metavar="小组", help="只看一个小组")
    parser.add_argument("--json", action="store_true", help="结果写成 JSON")


def _for_show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", metavar="编号", help="工单的编号，如 12 或 #12")
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 对象")


async def _list(here: Workplace, arguments: argparse.Namespace) -> int:
    wanted = [] if arguments.all else [tickets.c.state != CLOSED]
    wanted += [tickets.c.team == arguments.team] if arguments.team else []
    zone = here.zone(here.settings(arguments.config))
    async with here.records(arguments.config) as records:
        rows = await records.read(sa.select(tickets).where(*wanted).order_by(tickets.c.id.desc()).limit(MOST))
    if arguments.json:
        say([_object(row) for row in rows])
    else:
        print("\n".join(_listed(rows, zone)))
    return 0


async def _show(here: Workplace, arguments: argparse.Namespace) -> int:
    number = arguments.number.removeprefix("#")
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        return complain(f"编号是一个数，如 12；看不懂“{arguments.number}”（编号见 qunban desk list --all）")
    zone = here.zone(here.settings(arguments.config))
    async with here.records(arguments.config) as records:
        row, said, done = await _all_of(records, int(number))
    if row is None:
        return complain(f"没有 #{number} 这张工单（编号见 qunban desk list --all）")
    if arguments.json:
        spoken = [{"at": one.at.isoformat(), "side": one.side, "text": one.body} for one in said]
        acts = [{"at": one.at.isoformat(), **_act(one)} for one in done]
        say({**_object(row), "said": spoken, "done": acts})
    else:
        print("\n".join(_described(row, said, done, zone)))
    return 0


async def _all_of(
    records: Reading, number: int
) -> tuple["sa.Row[Any] | None", Sequence["sa.Row[Any]"], Sequence["sa.Row[Any]"]]:
    """The ticket, what was said in it, and what was done about it."""
    rows = await records.read(sa.select(tickets).where(tickets.c.id == number))
    said = await records.read(sa.select(messages).where(messages.c.ticket == number).order_by(messages.c.id))
    done = await records.read(sa.select(audit).where(audit.c.ticket == number).order_by(audit.c.id))
    return (rows[0] if rows else None), said, done


def _listed(rows: Sequence["sa.Row[Any]"], zone: ZoneInfo) -> Iterator[str]:
    if not rows:
        yield "没有工单。"
        return
    heads = ("编号", "状态", "小组", "客户", "在谁手上", "原因", "开始", "下次响铃")
    cells = [
        (
            f"#{row.id}", STATES.get(row.state, row.state), row.team, row.name or row.member, row.owner, row.reason,
            _moment(row.opened_at, zone), _moment(row.clock_at, zone),
        )
        for row in rows
    ]  # fmt: skip
    yield from aligned([heads, *cells])
    if len(rows) == MOST:
        yield f"只列最新的 {MOST} 张。"


def _described(
    row: "sa.Row[Any]", said: Sequence["sa.Row[Any]"], done: Sequence["sa.Row[Any]"], zone: ZoneInfo
) -> Iterator[str]:
    yield f"#{row.id} {row.name or row.member}  {STATES.get(row.state, row.state)}"
    known = {
        "小组": row.team, "来自": row.group_name, "原因": row.reason, "心情": row.mood, "在谁手上": row.owner,
        "以前是": row.last_owner, "怎么结束": ENDS.get(row.ended, row.ended), "谁结束的": row.ended_by,
        "重开": f"{row.reopened} 次" if row.reopened else "", "评分": "" if row.score is None else str(row.score),
        **{name: _moment(getattr(row, key), zone) for key, name in TIMES.items()},
    }  # fmt: skip
    yield from (f"  {name}：{value}" for name, value in known.items() if value)
    lines = [(one.at, f"{SIDES.get(one.side, one.side)}：{one.body}") for one in said]
    lines += [(one.at, f"〔{_acted(one)}〕") for one in done]
    if lines:
        yield ""
    for at, line in sorted(lines, key=lambda one: one[0]):
        yield f"{_moment(at, zone)}  {line}"


def _acted(row: "sa.Row[Any]") -> str:
    refused = "" if row.allowed else "被拒绝"
    return "，".join(filter(None, [f"{row.who} {row.what}", refused, row.why]))


def _act(row: "sa.Row[Any]") -> Mapping[str, Any]:
    return {"who": row.who, "what": row.what, "allowed": row.allowed, "why": row.why}


def _object(row: "sa.Row[Any]") -> Mapping[str, Any]:
    plain = ("team", "name", "member", "group_name", "reason", "state", "owner", "level", "score", "reopened", "ended")
    times = {name: at.isoformat() if (at := getattr(row, name)) else None for name in TIMES}
    return {"number": row.id, **{name: getattr(row, name) for name in plain}, **times}


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%m-%d %H:%M}" if at else ""
