"""What staff and administrators are told is told in their groups too, where a manager says so."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.types.events import Conversation
from handlers.directory import Roster
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import Stage, read
from tests.handlers.test_directory import CHANNELS, problems
from tests.handlers.test_notices import saved

CORP = '[wecom]\ncorp_id="ww6d75797500000001"\n'
PUSH = '[[channels]]\nkind="webhook"\nname="值班"\nkey="env:F"\n'
STAFF = """
[[people]]
name = "小美"
userid = "mei01"
roles = ["售后组", "管理员"]
[[teams]]
name = "售后组"
[[groups]]
name = "值班群"
doors = ["webhook:值班"]
alerts = ["售后组", "管理员"]
"""
CONFIG = CORP + CHANNELS + PUSH + STAFF
WHERE = Conversation("webhook:值班", "group", "值班群")


def alerted(seen: object) -> list[str]:
    return [one.words for one in seen if one.where == WHERE]  # type: ignore[attr-defined]


async def test_the_group_of_a_team_hears_who_calls_and_who_waits(make_stage: MakeStage) -> None:
    stage: Stage = await make_stage(CONFIG)
    seen = await stage.say("lin01", "转人工", Conversation("app:助手", "direct", "lin01"))
    assert alerted(seen) == ["#1 lin01（来自一对一）找售后组，请在应用里点「接单」。"]
    later = await stage.forward(timedelta(minutes=6))
    assert alerted(later) == ["#1 lin01 已等 5 分钟，还没有人接单。"]


async def test_the_group_of_administrators_hears_what_became_of_a_saved_file(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    await saved(stage, "换好了")
    seen = await stage.forward(timedelta(seconds=3))
    assert [one.where.door for one in seen] == ["app:助手", "webhook:值班"] and alerted(seen) == ["换好了"]
    assert stage.last.outcome.reason == "告诉了 1 位管理员和 1 个群"


async def test_a_group_alone_is_told_where_nobody_has_the_role(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG.replace('roles = ["售后组", "管理员"]', 'roles = ["售后组"]'))
    await saved(stage, "换好了")
    assert alerted(await stage.forward(timedelta(seconds=3))) == ["换好了"]


def test_an_alert_goes_by_the_first_door_that_may_speak_unasked(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    group = STAFF.replace('doors = ["webhook:值班"]', 'id = "wr1"\ndoors = ["aibot:小助手", "webhook:值班"]')
    path.write_text(CORP + CHANNELS + PUSH + group, encoding="utf-8")
    roster = Roster.of(read(path))
    assert roster.alerted("售后组") == (Conversation("webhook:值班", "group", "wr1"),)
    assert roster.alerted("别的组") == ()


@pytest.mark.parametrize(
    ("changed", "key", "says"),
    [
        ('id = "wr1"\ndoors = ["aibot:小助手"]', "groups[0].alerts", "webhook"),
        ('doors = ["webhook:值班"]\nalerts = ["没有这组"]', "groups[0].alerts[0]", "没有叫“没有这组”的角色"),
    ],
)
def test_alerts_that_reach_nobody_are_refused(tmp_path: Path, changed: str, key: str, says: str) -> None:
    toml = STAFF.replace('doors = ["webhook:值班"]', changed)
    if "没有这组" in changed:
        toml = toml.replace('\nalerts = ["售后组", "管理员"]', "")
    found = [(where, message) for _, where, message in problems(tmp_path, CORP + PUSH + toml)]
    assert any(where.startswith(key) and says in message for where, message in found), found
