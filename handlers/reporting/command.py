"""`qunban desk report`: how the desk did."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from pathlib import Path

from bot.types.declarations import Command, Settings
from bot.types.events import Conversation
from bot.types.ports import Timer, Transaction
from bot.types.workplace import Workplace
from handlers.directory import TEAMS
from handlers.drawing import NoTypeface, typeface_of
from handlers.kb.telling import complain, say
from handlers.reporting.gathering import Gathering
from handlers.reporting.period import Period
from handlers.reporting.picture import draw
from handlers.reporting.wording import as_object, as_text

ORDER = "reports.order"
HELP = """客服做得怎么样：响应、解决、评分、机器人办成多少；可以画成图、发给管理员
示例：
  qunban desk report                          最近七天（到昨天）
  qunban desk report --week 2026-W47
  qunban desk report --from 2026-11-01 --to 2026-11-30 --team 售后组
  qunban desk report --image 周报.png          画成一张手机上好读的图
  qunban desk report --post                   让正在运行的机器人发给管理员（或听提醒的群）

有总数，也分小组、日期、钟点和原因。每周自动发：config.toml 里写 [desk] report = "周一 09:00"。"""


def command(here: Workplace) -> Command:
    """The report."""

    async def run(arguments: argparse.Namespace) -> int:
        return await _run(here, arguments)

    return Command("desk report", HELP, _arguments, run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--week", metavar="周", help="哪一周，如 2026-W47")
    parser.add_argument("--from", dest="first", type=_day, metavar="日期", help="从哪一天，如 2026-11-16")
    parser.add_argument("--to", dest="last", type=_day, metavar="日期", help="到哪一天（含）")
    parser.add_argument("--team", default="", metavar="小组", help="只看一个小组")
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 对象，时长以秒计")
    parser.add_argument("--image", type=Path, metavar="文件", help="再画成一张图（PNG）")
    parser.add_argument("--post", action="store_true", help="让机器人发给管理员，连图一起")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"看不懂“{text}”，日期写成 2026-11-16") from None


async def _run(here: Workplace, arguments: argparse.Namespace) -> int:
    settings = here.settings(arguments.config)
    try:
        period = _period(here, settings, arguments)
        _known(settings, arguments.team)
    except ValueError as error:
        return complain(str(error))
    if arguments.post:
        await here.change(arguments.config, _ordering(period, arguments.team, here.now()))
        print(f"已交给机器人：{period.title}的报表。它开着的话马上就发，一小时内没开就不发了。", file=sys.stderr)
        return 0
    return await _show(here, settings, period, arguments)


def _ordering(period: Period, team: str, now: datetime) -> Callable[[Transaction], Awaitable[None]]:
    """What has the running bot send the report: a timer that is due at once."""
    data = {"from": period.first.isoformat(), "to": period.last.isoformat(), "team": team}
    where = Conversation("orders", "direct", ORDER)
    timer = Timer(id=f"{ORDER}:{now.isoformat()}", name=ORDER, conversation=where, due=now, data=data)
    return lambda transaction: transaction.set_timer(timer)


async def _show(here: Workplace, settings: Settings, period: Period, arguments: argparse.Namespace) -> int:
    gathering = Gathering.of(settings, here.calendar(settings))
    async with here.records(arguments.config) as records:
        found = await gathering.summary(records.read, period, here.now(), arguments.team)
    if arguments.json:
        say(as_object(found))
    else:
        print("\n".join(as_text(found)))
    if arguments.image is None:
        return 0
    try:
        promised = gathering.promised(arguments.team)
        png = await asyncio.to_thread(lambda: draw(found, typeface_of(settings), promised))
        arguments.image.write_bytes(png)
    except (NoTypeface, OSError) as error:
        return complain(f"图没有画成：{error}")
    print(f"图在 {arguments.image}", file=sys.stderr)
    return 0


def _period(here: Workplace, settings: Settings, arguments: argparse.Namespace) -> Period:
    """The days that were asked for; ValueError (Chinese) when they make no sense."""
    zone, now = here.zone(settings), here.now()
    if arguments.week and (arguments.first or arguments.last):
        raise ValueError("--week 和 --from、--to 只写一种")
    if arguments.week:
        return Period.week(arguments.week, zone)
    if arguments.first or arguments.last:
        today = now.astimezone(zone).date()
        last = arguments.last or max(today, arguments.first)
        return Period.between(arguments.first or last, last, zone)
    return Period.week_before(now, zone)


def _known(settings: Settings, team: str) -> None:
    names = [one.name for one in settings[TEAMS]]
    if team and team not in names:
        raise ValueError(f"没有叫“{team}”的小组；[[teams]] 里现有：{'、'.join(names) or '一个都还没有写'}")
