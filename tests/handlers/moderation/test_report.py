"""How the rules do, by what staff pressed; a case counts once, however often it came."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from handlers.moderation.report import Line, Report, as_text, reported
from nlp.moderation.evaluation import Share
from tests.handlers.moderation.conftest import OTHER_ROOM, ROOM, RULE, Community, desk
from tests.handlers.stage import START, Stage

BOSS = desk("admin01")


class Records:
    """What a stage has recorded, as commands read it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def read(self, statement: sa.Select[Any]) -> list[sa.Row[Any]]:
        return list(await self._stage.database.read(statement))


async def report(stage: Stage) -> Report:
    return await reported(Records(stage), START - timedelta(days=1))


async def test_precision_comes_from_what_staff_pressed_a_case_at_a_time(community_with: Community) -> None:
    stage = await community_with(RULE)
    for where in (ROOM, OTHER_ROOM, ROOM):
        await stage.say("lin", "专业代开发票，点位低，要的私我", where)
    await stage.press("admin01", "处理", BOSS)
    await stage.say("wang", "我的手机跑分多少", ROOM)
    await stage.press("admin01", "误判", BOSS)
    await stage.say("wang", "在家刷单日结", ROOM)
    found = await report(stage)
    assert found.rules == [Line("广告", 5, 3, Share(1, 2))]
    assert {line.name: (line.finds, line.right) for line in found.words} == {
        "代开发票": (3, Share(1, 1)),
        "跑分": (1, Share(0, 1)),
        "刷单": (1, Share(0, 0)),
    }
    assert [line.name for line in found.layers] == ["原词"]


async def test_the_report_is_told_with_its_interval(community_with: Community) -> None:
    stage = await community_with(RULE)
    await stage.say("lin", "专业代开发票，点位低，要的私我", ROOM)
    await stage.press("admin01", "处理", BOSS)
    await stage.say("wang", "在家刷单日结", ROOM)
    said = list(as_text(await report(stage)))
    assert said[:2] == ["规则：", "  广告  2 条，看过 1 件，误判 0 件：准确率 1.00（0.21～1.00）"]
    assert "  刷单  1 条，1 件，还没有人看过" in said


async def test_what_could_not_be_looked_at_is_counted() -> None:
    said = list(as_text(Report((), (), (), 3)))
    assert "有 3 条消息检查时出错，已放行（见日志）。" in said


async def test_without_records_it_says_so() -> None:
    assert list(as_text(Report((), (), (), 0))) == ["还没有记录。"]
