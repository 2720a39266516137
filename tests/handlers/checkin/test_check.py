"""What `check` says of campaigns, and what commands show of them."""

import argparse
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.config import Config, ConfigError
from bot.store.connection import Connection
from bot.store.database import Database
from bot.transaction import EventTransaction
from bot.types.declarations import Command
from bot.types.ports import Services
from handlers.broadcast.ahead import Ahead
from handlers.broadcast.forecast import forecast
from handlers.broadcast.listing import command as listing
from handlers.checkin import CAPABILITY
from handlers.checkin.campaigns import runs_of
from handlers.checkin.clock import due
from handlers.checkin.commands import tools
from handlers.checkin.settings import CAMPAIGNS
from handlers.directory import Roster
from scheduler.calendar import WorkCalendar
from tests.handlers.checkin.place import DOORS, PLACE, app, call, campaign, say, tick
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import START, read

ZONE = ZoneInfo("Asia/Shanghai")
CUSTOMERS = '[[groups]]\nname = "客户"\nid = "wr9"\nkind = "客户群"\n'
PUSHED = '[[groups]]\nname = "推送群"\nid = "wr8"\ndoors = ["webhook:推送"]\n'
CLOSED = '[[groups]]\nname = "问答群"\nid = "wr7"\ndoors = ["aibot:小助手"]\nfeatures = ["faq"]\n'
WEBHOOK_ONLY = DOORS[: DOORS.index("[[channels]]")] + '[[channels]]\nkind = "webhook"\nname = "推送"\nkey = "env:D"\n'


@dataclass(frozen=True)
class Standing:
    """A clock that stands."""

    def now(self) -> datetime:
        return START


def configured(tmp_path: Path, toml: str) -> Config:
    path = tmp_path / "config.toml"
    path.write_text(toml, encoding="utf-8")
    return read(path)


def problems(tmp_path: Path, toml: str) -> list[tuple[str, str]]:
    try:
        config = configured(tmp_path, toml)
    except ConfigError as error:
        return [(one.key, one.message) for one in error.errors]
    return [(one.key, one.message) for one in config.warnings if "campaigns" in one.key]


FAULTS = [
    ("", campaign(days="from = 2026-12-01\nuntil = 2026-11-30"), "campaigns[0]", "until 在 from 之前"),
    ("", campaign(days="from = 2026-12-01\nuntil = 2028-11-30"), "campaigns[0]", "最长 366 天"),
    ("", campaign(days='from = "明天"\nuntil = 2026-11-30'), "campaigns[0].from", ""),
    ("", campaign("finish_days = 6"), "campaigns[0]", "谁也完不成"),
    ("", campaign('proof = "视频"'), "campaigns[0].proof", "图片"),
    ("", campaign('hours = "早上"'), "campaigns[0].hours", "时间段"),
    ("", campaign('remind = "八点"'), "campaigns[0].remind", "几点几分"),
    ("", campaign('makeup_within = "90d"'), "campaigns[0].makeup_within", '"1d" 到 "31d"'),
    ("", campaign("streak = { 1 = 5 }"), "campaigns[0].streak", "2"),
    ("", campaign('groups = ["没有"]'), "campaigns[0].groups", "没有叫“没有”的群"),
    ("", campaign('members = ["没有"]'), "campaigns[0].members", "没有叫“没有”的人"),
    ("", campaign('roles = ["没有"]'), "campaigns[0].roles", "没有叫“没有”的角色"),
    ("", campaign('managers = ["没有"]'), "campaigns[0].managers", "没有叫“没有”的角色"),
    ("", campaign('teams = { "红队" = ["没有"] }'), "campaigns[0].teams.红队", "没有叫“没有”的人"),
    ("", campaign('teams = { "红队" = ["小林"], "蓝队" = ["小林"] }'), "campaigns[0].teams.蓝队", "只能在一个队"),
    ("", campaign('members = ["小满"]\nteams = { "红队" = ["小林"] }'), "campaigns[0].teams.红队", "不在这个活动里"),
    ("", campaign('remind_say = "{nick}，打卡"'), "campaigns[0].remind_say", "nickname"),
    ("", campaign() + campaign(), "campaigns[1].name", "名字重复了"),
    (CUSTOMERS, campaign('groups = ["客户"]'), "campaigns[0].groups", "请客户在微信客服（kf）里一对一打卡"),
    (PUSHED, campaign('groups = ["推送群"]'), "campaigns[0].groups", "没有听得到话的入口，打不了卡"),
    (CLOSED, campaign('groups = ["问答群"]'), "campaigns[0].groups", 'features 里没有 "checkin"'),
    ("", campaign('groups = ["别的群"]'), "campaigns[0].groups", "完成名单发不到群里"),
    ("", campaign('hours = "06:00-19:00"\nremind = "20:00"'), "campaigns[0].remind", "到时候打不了卡"),
    ("", campaign('hours = "20:00-02:00"'), "campaigns[0].hours", "跨过了一天的开始"),
    ("", campaign('hours = "06:00-22:00"\nreport = "22:05"'), "campaigns[0].report", "写成 22:10 或更晚"),
    ("", campaign('hours = "06:00-12:00, 工作日 14:00-22:00"\nreport = "12:05"'), "campaigns[0].report", "12:10"),
    (
        "",
        campaign('report = "00:05"'),
        "campaigns[0].report",
        "还报不了，报的是再前一天；写成 00:10 或更晚",
    ),
    (
        '[bot]\nstale_after = "1h"\n',
        campaign('hours = "06:00-20:00"\nreport = "20:59"'),
        "campaigns[0].report",
        "写成 21:00 或更晚",
    ),
    ("", campaign('groups = ["内测群"]\nreport = "22:30"'), "campaigns[0].report", "免打扰时段（22:00-08:00）"),
    ("", campaign("card_cost = 5"), "campaigns[0].card_cost", "没有写 cards"),
    ("", campaign("streak = { 9 = 5 }"), "campaigns[0].streak", "谁也到不了"),
]


