"""`qunban explain`: the stored trace of a real message."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.cli.ask import second_line
from bot.cli.failure import Failure
from bot.cli.labels import label
from bot.cli.outbox import said, where
from bot.cli.records import records
from bot.cli.steps import Won, lines
from bot.cli.terminal import BOLD, Paint, columns, paint_for, shorten, table, wrap
from bot.outbox import DROPPED
from bot.store.tables import events, outbox
from bot.types.context import Tried
from bot.types.declarations import Command

HELP = """一条真实的消息为什么得到这个回答
示例：
  qunban explain aibot:ww1234:小助手:5f0c…
  qunban explain                      最近的消息和它们的编号
  qunban explain aibot:… --json"""

OUTCOMES: Mapping[str, str] = {
    "answered": "答了",
    "escalated": "转人工",
    "silent": "不说话",
    "merged": "并入别的消息",
    "stale": "来得太晚",
    "parked": "还没完",
}
STATES: Mapping[str, str] = {
    "ready": "等着",
    "waiting": "等着",
    "sending": "发送中",
    "held": "压着",
    "handed": "放进了应答",
    "uncertain": "说不准到没到",
    "dead": "发不出去",
    "done": "发出了",
}
VERDICTS: Mapping[str, str] = {"accurate": "👍 准确", "inaccurate": "👎 不准确"}
LATEST = sa.select(events).order_by(events.c.received_at.desc()).limit(20)


def command() -> Command:
    """The trace of one event, or a list of the latest."""
    return Command("explain", HELP, _arguments, _run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("event", nargs="?", metavar="消息编号", help="日志里有；不写就列出最近的消息和它们的编号")
    parser.add_argument("--json", action="store_true", help="结果写成 JSON")


async def _run(arguments: argparse.Namespace) -> int:
    from bot.app import thumbs

    async with records(arguments.config) as opened:
        if arguments.event is None:
            return _list(await opened.database.read(LATEST), opened.zone, arguments.json)
        found = await opened.database.read(sa.select(events).where(events.c.id == arguments.event))
        if not found:
            raise Failure(f"没有编号为 {arguments.event} 的消息（最近的消息：qunban explain）")
        sent = await opened.database.read(sent_for(arguments.event))
        rated = await opened.database.read(thumbs(arguments.event))
        return _tell(found[0], sent, rated, opened.zone, arguments.json)


def _list(rows: Sequence[sa.Row[Any]], zone: ZoneInfo, as_json: bool) -> int:
    if as_json:
        print(json.dumps([summary(row) for row in rows], ensure_ascii=False))
        return 0
    if not rows:
        print("还没有消息。")
    for line in table(_brief(row, zone) for row in rows):
        print(line)
    return 0


def _brief(row: sa.Row[Any], zone: ZoneInfo) -> tuple[str, ...]:
    return moment(row.received_at, zone), OUTCOMES.get(row.outcome, row.outcome), shorten(row.text, 30), row.id


def _tell(
    row: sa.Row[Any], sent: Sequence[sa.Row[Any]], rated: Sequence[sa.Row[Any]], zone: ZoneInfo, as_json: bool
) -> int:
    if as_json:
        rows = [{"state": one.state, "text": said(one)} for one in sent]
        ratings = [{"verdict": one.verdict, "content": one.content} for one in rated]
        whole = summary(row) | {"trace": json.loads(row.trace), "sent": rows, "ratings": ratings}
        print(json.dumps(whole, ensure_ascii=False))
        return 0
    for line in described(row, sent, zone, paint_for(sys.stdout), rated):
        print(line)
    return 0


def summary(row: sa.Row[Any]) -> dict[str, Any]:
    """An event's record for programs."""
    return {
        "event": row.id,
        "at": row.at.isoformat(),
        "conversation": row.conversation,
        "member": row.member_key,
        "topic": row.topic,
        "text": row.text,
        "outcome": row.outcome,
        "handler": row.handler,
        "reason": row.reason,
    }


def sent_for(event: str) -> sa.Select[Any]:
    """What an event made the bot say, in order."""
    return sa.select(outbox).where(outbox.c.event == event).order_by(outbox.c.seq)


def described(
    row: sa.Row[Any], sent: Sequence[sa.Row[Any]], zone: ZoneInfo, paint: Paint, rated: Sequence[sa.Row[Any]] = ()
) -> Iterator[str]:
    """An event's record for a person."""
    size, trace = columns() - 6, json.loads(row.trace)
    rule = f"，规则“{trace['rule']}”" if trace.get("rule") else ""
    score = f"，把握 {trace['score']:.2f}" if trace.get("score") is not None else ""
    yield from _entry("消息", row.id, size, paint)
    yield from _entry("何时", f"{moment(row.at, zone)}，{took(row.decided_at, row.received_at)}后有了结果", size, paint)
    yield from _entry("哪里", where(row.conversation), size, paint)
    yield from _entry("谁说", f"{row.member_key}：{row.text or '（没有文字）'}", size, paint)
    who = trace.get("into") or label(row.handler or "没有功能接")
    yield from _entry("结果", f"{OUTCOMES.get(row.outcome, row.outcome)}，{who}{rule}{score}", size, paint)
    yield from _entry("原因", row.reason or "没有写明", size, paint)
    steps = [Tried(**one) for one in trace.get("tried", ())]
    won = Won.of(steps, row.handler, trace.get("rule", ""), trace.get("score"), row.reason)
    if second := second_line(steps, won):
        yield from _entry("其次", second, size, paint)
    for one in sent:
        yield from _entry("发出", f"{said(one)}（{state_of(one)}，{where(one.lane)}）", size, paint)
    for one in rated:
        yield from _entry("评价", "：".join(filter(None, (VERDICTS.get(one.verdict), one.content))), size, paint)
    yield from _entry("配置", trace.get("config", ""), size, paint)
    yield ""
    yield from lines(steps, won, paint, size + 6)


def _entry(name: str, text: str, size: int, paint: Paint) -> Iterator[str]:
    for number, line in enumerate(wrap(text, size)):
        yield (paint(name, BOLD) if number == 0 else "    ") + "  " + line


def moment(at: datetime, zone: ZoneInfo) -> str:
    """A time for people."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def took(end: datetime, begin: datetime) -> str:
    """How long something took."""
    seconds = (end - begin).total_seconds()
    return f"{seconds * 1000:.0f} 毫秒" if seconds < 1 else f"{seconds:.1f} 秒"


def state_of(row: sa.Row[Any]) -> str:
    """What became of something to be sent."""
    return "已放弃" if row.error == DROPPED else STATES.get(row.state, row.state)
