"""`qunban groups`: groups that the bot has heard and the configuration does not name."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.cli.records import records
from bot.cli.terminal import BOLD, Paint, paint_for
from bot.store.tables import events
from bot.types.declarations import Command
from bot.types.events import Conversation

HELP = """听到过、配置里还没有名字的群，附上可以粘贴的几行
示例：
  qunban groups
  qunban groups --json

先把机器人拉进群，在群里 @ 它说一句话，它就知道这个群了。"""

HEARD = (
    sa.select(
        events.c.conversation,
        sa.func.max(events.c.received_at, type_=events.c.received_at.type).label("last"),
        sa.func.count().label("messages"),
    )
    .where(events.c.conversation.like("%|group|%"))
    .group_by(events.c.conversation)
    .limit(2000)
)


@dataclass(slots=True)
class Heard:
    """A group by its id: the doors that hear it, how much, and when last."""

    id: str
    last: datetime
    messages: int = 0
    doors: list[str] = field(default_factory=list)


def command() -> Command:
    """The groups without a name."""
    return Command("groups", HELP, _arguments, _run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="结果写成 JSON")


async def _run(arguments: argparse.Namespace) -> int:
    async with records(arguments.config) as opened:
        rows = await opened.database.read(HEARD)
        zone, named = opened.zone, opened.groups
    found = [group for group in gathered(rows) if missing(group, named)]
    if arguments.json:
        print(json.dumps([as_object(group) for group in found], ensure_ascii=False))
        return 0
    for line in described(found, named, zone, paint_for(sys.stdout)):
        print(line)
    return 0


def gathered(rows: Iterable[sa.Row[Any]]) -> Sequence[Heard]:
    """The groups of some conversations, the latest first."""
    found: dict[str, Heard] = {}
    for row in rows:
        where = Conversation.parse(row.conversation)
        group = found.setdefault(where.native, Heard(where.native, row.last))
        group.last = max(group.last, row.last)
        group.messages += row.messages
        group.doors.append(where.door)
    return sorted(found.values(), key=lambda group: group.last, reverse=True)


def missing(group: Heard, named: Mapping[str, frozenset[str]]) -> Sequence[str]:
    """The doors of a group that the configuration does not have for it; a named group without doors has them all."""
    known = named.get(group.id)
    return sorted(group.doors if known is None else set(group.doors) - known if known else ())


def as_object(group: Heard) -> dict[str, Any]:
    """A group for programs."""
    return {
        "id": group.id,
        "doors": sorted(group.doors),
        "messages": group.messages,
        "last": group.last.isoformat(),
        "toml": pasted(group),
    }


def pasted(group: Heard, number: int = 1) -> str:
    """What to paste into the configuration."""
    doors = ", ".join(json.dumps(door, ensure_ascii=False) for door in sorted(group.doors))
    lines = (
        "[[groups]]",
        f'name     = "新群{number}"',
        f"id       = {json.dumps(group.id, ensure_ascii=False)}",
        'kind     = "内部群"',
        f"doors    = [{doors}]",
    )
    return "\n".join(lines)


def described(
    found: Sequence[Heard], named: Mapping[str, frozenset[str]], zone: ZoneInfo, paint: Paint
) -> Iterator[str]:
    """The groups for a person."""
    if not found:
        yield "听到过的群都有名字了。"
        return
    yield f"有 {len(found)} 个群还没有名字，改好 name 贴进 config.toml："
    for number, group in enumerate(found, 1):
        last = group.last.astimezone(zone)
        yield ""
        yield paint(f"# {number}. 说过 {group.messages} 次话，最后一次 {last:%Y-%m-%d %H:%M}", BOLD)
        if group.id in named:
            yield f"# 这个 id 已经有名字了，但 doors 里少了 {'、'.join(missing(group, named))}"
        yield pasted(group, number)
