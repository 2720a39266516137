"""What managers write in `[[schedule]]`: what `check` says of it, and what the commands show."""

import argparse
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.app import INSPECTORS, SECTIONS
from bot.config import Config, ConfigError, load
from bot.store.database import Database
from bot.types.declarations import Command
from bot.types.ports import Machine
from bot.types.workplace import Reading
from handlers.broadcast.ahead import Ahead
from handlers.broadcast.listing import command as listing
from handlers.broadcast.planning import command as planning
from handlers.broadcast.previewing import command as previewing
from handlers.broadcast.tables import broadcasts, pauses
from scheduler.calendar import WorkCalendar
from scheduler.schedule import SCHEDULE, ScheduleEntry, scheduled
from tests.handlers.broadcast.test_broadcast import PLACE

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A Monday.
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
GOOD = {"name": "早安", "at": "每天 10:00", "groups": ["内测群"], "send": "早上好"}


@dataclass(frozen=True)
class Standing:
    """A clock that stands."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at


def entry(**more: object) -> str:
    known = {key: value for key, value in {**GOOD, **more}.items() if value is not None}
    return "[[schedule]]\n" + "\n".join(f"{key} = {_toml(value)}" for key, value in known.items()) + "\n"


def _toml(value: object) -> str:
    return str(value) if isinstance(value, datetime) else json.dumps(value, ensure_ascii=False)


def read(tmp_path: Path, toml: str) -> Config:
    path = tmp_path / "config.toml"
    path.write_text(PLACE + toml, encoding="utf-8")
    looks = [*INSPECTORS, Ahead(Standing(), WorkCalendar).inspect]
    return load(path, SECTIONS, looks, environ={}, need_secrets=False)


def problems(tmp_path: Path, toml: str) -> list[tuple[str, str]]:
    try:
        config = read(tmp_path, toml)
    except ConfigError as error:
        return [(one.key, one.message) for one in error.errors]
    return [(one.key, one.message) for one in config.warnings if "schedule" in one.key]


CUSTOMERS = '[[groups]]\nname = "客户"\nid = "wr9"\nkind = "客户群"\n'
DEAF = '[[groups]]\nname = "门店群"\nid = "wr8"\ndoors = ["aibot:小助手"]\n'

FAULTS = [
    ("", {"at": None}, "schedule[0]", "at、every、cron 写一个"),
    ("", {"every": "2h"}, "schedule[0]", "at、every、cron 写一个"),
    ("", {"groups": None}, "schedule[0]", "发给谁"),
    ("", {"at": "每周八 10:00"}, "schedule[0].at", "星期几"),
    ("", {"at": None, "cron": "0 9 * *"}, "schedule[0].cron", "五段"),
    ("", {"at": None, "every": "10s"}, "schedule[0].every", "最短 1 分钟"),
    ("", {"jitter": "7h"}, "schedule[0].jitter", "6 小时"),
    ("", {"misfire": "也许"}, "schedule[0].misfire", ""),
    ("", {"timezone": "Mars/Base"}, "schedule[0].timezone", "时区"),
    ("", {"groups": ["没有"]}, "schedule[0].groups", "没有叫“没有”的群"),
    ("", {"members": ["没有"]}, "schedule[0].members", "没有叫“没有”的人"),
    ("", {"roles": ["没有"]}, "schedule[0].roles", "没有"),
    ("", {"send": "{nick}"}, "schedule[0].send", "nickname"),
    ('[screening]\nwords = ["根治"]\n', {"send": "根治"}, "schedule[0].send", "不能说的“根治”"),
    (CUSTOMERS, {"groups": ["客户"]}, "schedule[0].groups", "员工在企业微信里群发"),
    (DEAF, {"groups": ["门店群"]}, "schedule[0].groups", "消息推送（webhook）"),
    ("", {"at": "2020-01-01 10:00"}, "schedule[0]", "已经过去"),
    ("", {"at": "每天 23:00"}, "schedule[0]", "免打扰"),
    ("", {}, "schedule[0]", "最近 7 天已经发了 5 条"),
    ("[broadcast]\nper_week = 50\n", {"marketing": True}, "schedule[0]", "营销"),
]


@pytest.mark.parametrize(("place", "more", "key", "told"), FAULTS)
def test_what_would_not_work_is_told_beforehand(
    place: str, more: dict[str, object], key: str, told: str, tmp_path: Path
) -> None:
    found = problems(tmp_path, place + entry(**more))
    assert any(at.startswith(key) and told in message for at, message in found), found


def test_two_entries_of_one_name_are_told(tmp_path: Path) -> None:
    found = problems(tmp_path, entry() + entry())
    assert any("重复" in message for _, message in found), found


@pytest.mark.parametrize("at", ["工作日 08:30", "每月1日 09:00", "中秋节 20:00", "2026-12-31 20:00"])
def test_what_is_right_is_not_complained_of(at: str, tmp_path: Path) -> None:
    assert problems(tmp_path, "[broadcast]\nper_week = 7\n" + entry(at=at)) == []


def only(tmp_path: Path, **more: object) -> ScheduleEntry:
    (found,) = read(tmp_path, entry(**more))[SCHEDULE]
    return found


def test_only_an_edit_of_the_times_makes_them_others(tmp_path: Path) -> None:
    before = only(tmp_path).job(SHANGHAI).times
    others = ({"send": "早"}, {"misfire": "补发"}, {"jitter": "5m"}, {"roles": ["店员"]}, {"marketing": True})
    assert {only(tmp_path, **more).job(SHANGHAI).times for more in others} == {before}
    changed = ({"at": "每天 10:01"}, {"at": None, "every": "2h"}, {"timezone": "Europe/Berlin"})
    assert before not in {only(tmp_path, **more).job(SHANGHAI).times for more in changed}
    assert [job.name for job in scheduled(read(tmp_path, entry()), SHANGHAI)] == ["schedule.早安"]


def test_first_and_last_day_count_and_jitter_belongs_to_the_time(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    days = "from = 2026-11-25\nuntil = 2026-11-26\n"
    path.write_text(PLACE + entry(jitter="10m") + days, encoding="utf-8")
    (found,) = load(path, SECTIONS, (), environ={}, need_secrets=False)[SCHEDULE]
    times = found.begun(NOW, NOW + timedelta(days=30), SHANGHAI)
    assert [at.astimezone(SHANGHAI).day for at in times] == [25, 26]
    starts = [at.astimezone(SHANGHAI).replace(hour=10, minute=0, second=0, microsecond=0) for at in times]
    assert all(timedelta(0) <= at - start < timedelta(minutes=10) for at, start in zip(times, starts, strict=True))
    assert found.begun(NOW, NOW + timedelta(days=30), SHANGHAI) == times


def test_an_interval_is_anchored_at_midnight(tmp_path: Path) -> None:
    times = only(tmp_path, at=None, every="6h").begun(NOW, NOW + timedelta(days=1), SHANGHAI)
    assert [at.astimezone(SHANGHAI).hour for at in times] == [12, 18, 0, 6]


@dataclass(frozen=True)
class Here:
    """A workplace with a clock that stands, and the records of a test."""

    database: Database

    def now(self) -> datetime:
        return NOW

    def settings(self, config: str) -> Config:
        return load(Path(config), SECTIONS, (), environ={}, need_secrets=False)

    def zone(self, settings: object) -> ZoneInfo:
        return SHANGHAI

    def calendar(self, settings: object) -> WorkCalendar:
        return WorkCalendar(SHANGHAI)

    def machine(self, report: object) -> Machine:
        return Machine()

    @asynccontextmanager
    async def records(self, config: str) -> AsyncIterator[Reading]:
        yield self.database

    async def change(self, config: str, work: object) -> None:
        raise AssertionError("nothing is changed")


@pytest.fixture
def here(tmp_path: Path, database: Database) -> Here:
    both = entry() + entry(name="上新", at="每天 12:00", marketing=True, roles=["店员"])
    (tmp_path / "config.toml").write_text(PLACE + both, encoding="utf-8")
    return Here(database)


async def run(part: Callable[[Any], Command], here: Here, tmp_path: Path, *words: str) -> int:
    command = part(here)
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", default=str(tmp_path / "config.toml"))
    command.arguments(parser)
    status: int = await command.run(parser.parse_args(words))
    return status


async def test_the_plan_of_a_week_marks_what_will_not_go_out(
    here: Here, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(planning, here, tmp_path, "--week", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert found["conflicts"] == sum(one["held"] is not None for one in found["sendings"]) > 0
    first, *_ = found["sendings"]
    assert first == {
        "at": "2026-11-23T10:00:00+08:00", "name": "早安", "to": "内测群", "door": "webhook:推送",
        "marketing": False, "held": None,
    }  # fmt: skip
    for place in ("内测群", "小美", "阿宁"):
        sent = [one for one in found["sendings"] if one["to"] == place and one["held"] is None]
        assert len(sent) <= 5 and sum(one["marketing"] for one in sent) * 5 <= len(sent) * 2
    await run(planning, here, tmp_path, "--week")
    shown = capsys.readouterr().out
    assert "11-23 周一" in shown and "✓ 当天 1/2" in shown and "✗" in shown


async def test_the_plan_counts_what_was_said_and_leaves_out_what_is_paused(
    here: Here, tmp_path: Path, capsys: pytest.CaptureFixture[str], database: Database
) -> None:
    row = {"schedule": "早安", "due": NOW, "target": "group:wr1", "marketing": False, "state": "sent"}
    said = [{**row, "at": NOW - timedelta(days=day)} for day in (1, 2, 3, 4, 5)]
    pause = {"schedule": "上新", "paused_by": "admin01", "paused_at": NOW}
    await database.write(lambda connection: connection.execute(sa.insert(broadcasts), said))
    await database.write(lambda connection: connection.execute(sa.insert(pauses), [pause]))
    assert await run(planning, here, tmp_path, "--days", "1", "--live", "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert found["paused"] == ["上新"]
    assert [(one["name"], one["held"]) for one in found["sendings"]] == [("早安", "最近 7 天已经发了 5 条，最多 5 条")]
    await run(listing, here, tmp_path, "--live", "--json")
    listed = {one["name"]: one for one in json.loads(capsys.readouterr().out)["schedule"]}
    assert (listed["上新"]["paused"], listed["早安"]["last"]["became"]) == (True, "发了")


async def test_the_list_shows_the_next_times(here: Here, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(listing, here, tmp_path, "--next", "2") == 0
    shown = capsys.readouterr().out
    assert "早安：每天 10:00，发给内测群\n  接下来：2026-11-23 周一 10:00、2026-11-24 周二 10:00\n" in shown


async def test_the_preview_shows_what_is_said_to_whom_and_helps_with_the_name(
    here: Here, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(previewing, here, tmp_path, "早安") == 0
    assert "内测群（webhook:推送）\n会说：\n  早上好" in capsys.readouterr().out
    assert await run(previewing, here, tmp_path, "早") == 1
    assert "是“早安”吗" in capsys.readouterr().err


def test_looking_a_week_ahead_is_quick_for_a_job_of_every_minute(tmp_path: Path) -> None:
    caps = '[broadcast]\nper_day = 100\nper_week = 700\nquiet = "无"\n'
    found = problems(tmp_path, caps + entry(at=None, every="1m"))
    assert found and "今天已经发了 100 条" in found[0][1]
