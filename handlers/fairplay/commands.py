"""`qunban points held`: what waits for people, and what became of what waited."""

import argparse
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.types.declarations import Command
from bot.types.workplace import Reading, Workplace
from handlers.directory import PEOPLE
from handlers.fairplay.settings import FAIRPLAY
from handlers.fairplay.tables import GONE, GRANTED, REFUSED, WAITS, holds, reviews
from handlers.points.members import members, unnamed
from handlers.points.tables import names

HELP = """在核对的积分：谁的、什么、为什么、证据，没人定的话什么时候自动怎样
示例：
  qunban points held
  qunban points held --all
  qunban points held --json"""
MOST = 200
STATES: Mapping[str, str] = {WAITS: "等人定", GRANTED: "已到账", REFUSED: "已驳回", GONE: "人已清除"}


def tools(here: Workplace) -> Sequence[Command]:
    """The command."""

    async def run(arguments: argparse.Namespace) -> int:
        return await _run(here, arguments)

    return (Command("points held", HELP, _arguments, run),)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="定过的也列出来")
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 列表")


async def _run(here: Workplace, arguments: argparse.Namespace) -> int:
    settings = here.settings(arguments.config)
    people = {person.userid: person.name for person in settings[PEOPLE]}
    async with here.records(arguments.config) as records:
        rows = await listed(records, people, arguments.all)
    if arguments.json:
        print(json.dumps([{**row, **_moments(row)} for row in rows], ensure_ascii=False))
        return 0
    zone, then = here.zone(settings), settings[FAIRPLAY].then
    print("\n".join(as_text(row, zone, then) for row in rows) or "没有在核对的。")
    return 0


async def listed(records: Reading, people: Mapping[str, str], everything: bool) -> Sequence[Mapping[str, Any]]:
    """What waits, or with `everything` what was ruled on, too; the newest first. `people`: names by id."""
    return [_row(row, people) for row in await records.read(_query(everything))]


def _query(everything: bool) -> sa.Select[Any]:
    query = (
        sa.select(
            holds.c.review, holds.c.member_key, members.c.id.label("member"), names.c.name, holds.c.source,
            holds.c.amount, holds.c.rule, holds.c.evidence, holds.c.at, holds.c.state, reviews.c.due_at,
            reviews.c.ruled_by,
        )
        .join_from(holds, reviews, reviews.c.id == holds.c.review)
        .outerjoin(members, members.c.member_key == holds.c.member_key)
        .outerjoin(names, names.c.member_key == holds.c.member_key)
        .order_by(holds.c.id.desc())
        .limit(MOST)
    )  # fmt: skip
    return query if everything else query.where(holds.c.state == WAITS)


def _row(row: sa.Row[Any], people: Mapping[str, str]) -> dict[str, Any]:
    known: dict[str, Any] = dict(row._mapping)
    called = people.get(row.member or "") or row.name or unnamed(row.member_key)
    return {**known, "name": called}


def _moments(row: Mapping[str, Any]) -> Mapping[str, str]:
    return {key: row[key].isoformat() for key in ("at", "due_at")}


def as_text(row: Mapping[str, Any], zone: ZoneInfo, then: str) -> str:
    """A reward that waits, or waited, in one line."""
    head = f"#{row['review']}  {_moment(row['at'], zone)}  {row['name']}  {row['source']} {row['amount']}"
    why = f"{row['rule']}：{row['evidence'].replace(chr(10), '；')}"
    if row["state"] == WAITS:
        return f"{head}  {why}  （{_moment(row['due_at'], zone)} 自动{then}）"
    by = f"，{row['ruled_by']}" if row["ruled_by"] else "，到期"
    return f"{head}  {why}  （{STATES[row['state']]}{by}）"


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