@pytest.mark.parametrize(("place", "written", "key", "told"), FAULTS)
def test_what_would_not_work_is_told_with_its_cure(
    place: str, written: str, key: str, told: str, tmp_path: Path
) -> None:
    found = problems(tmp_path, PLACE + place + written)
    assert any(at.startswith(key) and told in message for at, message in found), found


def test_without_points_there_are_no_rewards_and_without_a_door_nothing(tmp_path: Path) -> None:
    found = problems(tmp_path, DOORS + campaign("points = 5"))
    assert any("请加上 [points]" in message for _, message in found), found
    found = problems(tmp_path, WEBHOOK_ONLY + campaign('remind = "20:00"'))
    assert any("谁也打不了卡" in message for _, message in found), found
    assert any(key == "campaigns[0].remind" and "提醒发不出去" in message for key, message in found), found


def test_what_is_right_is_not_complained_of(tmp_path: Path) -> None:
    good = campaign('hours = "06:00-21:30"\ngroups = ["内测群"]\nmembers = ["小林"]\nremind = ["12:00", "20:00"]')
    assert problems(tmp_path, PLACE + good) == []
    for clock in ("22:10", "05:00", "13:00"):
        assert problems(tmp_path, PLACE + campaign(f'hours = "08:00-12:00, 14:00-22:00"\nreport = "{clock}"')) == []
    silent = PLACE.replace("per_week = 20", 'quiet = "无"')
    assert problems(tmp_path, silent + campaign('groups = ["内测群"]\nreport = "22:30"')) == []


def test_reminders_and_the_list_are_in_the_plan_against_the_limits(tmp_path: Path) -> None:
    both = campaign(
        'hours = "06:00-21:00"\ngroups = ["内测群"]\nmembers = ["小林"]\nremind = "20:00"\nreport = "21:30"'
    )
    config = configured(tmp_path, PLACE.replace("per_week = 20", "per_week = 4") + both)
    made = forecast(config, WorkCalendar(ZONE), START)
    found = [(f"{one.at.astimezone(ZONE):%d %H:%M}", one.entry.name, one.target.name) for one in made.sendings]
    reminders = [(f"{day} 20:00", "晨读 提醒", "小林") for day in range(23, 28)]
    assert found == [*reminders, ("27 21:30", "晨读 完成名单", "内测群")]
    assert [one.held is not None for one in made.sendings] == [False] * 4 + [True, False]
    told = list(Ahead(Standing(), WorkCalendar).inspect(config))
    assert [(one.path, "最近 7 天已经发了 4 条" in one.message) for one in told] == [(("campaigns", 0), True)]


def test_those_who_will_join_are_one_in_the_plan(tmp_path: Path) -> None:
    config = configured(tmp_path, PLACE + campaign('remind = "20:00"'))
    made = forecast(config, WorkCalendar(ZONE), START)
    assert {(one.target.name, one.target.to.door) for one in made.sendings} == {("还没打卡的人", "app:助手")}


