"""The report as the bot sends it, every week or when an operator says so."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.types.actions import Image, Text
from bot.types.events import Conversation, Tick
from handlers.drawing.typeface import brought
from handlers.reporting.command import ORDER
from handlers.reporting.handler import REPORT, report_due
from tests.handlers.conftest import MakeStage
from tests.handlers.reporting.community import CONFIG, a_week
from tests.handlers.stage import Seen, Stage, read

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
GROUP = """
[[channels]]
kind = "webhook"
name = "通知"
key = "env:WECOM_HOOK_KEY"

[[groups]]
name = "管理群"
doors = ["webhook:通知"]
alerts = ["管理员"]
"""


def tick(name: str = REPORT, due: datetime = MONDAY, **data: str) -> Tick:
    where = Conversation("scheduler", "direct", name)
    return Tick(id=f"tick:{name}", conversation=where, at=due, received_at=MONDAY, name=name, due=due, data=data)


async def due(stage: Stage, event: Tick) -> Sequence[Seen]:
    stage.now = MONDAY
    return await stage.happen(event)


async def test_administrators_get_the_numbers_and_the_picture(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    await a_week().store(stage.database)
    words, picture = await due(stage, tick())
    assert words.where == picture.where == Conversation("app:助手", "direct", "admin01")
    assert isinstance(words.content, Text)
    assert words.content.body.startswith("客服周报 11月16日（周一）到11月22日（周日）\n工单 7 个")
    assert isinstance(picture.content, Image)
    assert picture.content.file.name == "客服报表 2026-11-16 到 2026-11-22.png"
    assert picture.content.file.size > 10_000


async def test_where_managers_have_a_group_it_goes_there_instead(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG + GROUP)
    await a_week().store(stage.database)
    seen = await due(stage, tick())
    assert [one.where.door for one in seen] == ["webhook:通知"] * 2


async def test_a_week_without_tickets_is_told_without_a_picture(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    assert [one.words for one in await due(stage, tick())] == [
        "客服周报 11月16日（周一）到11月22日（周日）\n这段时间没有工单。"
    ]


async def test_with_nobody_to_tell_nothing_is_sent(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG.replace('roles = ["管理员"]', ""))
    assert await due(stage, tick()) == []
    assert stage.last.outcome.rule == "没人可说"


async def test_what_an_operator_orders_is_sent(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    await a_week().store(stage.database)
    ordered = tick(ORDER, **{"from": "2026-11-18", "to": "2026-11-18", "team": "售前组"})
    words, _ = await due(stage, ordered)
    assert words.words.startswith("客服 11月18日（周三），售前组\n工单 1 个")


async def test_what_was_ordered_long_ago_is_not_sent(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    ordered = tick(ORDER, MONDAY - timedelta(hours=2), **{"from": "2026-11-18", "to": "2026-11-18", "team": ""})
    assert await due(stage, ordered) == []
    assert stage.last.outcome.rule == "太晚"


async def test_without_a_typeface_the_words_go_alone(make_stage: MakeStage, tmp_path: Path) -> None:
    font = tmp_path / "mine.otf"
    shutil.copy(next(brought()), font)
    stage = await make_stage(f'{CONFIG}[drawing]\nfont = "mine.otf"\n')
    await a_week().store(stage.database)
    font.unlink()
    assert [type(one.content) for one in await due(stage, tick())] == [Text]


@pytest.mark.parametrize(("line", "cron"), [("", ""), ('[desk]\nreport = "周一 09:00"\n', "0 9 * * mon")])
def test_it_is_due_when_managers_say(tmp_path: Path, line: str, cron: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG + line, "utf-8")
    assert report_due(read(path)) == cron
