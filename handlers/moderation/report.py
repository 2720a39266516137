"""`qunban rules report`: how the rules do, by what staff pressed on the cards of their finds."""

import argparse
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.types.declarations import Command
from bot.types.fields import parse_duration
from bot.types.workplace import Reading, Workplace
from handlers.kb.telling import say
from handlers.moderation.records import FAULT
from handlers.moderation.tables import KEEP, OPEN, RIGHT, cases, finds, hits
from nlp.moderation.evaluation import Share
from nlp.moderation.layers import Layer

HELP = """规则准不准：按同事在卡片上点的「误判」「处理」来估，分规则、词、认法
示例：
  qunban rules report
  qunban rules report --since 7d
  qunban rules report --json

一个案件算一次，不管来了多少条。只记录的规则要有人看过才估得出：写上 sample = 5，每天抽 5 件给人看。"""
MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Line:
    """How often something was found, in how many cases, and how many of those that staff ruled on were right."""

    name: str
    finds: int
    cases: int
    right: Share

    def as_object(self) -> dict[str, Any]:
        """The line for programs; `precision` and its interval are null where nobody has ruled."""
        known = bool(self.right.all)
        return {
            "name": self.name,
            "finds": self.finds,
            "cases": self.cases,
            "ruled": self.right.all,
            "right": self.right.some,
            "precision": self.right.rate if known else None,
            "interval": list(self.right.interval) if known else None,
        }

    def __str__(self) -> str:
        head = f"{self.name}  {self.finds} 条"
        if not self.right.all:
            return f"{head}，{self.cases} 件，还没有人看过"
        low, high = self.right.interval
        wrong = self.right.all - self.right.some
        return (
            f"{head}，看过 {self.right.all} 件，误判 {wrong} 件：准确率 {self.right.rate:.2f}（{low:.2f}～{high:.2f}）"
        )


@dataclass(frozen=True, slots=True)
class Report:
    """The lines by rule, by entry and by layer, the most frequent first; and how often we could not look."""

    rules: Sequence[Line]
    words: Sequence[Line]
    layers: Sequence[Line]
    faults: int


def command(here: Workplace) -> Command:
    """The report."""

    async def run(arguments: argparse.Namespace) -> int:
        return await _run(here, arguments)

    return Command("rules report", HELP, _arguments, run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", type=parse_duration, default=KEEP, metavar="多久", help="只看最近的，如 7d、24h")
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 对象")


async def _run(here: Workplace, arguments: argparse.Namespace) -> int:
    async with here.records(arguments.config) as records:
        found = await reported(records, here.now() - arguments.since)
    if arguments.json:
        parts = {"rules": found.rules, "words": found.words, "layers": found.layers}
        say({**{name: [line.as_object() for line in lines] for name, lines in parts.items()}, "faults": found.faults})
    else:
        print("\n".join(as_text(found)))
    return 0


async def reported(records: Reading, since: datetime) -> Report:
    """What was found since a moment, and what staff said of it."""
    query = (
        sa.select(finds.c.id, finds.c.rule, finds.c.case_id, hits.c.word, hits.c.layer, cases.c.state)
        .join_from(finds, hits, hits.c.find == finds.c.id)
        .outerjoin(cases, cases.c.id == finds.c.case_id)
        .where(finds.c.at >= since, finds.c.judgement != FAULT)
    )
    rows = await records.read(query)
    faults = sa.select(sa.func.count()).select_from(finds).where(finds.c.at >= since, finds.c.judgement == FAULT)
    return Report(
        rules=_lines((row.rule, row) for row in rows),
        words=_lines((row.word, row) for row in rows),
        layers=_lines((_label(row.layer), row) for row in rows),
        faults=int((await records.read(faults))[0][0]),
    )


def _lines(named: Iterable[tuple[str, sa.Row[Any]]]) -> Sequence[Line]:
    rows: Mapping[str, list[sa.Row[Any]]] = defaultdict(list)
    for name, row in named:
        rows[name].append(row)
    lines = [_line(name, mine) for name, mine in rows.items()]
    return sorted(lines, key=lambda line: (-line.finds, line.name))


def _line(name: str, rows: Sequence[sa.Row[Any]]) -> Line:
    """A case counts once, however often it came."""
    states = {row.case_id: row.state for row in rows if row.case_id and row.state}
    ruled = [state for state in states.values() if state != OPEN]
    right = Share(sum(state == RIGHT for state in ruled), len(ruled))
    return Line(name, len({row.id for row in rows}), len(states), right)


def _label(layer: str) -> str:
    return Layer(layer).label if layer in set(Layer) else layer


def as_text(found: Report) -> Iterator[str]:
    """The report for people, in lines."""
    if not found.rules and not found.faults:
        yield "还没有记录。"
        return
    for title, lines in (("规则", found.rules), ("词", found.words), ("认法", found.layers)):
        yield f"{title}："
        yield from (f"  {line}" for line in lines[:MOST_LISTED])
        if len(lines) > MOST_LISTED:
            yield f"  还有 {len(lines) - MOST_LISTED} 个"
    if found.faults:
        yield f"有 {found.faults} 条消息检查时出错，已放行（见日志）。"
    yield "准确率按看过的案件估，括号里是 95% 区间。"