def test_a_day_is_closed_when_messages_have_grown_stale(tmp_path: Path) -> None:
    config = configured(tmp_path, PLACE + '[bot]\nstale_after = "4d"\n' + campaign('groups = ["内测群"]'))
    services = Services(Roster.of(config), WorkCalendar(ZONE))
    (run,) = runs_of(config, services)
    assert run.course.late == timedelta(days=4)
    planned = [entry.following(START, ZONE) for entry in config[CAMPAIGNS][0].announced(config, WorkCalendar(ZONE))]
    assert planned == [datetime(2026, 12, 2, 9, tzinfo=ZONE)]


def test_a_campaign_wants_ticks_at_its_times(tmp_path: Path) -> None:
    config = configured(tmp_path, PLACE + campaign('remind = ["20:00", "12:30"]\nreport = "21:50"'))
    assert [(one.name, one.cron) for one in due(config)] == [
        ("checkin.remind.2000|晨读", "0 20 * * *"),
        ("checkin.remind.1230|晨读", "30 12 * * *"),
        ("checkin.report|晨读", "50 21 * * *"),
    ]
    assert CAPABILITY.due is due


@dataclass(frozen=True)
class Here:
    """Where the commands of a test work."""

    config: Path
    database: Database
    at: datetime

    def now(self) -> datetime:
        return self.at

    def settings(self, config: str) -> Config:
        return read(self.config)

    def zone(self, settings: Config) -> ZoneInfo:
        return ZONE

    def calendar(self, settings: Config) -> WorkCalendar:
        return WorkCalendar(ZONE)

    async def change(self, config: str, work: Callable[[Any], Awaitable[Any]]) -> Any:
        async def within(connection: Connection) -> Any:
            return await work(EventTransaction(connection, "command", self.at, 1))

        return await self.database.write(within)


async def run(command: Command, *words: str) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", default="")
    command.arguments(parser)
    return await command.run(parser.parse_args(words))


async def test_the_command_shows_everybody_and_who_has_finished(
    make_stage: MakeStage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = 'members = ["小林", "小满"]\nfinish_days = 1\ncertificate = false\nremind = "20:00"\n'
    stage = await make_stage(PLACE + campaign(more + 'teams = { "红队" = ["小林"] }'))
    await stage.forward(timedelta(days=1))
    await say(stage, "打卡 今天读了五页")
    assert [one.where for one in await tick(stage, "remind.2000")] == [app("man01")]
    here: Any = Here(tmp_path / "config.toml", stage.database, stage.now)
    (show,) = tools(here)
    assert await run(show, "晨读") == 0
    assert capsys.readouterr().out.splitlines() == [
        "晨读：2026-11-23 到 2026-11-27，5 天，进行中",
        "2 人参加，1 人完成（打卡满 1 天）",
        "分队：红队 1 次。",
        "✓ 小林  打卡 1 天，连续 1，最长 1，红队，漏了 11月23日",
        "  小满  打卡 0 天，连续 0，最长 0，漏了 11月23日",
    ]
    assert await run(show, "晨读", "--json") == 0
    made = json.loads(capsys.readouterr().out)
    assert [(one["id"], one["days"], one["finished"]) for one in made["members"]] == [
        ("lin01", 1, True),
        ("man01", 0, False),
    ]
    assert await run(show, "夜跑") == 1
    assert "没有叫“夜跑”的打卡活动；现有：晨读" in capsys.readouterr().err
    assert await run(listing(here), "--next", "1") == 0
    assert "晨读 提醒：活动里每天 20:00，发给小林、小满" in capsys.readouterr().out


async def test_the_command_shows_what_each_of_two_namesakes_missed(
    make_stage: MakeStage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stage = await make_stage(PLACE + campaign())
    for member in ("zhang1", "zhang2"):
        await say(stage, "打卡 今天读了五页", member)
        await call(stage, member, "张伟")
        await stage.forward(timedelta(days=1))
    here: Any = Here(tmp_path / "config.toml", stage.database, stage.now)
    (show,) = tools(here)
    await run(show, "晨读")
    missed = [line.partition("漏了 ")[2] for line in capsys.readouterr().out.splitlines()[2:]]
    assert sorted(missed) == ["11月23日", "11月24日"]
