"""`qunban schedule preview`: what a part of the schedule will say, to whom, through which door."""

import argparse
import difflib
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.types.actions import words_of
from bot.types.declarations import Command, Settings
from bot.types.workplace import Workplace
from handlers.broadcast.plan import Ready, announced, ready
from handlers.broadcast.settings import BOT
from handlers.kb.telling import complain
from handlers.screen import SCREENING, screen_of

HELP = """一条定时消息会说什么、发给谁、从哪个入口发；几种说法都列出来，不能说的词也标出来
示例：
  qunban schedule preview 早安打卡提醒"""
MOST_TARGETS = 20


def command(here: Workplace) -> Command:
    """The preview."""

    async def run(arguments: argparse.Namespace) -> int:
        return _run(here, arguments)

    return Command("schedule preview", HELP, _arguments, run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="名字", help="[[schedule]] 里的 name")


def _run(here: Workplace, arguments: argparse.Namespace) -> int:
    settings = here.settings(arguments.config)
    ahead = (*ready(settings), *announced(settings, here.calendar(settings)))
    plan = {one.entry.name: one for one in ahead}
    found = plan.get(arguments.name)
    if found is None:
        near = difflib.get_close_matches(arguments.name, plan, 1, 0.4)
        hint = f"，是“{near[0]}”吗？" if near else f"；现有：{'、'.join(plan) or '一条也没有'}"
        return complain(f"没有叫“{arguments.name}”的定时{hint}")
    print("\n".join(_lines(found, settings, here.zone(settings), here.now())))
    return 0


def _lines(found: Ready, settings: Settings, usual: ZoneInfo, now: datetime) -> Iterator[str]:
    entry = found.entry
    zone, due = entry.zone(usual), entry.following(now, usual)
    moment = due or now
    yield f"{entry.name}：{entry.when}" + (f"，下次 {due.astimezone(zone):%Y-%m-%d %H:%M}" if due else "，不会再发了")
    screen = screen_of(settings[SCREENING], timezone=settings[BOT].timezone)
    yield f"发给 {len(found.targets)} 处："
    yield from (f"  · {one.name}（{one.to.door}）" for one in found.targets[:MOST_TARGETS])
    if not found.targets:
        return
    for number in range(len(entry.send)):
        said = found.words(number, found.targets[0], moment, zone)
        word = screen(said)
        yield f"说法 {number + 1}：" if len(entry.send) > 1 else "会说："
        yield from (f"  {line}" for line in said.splitlines())
        if word:
            yield f"  ✗ 含有 [screening] 里不能说的“{word}”，会换成 instead"
    yield from (f"随后：［文件］{path.name}" for files in entry.attach for path in files.paths())
    if entry.link:
        yield f"随后：{words_of(entry.link.content)}"
