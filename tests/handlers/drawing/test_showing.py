"""Pictures for members: drawn where a door shows them, told where it does not, told where nothing can be drawn."""

import shutil
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter

from bot.store.attachments import Folder
from bot.types.actions import Image, Text
from bot.types.events import Conversation, Signal
from bot.types.ports import Services
from handlers.directory import Roster
from handlers.drawing import Certificate
from handlers.drawing.showing import DRAW, Showing, Wanted
from handlers.drawing.typeface import brought
from handlers.points.boards import month, week
from handlers.points.handler import Listed
from handlers.points.picture import period, rows_of
from handlers.points.settings import Points
from handlers.points.tables import TOTAL
from handlers.signin.handler import Month
from handlers.signin.picture import subject_of
from handlers.signin.settings import SignIn
from handlers.signin.standing import Day, Standing
from scheduler.calendar import WorkCalendar
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import START, read

CONFIG = """
[wecom]
corp_id = "ww1234567890abcdef"

[[people]]
name = "小林"
userid = "lin"

[points]
[signin]
streak = { 3 = 20 }
"""
SHOWING = Conversation("app:助手", "direct", "lin")
TODAY = date(2026, 10, 12)
CERTIFICATE = Wanted(
    subject=Certificate(
        member="小林", campaign="晨读", community="", days=20, of=21, first=TODAY, last=TODAY, issued=TODAY
    ),
    name="证书.png", otherwise="完成证书", life=timedelta(days=7),
)  # fmt: skip


async def test_the_calendar_and_the_board_come_as_pictures_as_soon_as_there_is_anything(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    told = [one.words for text in ("签到日历", "积分榜") for one in await stage.say("lin", text, SHOWING)]
    assert told == ["还没签到过，发「签到」开始。", "积分榜还是空的，来当第一个。"]
    await stage.say("lin", "签到", SHOWING)
    for text, name in (
        ("签到日历", "签到日历 2026-11.png"),
        ("积分榜", "积分榜 2026-11-23.png"),
    ):
        shown = await stage.say("lin", text, SHOWING)
        assert [one.words for one in shown] == [f"［图片］{name}"]
        content = shown[0].content
        assert isinstance(content, Image)
        assert 10_000 < content.file.size < 200_000
        assert (shown[0].where, stage.last.handler) == (SHOWING, "pictures")


async def test_what_cannot_be_drawn_is_told(make_stage: MakeStage, tmp_path: Path) -> None:
    font = tmp_path / "mine.otf"
    shutil.copy(next(brought()), font)
    stage = await make_stage(f'{CONFIG}[drawing]\nfont = "mine.otf"\n')
    await stage.say("lin", "签到", SHOWING)
    font.unlink()
    told = await stage.say("lin", "签到日历", SHOWING)
    assert [one.words for one in told] == ["11月签到 1 天，连续 1 天，最长 1 天，一共 1 天。\n签了：23 日"]
    assert isinstance(told[0].content, Text)


async def test_a_picture_is_kept_for_as_long_as_it_may_wait(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(CONFIG, encoding="utf-8")
    folder = Folder(tmp_path / "attachments")
    config = read(file)
    showing = Showing(config, Services(Roster.of(config), WorkCalendar(ZoneInfo("UTC")), attachments=folder))
    data = {"wanted": TypeAdapter(Wanted).dump_json(CERTIFICATE).decode()}
    asked = Signal(id="1", conversation=SHOWING, member="lin", at=START, received_at=START, name=DRAW, data=data)
    made, life = await showing.prepare(asked) or (None, None)
    assert isinstance(made, Image)
    assert life == timedelta(days=7)
    left = (folder.path / "made" / made.file.digest).stat().st_mtime - time.time()
    assert timedelta(seconds=left) > timedelta(days=7)


def month_of(days: dict[int, bool], **more: Any) -> Month:
    signed = [Day(TODAY.replace(day=number), made_up) for number, made_up in days.items()]
    last = signed[-1].day.isoformat() if signed else ""
    standing = Standing("key", "2026-10-01", last, streak=2, longest=4, total=9)
    return Month("小林", TODAY, signed, more.get("missed", ()), more.get("left", 0), standing, 45)


def test_a_calendar_marks_days_off_and_workdays_that_are_no_matter_of_course() -> None:
    found = subject_of(month_of({11: False, 12: True}), SignIn(), Points(), WorkCalendar(ZoneInfo("Asia/Shanghai")))
    assert [day.day for day in found.holidays] == [1, 2, 5, 6, 7]
    assert [day.day for day in found.workdays] == [10]
    assert found.signed == {TODAY - timedelta(days=1): False, TODAY: True}
    assert (found.streak, found.longest, found.total, found.points) == (2, 4, 9, 45)


@pytest.mark.parametrize(
    ("days", "missed", "left", "hint"),
    [
        ({11: False}, 3, 2, "今天还没签，发「签到」"),
        ({12: False}, 3, 2, "漏了 3 天，还能补 2 天，发「补签」"),
        ({12: False}, 3, 0, "再连签 5 天，多得 20 积分"),
        ({12: False}, 0, 2, "再连签 5 天，多得 20 积分"),
    ],
)
def test_a_calendar_says_what_to_do_next(days: dict[int, bool], missed: int, left: int, hint: str) -> None:
    made = month_of(days, missed=[TODAY] * missed, left=left)
    assert subject_of(made, SignIn(), Points(), WorkCalendar(ZoneInfo("Asia/Shanghai"))).hint == hint


def test_equal_scores_share_a_place_on_the_board() -> None:
    rows = [("a", "甲", 9), ("b", "乙", 7), ("c", "丙", 7), ("d", "丁", 5)]
    found = rows_of(Listed(TOTAL, "", TODAY, rows, None, "c"))
    assert [(row.place, row.name, row.is_me) for row in found] == [
        (1, "甲", False), (2, "乙", False), (2, "丙", True), (4, "丁", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("board", "day", "told"),
    [
        (TOTAL, TODAY, "总榜，截至10月12日"),
        (month(TODAY), TODAY, "10月1日 – 10月12日"),
        (week(TODAY), TODAY, "10月12日"),
        (week(date(2026, 10, 18)), date(2026, 10, 18), "10月12日 – 10月18日"),
    ],
)
def test_a_board_tells_which_days_it_counts(board: str, day: date, told: str) -> None:
    assert period(Listed(board, "", day, (), None, "")) == told
