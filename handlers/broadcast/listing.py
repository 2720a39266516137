"""`qunban schedule list`: what goes out when, and the next times."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.types.declarations import Command
from bot.types.workplace import Workplace
from handlers.broadcast.plan import Ready, announced, ready
from handlers.broadcast.records import last_of, paused_in
from handlers.kb.telling import say

HELP = """配置里有哪些定时消息，接下来几次什么时候发、发给谁；--live 再看有没有暂停、上次发了没有
示例：
  qunban schedule list
  qunban schedule list --next 5
  qunban schedule list --live --json"""
WEEKDAYS = "一二三四五六日"
AHEAD = timedelta(days=366 * 3)


def command(here: Workplace) -> Command:
    """The list."""

    async def run(arguments: argparse.Namespace) -> int:
        return await _run(here, arguments)

    return Command("schedule list", HELP, _arguments, run)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--next", type=int, default=3, metavar="几次", help="列出接下来几次，默认 3")
    parser.add_argument("--live", action="store_true", help="读机器人的记录：暂停了没有，上次怎么样")
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 对象")


async def _run(here: Workplace, arguments: argparse.Namespace) -> int:
    settings = here.settings(arguments.config)
    zone, now = here.zone(settings), here.now()
    plan = (*ready(settings), *announced(settings, here.calendar(settings)))
    paused: Sequence[str] = ()
    last: Mapping[str, tuple[datetime, str]] = {}
    if arguments.live:
        async with here.records(arguments.config) as records:
            paused, last = await paused_in(records), await last_of(records)
    found = [_about(one, now, zone, max(1, min(arguments.next, 100)), paused, last) for one in plan]
    if arguments.json:
        say({"schedule": found})
    else:
        print("\n".join(line for one in found for line in _lines(one)) or "还没有定时消息：在配置里写 [[schedule]]")
    return 0


def _about(
    one: Ready, now: datetime, zone: ZoneInfo, count: int, paused: Sequence[str],
    last: Mapping[str, tuple[datetime, str]],
) -> dict[str, Any]:  # fmt: skip
    entry = one.entry
    local = entry.zone(zone)
    due = entry.begun(now, now + AHEAD, zone, count)
    return {
        "name": entry.name,
        "when": entry.when,
        "timezone": local.key,
        "to": [target.name for target in one.targets],
        "marketing": entry.marketing,
        "paused": entry.name in paused,
        "next": [at.astimezone(local).isoformat(timespec="seconds") for at in due],
        "last": _last(last.get(entry.name), local),
    }


def _last(known: tuple[datetime, str] | None, zone: ZoneInfo) -> dict[str, str] | None:
    return {"due": known[0].astimezone(zone).isoformat(timespec="seconds"), "became": known[1]} if known else None


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    state = "（暂停中）" if found["paused"] else ""
    yield f"{found['name']}{state}：{found['when']}，发给{'、'.join(found['to']) or '（没有人）'}"
    yield "  接下来：" + ("、".join(map(_spoken, found["next"])) or "不会再发了")
    if found["last"]:
        yield f"  上次：{_spoken(found['last']['due'])}，{found['last']['became']}"


def _spoken(text: str) -> str:
    at = datetime.fromisoformat(text)
    return f"{at:%Y-%m-%d} 周{WEEKDAYS[at.weekday()]} {at:%H:%M}"
