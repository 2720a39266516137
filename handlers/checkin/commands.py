"""`qunban campaign show`: how everybody stands in a campaign, and who has finished."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.types.declarations import Command, Settings
from bot.types.ports import Services, Transaction
from bot.types.workplace import Workplace
from handlers.checkin import words
from handlers.checkin.campaigns import Run, runs_of
from handlers.checkin.lists import Standings, standings
from handlers.checkin.records import pause_of
from handlers.directory import Roster
from handlers.points.within import Outside

SHOW = """一个打卡活动进行得怎么样：每个人打了几天、连续几天、漏了哪些，谁完成了
示例：
  qunban campaign show 21天护肤打卡
  qunban campaign show 21天护肤打卡 --json"""


def tools(here: Workplace) -> Sequence[Command]:
    """The commands of `qunban campaign`."""

    async def run(arguments: argparse.Namespace) -> int:
        return await _show(here, arguments)

    return (Command("campaign show", SHOW, _arguments, run),)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="名字", help="[[campaigns]] 里的 name")
    parser.add_argument("--json", action="store_true", help="结果写成一个 JSON 对象")


async def _show(here: Workplace, arguments: argparse.Namespace) -> int:
    settings, now = here.settings(arguments.config), here.now()
    runs = _runs(here, settings)
    run = next((one for one in runs if one.name == arguments.name), None)
    if run is None:
        known = "、".join(one.name for one in runs) or "一个也没有"
        print(f"没有叫“{arguments.name}”的打卡活动；现有：{known}", file=sys.stderr)
        return 1

    async def work(transaction: Transaction) -> tuple[Standings, bool]:
        found = await standings(run, Outside(now, transaction), Roster.of(settings), run.course.local.of(now))
        return found, await pause_of(transaction, run.name) is not None

    found, is_paused = await here.change(arguments.config, work)
    made = _as_object(found, "暂停中" if is_paused else _state(run, now))
    print(json.dumps(made, ensure_ascii=False) if arguments.json else "\n".join(_as_text(made)))
    return 0


def _state(run: Run, now: datetime) -> str:
    if run.is_on(now):
        return "进行中"
    return "结束了" if run.course.is_over(now) else "还没开始"


def _runs(here: Workplace, settings: Settings) -> Sequence[Run]:
    return runs_of(settings, Services(Roster.of(settings), here.calendar(settings)))


def _as_object(found: Standings, state: str) -> dict[str, Any]:
    finishers = found.finishers()
    order = sorted(found.of, key=lambda who: (-found.of[who].total, found.names[who.key]))
    return {
        "name": found.run.name,
        "from": found.run.campaign.since.isoformat(),
        "until": found.run.campaign.until.isoformat(),
        "state": state,
        "days": len(found.run.course.days),
        "needed": found.wanted,
        "members": [
            {
                "name": found.names[who.key], "id": who.id, "days": stand.total, "streak": stand.streak,
                "longest": stand.longest, "missed": [day.isoformat() for day in stand.missed],
                "team": found.run.team_of(who.id, who.team), "finished": who in finishers,
            }
            for who in order for stand in (found.of[who],)
        ],
        "teams": dict(found.teams()),
    }  # fmt: skip


def _as_text(made: Mapping[str, Any]) -> Iterator[str]:
    finished = sum(one["finished"] for one in made["members"])
    yield f"{made['name']}：{made['from']} 到 {made['until']}，{made['days']} 天，{made['state']}"
    yield f"{len(made['members'])} 人参加，{finished} 人完成（打卡满 {made['needed']} 天）"
    if made["teams"]:
        yield words.team_totals(list(made["teams"].items()))
    for one in made["members"]:
        missed = words.days_name([date.fromisoformat(day) for day in one["missed"]])
        mark = "✓" if one["finished"] else " "
        yield (
            f"{mark} {one['name']}  打卡 {one['days']} 天，连续 {one['streak']}，最长 {one['longest']}"
            + (f"，{one['team']}" if one["team"] else "") + (f"，漏了 {missed}" if missed else "")
        )  # fmt: skip
