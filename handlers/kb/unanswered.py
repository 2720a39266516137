"""`qunban kb gaps`: what people asked and nobody could answer, the same question counted as one."""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.types.declarations import Command, Settings
from bot.types.fields import parse_duration
from bot.types.workplace import Reading, Workplace
from handlers.desk.answers import Proposal, Said, said_since
from handlers.gaps import KEEP, UNTAKEN, gaps
from handlers.kb.opening import Opened, opened
from handlers.kb.telling import progress, say
from handlers.understand import FAQ
from knowledge.decision import Verdict
from knowledge.gaps import Asked, Cluster, clusters, plainly

HELP = """没答上来的问题：问得最多的排前面，换了说法的算一个
示例：
  qunban kb gaps
  qunban kb gaps --since 7d
  qunban kb gaps --json

包括没人选的选项。补进问答库：qunban kb accept 编号；补好的不再列出来。"""
# Enough for months of a busy community; older ones are left out.
MOST = 10_000
QUOTED = 3


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is asked and not answered, with what a person answered, where one did."""

    cluster: Cluster
    recent: Sequence[Asked]
    proposal: Proposal | None

    @property
    def untaken(self) -> int:
        """How often it was a choice that nobody took."""
        return sum(one.kind == UNTAKEN for one in self.recent)


def command(here: Workplace) -> Command:
    """The list of the gaps."""

    async def run(arguments: argparse.Namespace) -> int:
        return await _run(here, arguments)

    return Command("kb gaps", HELP, _arguments, run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", type=parse_duration, default=KEEP, metavar="多久", help="只看最近的，如 7d、24h")
    parser.add_argument("--limit", type=int, default=20, metavar="个数", help="最多列几个，默认 20")
    parser.add_argument("--json", action="store_true", help="结果写成 JSON")


async def _run(here: Workplace, arguments: argparse.Namespace) -> int:
    settings = here.settings(arguments.config)
    asked, said = await remembered(here, arguments.config, settings)
    base = await asyncio.to_thread(opened, settings, here.machine(progress()))
    found = await asyncio.to_thread(open_gaps, asked, said, base, here.now() - arguments.since)
    zone = here.zone(settings)
    if arguments.json:
        say([as_object(gap) for gap in found[: arguments.limit]])
    else:
        print("\n".join(_as_text(found, arguments.limit, zone, base)))
    return 0


async def remembered(here: Workplace, config: str, settings: Settings) -> tuple[Sequence[Asked], Said]:
    """The gaps on record, in order, and what people answered. A choice that is still open is no gap yet."""
    async with here.records(config) as records:
        asked = await _asked(records)
        said = await records.read(said_since(here.now() - KEEP))
    open_since = here.now() - settings[FAQ].wait
    return [one for one in asked if one.kind != UNTAKEN or one.at < open_since], Said(tuple(reversed(said)))


async def _asked(records: Reading) -> Sequence[Asked]:
    rows = await records.read(sa.select(gaps).order_by(gaps.c.id.desc()).limit(MOST))
    return [Asked(row.id, row.text, row.at, row.kind, row.group_name, row.thread) for row in reversed(rows)]


def gathered(asked: Sequence[Asked], base: Opened) -> Sequence[Cluster]:
    """The gaps as clusters, the largest first."""
    texts = [plainly(one.text) for one in asked]
    places = {text: at for at, text in enumerate(dict.fromkeys(texts))}
    vectors = base.encode(list(places))
    return clusters(asked, vectors[[places[text] for text in texts]], base.threshold)


def is_closed(cluster: Cluster, base: Opened) -> bool:
    """Whether the base answers by now what was asked most."""
    decision = base.base.decider.decide(base.base.ranker.search(cluster.texts[0]))
    return decision.verdict is Verdict.ANSWER


def proposed(cluster: Cluster, said: Said) -> Proposal | None:
    """The last answer that a person gave to one of these."""
    answers = (said.after(one.thread, one.at) for one in reversed(cluster.asked))
    return next((answer for answer in answers if answer), None)


def open_gaps(asked: Sequence[Asked], said: Said, base: Opened, since: datetime) -> Sequence[Gap]:
    """What was asked since a moment and is not answered yet, the most frequent first."""
    found = []
    for cluster in gathered(asked, base):
        recent = [one for one in cluster.asked if one.at >= since]
        if recent and not is_closed(cluster, base):
            found.append(Gap(cluster, recent, proposed(cluster, said)))
    return sorted(found, key=lambda gap: (-len(gap.recent), gap.cluster.id))


def as_object(gap: Gap) -> dict[str, Any]:
    """A gap for programs."""
    return {
        "id": gap.cluster.id,
        "question": gap.cluster.texts[0],
        "count": len(gap.recent),
        "untaken": gap.untaken,
        "wordings": list(gap.cluster.texts),
        "groups": {name: count for name, count in gap.cluster.groups.items() if name},
        "first": gap.cluster.asked[0].at.isoformat(),
        "last": gap.cluster.asked[-1].at.isoformat(),
        "proposed": gap.proposal.answer if gap.proposal else None,
    }


def _as_text(found: Sequence[Gap], limit: int, zone: ZoneInfo, base: Opened) -> Iterator[str]:
    if not found:
        yield "没有答不上来的问题。"
        return
    for gap in found[:limit]:
        yield from _described(gap, zone)
    more = f"，列出前 {limit} 个" if len(found) > limit else ""
    yield f"共 {len(found)} 个没答上来的问题{more}（比的是{base.by}）。补进问答库：qunban kb accept 编号"


def _described(gap: Gap, zone: ZoneInfo) -> Iterator[str]:
    cluster = gap.cluster
    untaken = f"，其中 {gap.untaken} 次给了选项没人选" if gap.untaken else ""
    yield f"#{cluster.id}  {cluster.texts[0]}  问过 {len(gap.recent)} 次{untaken}"
    others = cluster.texts[1 : 1 + QUOTED]
    if others:
        more = f" 等 {len(cluster.texts)} 种" if len(cluster.texts) > 1 + QUOTED else ""
        yield f"    还问：{'、'.join(f'「{text}」' for text in others)}{more}"
    groups = "、".join(name for name in cluster.groups if name)
    first, last = (one.at.astimezone(zone) for one in (cluster.asked[0], cluster.asked[-1]))
    yield f"    {first:%m-%d} 到 {last:%m-%d %H:%M}" + (f"，{groups}" if groups else "")
    if gap.proposal:
        yield f"    有人答过：{' '.join(gap.proposal.answer.split())[:60]}"
    yield ""
