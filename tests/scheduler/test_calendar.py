"""Workdays and holidays."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.app import INSPECTORS, SECTIONS, build_brain
from bot.config import load
from bot.store.database import Database
from bot.types.attachments import Unkept
from bot.types.events import Conversation, Tick
from bot.types.ports import Shelf
from scheduler.calendar import WorkCalendar
from scheduler.inspection import Holidays
from scheduler.reminding import JOB, weekly
from tests.handlers.stage import Stage

CALENDAR = WorkCalendar()


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 23), True),
        (date(2026, 11, 22), False),
        (date(2026, 10, 1), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 10), True),
        (date(2026, 2, 17), False),
    ],
)
def test_statutory_holidays_and_make_up_workdays_count(day: date, works: bool) -> None:
    assert CALENDAR.is_workday(day) is works


def test_beyond_the_last_known_year_monday_to_friday_are_workdays_and_there_is_a_warning() -> None:
    later = CALENDAR.last_year + 1
    monday = next(date(later, 3, day) for day in range(1, 8) if date(later, 3, day).weekday() == 0)
    assert CALENDAR.is_workday(monday)
    assert not CALENDAR.is_workday(monday.replace(day=monday.day + 5))
    assert str(CALENDAR.last_year) in CALENDAR.warning(monday)
    assert CALENDAR.warning(date(2026, 11, 23)) == ""


@dataclass(frozen=True)
class NewYear:
    """The first moments of a year in Shanghai."""

    year: int

    def now(self) -> datetime:
        return datetime(self.year - 1, 12, 31, 16, 1, tzinfo=UTC)


REPLY = '[[replies]]\nname = "{name}"\nexact = "{name}"\nreply = "好"\nhours = "{hours}"\n'


@pytest.mark.parametrize(
    ("year", "hours", "warned"),
    [
        (CALENDAR.last_year, "工作日 09:00-18:00", []),
        (CALENDAR.last_year + 1, "工作日 09:00-18:00", [("replies[1].hours", 10)]),
        (CALENDAR.last_year + 1, "09:00-12:00, 周末 全天", [("replies[1].hours", 10)]),
        (CALENDAR.last_year + 1, "周一至周五 09:00-18:00", []),
    ],
)
def test_the_check_says_when_workdays_are_guessed(
    year: int, hours: str, warned: list[tuple[str, int]], tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(REPLY.format(name="在吗", hours="09:00-18:00") + REPLY.format(name="早安", hours=hours), "utf-8")
    config = load(path, SECTIONS, [Holidays(NewYear(year)).inspect], environ={})
    assert [(one.key, one.line) for one in config.warnings] == warned
    assert all(str(CALENDAR.last_year) in one.message for one in config.warnings)
    assert any(isinstance(getattr(one, "__self__", None), Holidays) for one in INSPECTORS)


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        (date(CALENDAR.last_year - 1, 12, 1), ""),
        (date(CALENDAR.last_year, 9, 30), ""),
        (date(CALENDAR.last_year, 10, 1), f"只到 {CALENDAR.last_year} 年：明年"),
        (date(CALENDAR.last_year, 12, 31), f"只到 {CALENDAR.last_year} 年：明年"),
        (date(CALENDAR.last_year + 1, 1, 1), f"{CALENDAR.last_year + 1} 年起"),
    ],
)
def test_from_october_on_the_next_year_is_missed(moment: date, says: str) -> None:
    notice = CALENDAR.notice(moment)
    assert says in notice
    assert bool(notice) == bool(says)


PLACE = """[wecom]
corp_id = "ww6d75797500000001"
[[channels]]
kind = "app"
name = "助手"
agent_id = 1
secret = "env:A"
token = "env:B"
aes_key = "env:C"
[[people]]
name = "群管"
userid = "admin01"
roles = ["管理员"]
"""
TEAM = '[[teams]]\nname = "售后组"\nhours = "{hours}"\n'


@pytest.mark.parametrize(
    ("hours", "month", "told"),
    [("工作日 09:00-18:00", 11, 1), ("工作日 09:00-18:00", 9, 0), ("每天 09:00-18:00", 11, 0)],
)
async def test_administrators_hear_once_a_week_in_autumn_where_workdays_matter(
    hours: str, month: int, told: int, tmp_path: Path, database: Database
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(PLACE + TEAM.format(hours=hours), "utf-8")
    config = load(path, SECTIONS, INSPECTORS, environ={}, need_secrets=False)
    stage = Stage(database, build_brain(config, Shelf(), Unkept()))
    stage.now = datetime(CALENDAR.last_year, month, 2, 2, tzinfo=UTC)
    where = Conversation("scheduler", "direct", JOB)
    known = {"conversation": where, "at": stage.now, "received_at": stage.now, "due": stage.now}
    seen = await stage.happen(Tick(id="tick", name=JOB, data={}, **known))
    assert [one.member for one in seen] == ["admin01"] * told
    (said,) = await stage.say("admin01", "状态", Conversation("app:助手", "direct", "admin01"))
    assert ("节假日表" in said.words) == bool(told)


def test_the_weekly_look_is_on_monday_morning() -> None:
    due = weekly(CALENDAR.timezone).trigger.get_next_fire_time(None, datetime(2026, 11, 25, tzinfo=UTC))
    assert due == datetime(2026, 11, 30, 10, tzinfo=CALENDAR.timezone)
