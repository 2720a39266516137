"""`qunban schedule plan`: the sendings of a week against what may be sent, with what will not go out marked."""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.types.declarations import Command
from bot.types.workplace import Workplace
from handlers.broadcast.forecast import Forecast, Past, Sending, forecast
from handlers.broadcast.records import past_of, paused_in
from handlers.kb.telling import say

HELP = """排一排接下来要发的：哪天几点、哪条、发给谁，离上限还有多少；发不出去的标出来、说明原因
示例：
  qunban schedule plan --week
  qunban schedule plan --days 14
  qunban schedule plan --week --live        把最近已经发的、暂停的也算上

有发不出去的，退出码是 1。"""
WEEKDAYS = "一二三四五六日"
MOST_DAYS = 60
MOST_LINES = 500


def command(here: Workplace) -> Command:
    """The planner."""

    async def run(arguments: argparse.Namespace) -> int:
        return await _run(here, arguments)

    return Command("schedule plan", HELP, _arguments, run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--week", action="store_true", help="七天（不写也是）")
    parser.add_argument("--days", type=int, default=7, metavar="几天", help="往后几天，最多 60")
    parser.add_argument("--live", action="store_true", help="读机器人的记录：最近发过的、暂停的")
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 对象")


async def _run(here: Workplace, arguments: argparse.Namespace) -> int:
    settings, now = here.settings(arguments.config), here.now()
    past: Past = {}
    paused: Sequence[str] = ()
    if arguments.live:
        async with here.records(arguments.config) as records:
            past, paused = await past_of(records, now - timedelta(days=8)), await paused_in(records)
    days = timedelta(days=7 if arguments.week else max(1, min(arguments.days, MOST_DAYS)))
    made = forecast(settings, here.calendar(settings), now, days, past, paused)
    if arguments.json:
        say(_as_object(made))
    else:
        print("\n".join(_as_text(made)))
    return 1 if made.conflicts else 0


def _as_object(made: Forecast) -> dict[str, Any]:
    return {
        "sendings": [
            {
                "at": one.at.astimezone(made.zone).isoformat(timespec="seconds"), "name": one.entry.name,
                "to": one.target.name, "door": one.target.to.door, "marketing": one.entry.marketing,
                "held": one.held.why if one.held else None,
            }
            for one in made.sendings
        ],
        "conflicts": len(made.conflicts),
        "paused": list(made.paused),
    }  # fmt: skip


def _as_text(made: Forecast) -> Iterator[str]:
    section = made.limits.section
    yield f"上限：一个群、一个人一天 {section.per_day} 条、7 天 {section.per_week} 条，营销最多占 " + (
        f"{section.marketing_share}%，免打扰 {section.quiet}"
    )
    if not made.sendings:
        yield "这几天没有要发的。"
    sent: Counter[tuple[str, str]] = Counter()
    day = ""
    for one in made.sendings[:MOST_LINES]:
        local = one.at.astimezone(made.zone)
        if day != (day := f"{local:%m-%d} 周{WEEKDAYS[local.weekday()]}"):
            yield f"\n{day}"
        yield f"  {_line(one, local, sent, section.per_day)}"
    if len(made.sendings) > MOST_LINES:
        yield f"  … 还有 {len(made.sendings) - MOST_LINES} 次，看 --json"
    yield from _end(made)


def _line(one: Sending, local: datetime, sent: Counter[tuple[str, str]], per_day: int) -> str:
    key = (one.target.key, f"{local:%F}")
    sent[key] += one.held is None
    mark = f"✗ {one.held.why}" if one.held else f"✓ 当天 {sent[key]}/{per_day}"
    kind = "（营销）" if one.entry.marketing else ""
    return f"{local:%H:%M}  {one.entry.name}{kind} → {one.target.name}  {mark}"


def _end(made: Forecast) -> Iterator[str]:
    if made.paused:
        yield f"\n暂停中，没有算：{'、'.join(made.paused)}"
    if made.conflicts:
        names = "、".join(dict.fromkeys(one.entry.name for one in made.conflicts))
        yield f"\n有 {len(made.conflicts)} 次发不出去（{names}）：换个时间，或改 [broadcast] 里的上限"
