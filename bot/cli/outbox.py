"""`qunban outbox`: what waits, what may have arrived, what will never be sent; and what to do about it."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from bot.cli.failure import Usage
from bot.cli.records import records
from bot.cli.terminal import BOLD, DIM, RED, YELLOW, Paint, paint_for, shorten, table
from bot.store.database import Database
from bot.store.tables import outbox
from bot.stuck import drop, listing, retry
from bot.types.actions import load_content, words_of
from bot.types.declarations import Command
from bot.types.events import Conversation

HELP = """看没发出去的消息，重发或放弃
示例：
  qunban outbox list                  等着的、说不准的、发不出去的
  qunban outbox list --state dead --json
  qunban outbox retry 17 18           再发一次（“说不准”的可能重复，先问问对方）
  qunban outbox drop 17               放弃

状态：等着 waiting、发送中 sending、压着 held（现在没有路）、说不准 uncertain、发不出去 dead。
可以在机器人运行时用。编号也可以写消息编号（qunban explain 里有），那条消息的都算。"""

NAMES: Mapping[str, str] = {
    "ready": "等着",
    "waiting": "等着",
    "sending": "发送中",
    "held": "压着",
    "uncertain": "说不准",
    "dead": "发不出去",
}
COLOURS: Mapping[str, int] = {"uncertain": YELLOW, "dead": RED, "held": DIM}
STUCK: Mapping[str, tuple[str, ...]] = {
    "retry": ("dead", "uncertain", "held"),
    "drop": ("waiting", "uncertain", "held", "dead"),
}
# What a person can do about each state.
CURES: Mapping[str, str] = {
    "uncertain": "说不准：可能已经送到。先问问对方：没收到就 qunban outbox retry 编号，收到了就用 drop。",
    "dead": "发不出去：按“为什么”改好以后 qunban outbox retry 编号；不用再发的用 drop。",
    "held": "压着：现在没有路，对方再说一句话就会自己发出去；不用发了就用 drop。",
}
NOT_THERE = "不能这样处理：没有这个编号，或者它的状态不合适（见 qunban outbox list）"
MOST = 200


def command() -> Command:
    """List, retry, drop."""
    return Command("outbox", HELP, _arguments, _run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("list", "retry", "drop"), metavar="list|retry|drop", help="看、重发、放弃")
    parser.add_argument("numbers", nargs="*", metavar="编号", help="retry 和 drop 要的编号，list 里有")
    parser.add_argument("--state", choices=list(NAMES), metavar="状态", help="只看一种状态")
    parser.add_argument("--json", action="store_true", help="list 的结果写成 JSON")


async def _run(arguments: argparse.Namespace) -> int:
    if arguments.what == "list":
        if arguments.numbers:
            raise Usage("list 后面不写编号；只看一种状态用 --state")
        return await _show(arguments)
    if not arguments.numbers:
        raise Usage(f"请写明编号，例如：qunban outbox {arguments.what} 17（编号见 qunban outbox list）")
    return await _change(arguments)


async def _show(arguments: argparse.Namespace) -> int:
    query = listing((arguments.state,), MOST) if arguments.state else listing(limit=MOST)
    async with records(arguments.config) as opened:
        rows = await opened.database.read(query)
    if arguments.json:
        print(json.dumps([as_object(row) for row in rows], ensure_ascii=False))
    else:
        for line in described(rows, paint_for(sys.stdout), datetime.now(UTC)):
            print(line)
    return int(any(row.state in ("uncertain", "dead") for row in rows))


async def _change(arguments: argparse.Namespace) -> int:
    change, done = (retry, "会再发一次") if arguments.what == "retry" else (drop, "已放弃")
    async with records(arguments.config) as opened:
        wanted = [(number, await _ids(opened.database, number, arguments.what)) for number in arguments.numbers]
        changed = [
            (number, await opened.database.write(partial(change, id=id, now=datetime.now(UTC))))
            for number, ids in wanted
            for id in ids or [""]
        ]
    for number, ok in changed:
        print(f"{number}  {done if ok else NOT_THERE}")
    return int(not all(ok for _, ok in changed))


async def _ids(database: Database, number: str, what: str) -> Sequence[str]:
    """The rows of a number, or those of an event that the command is meant for."""
    if number.isascii() and number.isdigit() and len(number) <= 18:
        mine = outbox.c.seq == int(number)
    else:
        mine = sa.and_(outbox.c.event == number, outbox.c.state.in_(STUCK[what]))
    return [row.id for row in await database.read(sa.select(outbox.c.id).where(mine).order_by(outbox.c.seq))]


def as_object(row: sa.Row[Any]) -> dict[str, Any]:
    """A row for programs."""
    return {
        "number": row.seq,
        "state": row.state,
        "to": row.lane,
        "text": said(row),
        "event": row.event,
        "attempts": row.attempts,
        "error": row.error,
        "created_at": row.created_at.isoformat(),
        "changed_at": row.changed_at.isoformat(),
        "id": row.id,
    }


def described(rows: Sequence[sa.Row[Any]], paint: Paint, now: datetime) -> Iterator[str]:
    """The rows for a person."""
    if not rows:
        yield "没有等着的消息，全都有了结果。"
        return
    head = ("编号", "状态", "多久了", "去哪里", "说什么", "试过", "为什么")
    cells = [
        (
            str(row.seq),
            NAMES[row.state],
            age(now - row.created_at),
            where(row.lane),
            shorten(said(row), 36),
            f"{row.attempts} 次",
            shorten(row.error, 40),
        )
        for row in rows
    ]
    top, *lines = table([head, *cells], right=(True,))
    yield paint(top, BOLD)
    for row, line in zip(rows, lines, strict=True):
        yield paint(line, COLOURS.get(row.state, 0))
    if len(rows) == MOST:
        yield f"只列出最早的 {MOST} 条。"
    cures = [cure for state, cure in CURES.items() if any(row.state == state for row in rows)]
    yield from ["", *cures] if cures else []


def age(duration: timedelta) -> str:
    """How long ago, in its largest unit."""
    seconds = max(0, int(duration.total_seconds()))
    sizes = ((86400, "天"), (3600, "小时"), (60, "分钟"))
    return next((f"{seconds // size} {unit}" for size, unit in sizes if seconds >= size), f"{seconds} 秒")


def where(key: str) -> str:
    """A conversation for people, by its key or that of a lane into it."""
    if not key:
        return "不在任何会话里"
    conversation = Conversation.parse(key.removeprefix("emit|"))
    place = "群" if conversation.place == "group" else "单聊"
    return f"{conversation.door} 的{place} {conversation.native}"


def said(row: sa.Row[Any]) -> str:
    """What a row says."""
    if row.kind == "emit":
        return "（内部事件）"
    return words_of(load_content(row.content))
