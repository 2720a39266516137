"""Who silences the bot, and who tried to, is written down."""

import sqlalchemy as sa

from bot.types.events import Conversation
from handlers.audit import audit
from tests.handlers.conftest import MakeStage
from tests.handlers.doors import DOORS
from tests.handlers.stage import Stage

CONFIG = f"""{DOORS}[[people]]
name = "小美"
userid = "mei01"
roles = ["管理员"]
"""
GROUP, CHAT = Conversation("aibot:小助手", "group", "wr1"), Conversation("app:助手", "direct", "mei01")


async def audited(stage: Stage) -> list[tuple[str, str, bool, str]]:
    rows = await stage.database.read(sa.select(audit).order_by(audit.c.id))
    return [(one.who, one.what, one.allowed, one.why) for one in rows]


async def test_who_silences_the_bot_is_written_down_with_where(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    await stage.say("mei01", "停机", GROUP)
    await stage.say("mei01", "停机", GROUP)
    await stage.say("mei01", "全部停机", GROUP)
    await stage.say("mei01", "恢复", CHAT)
    await stage.say("mei01", "恢复", CHAT)
    assert [(who, what, allowed) for who, what, allowed, _ in await audited(stage)] == [
        ("mei01", f"停机 {GROUP.key}", True),
        ("mei01", "停机 所有地方", True),
        ("mei01", "恢复 所有地方", True),
        ("mei01", f"恢复 {GROUP.key}", True),
    ]


async def test_whoever_may_not_silence_the_bot_is_written_down_too(make_stage: MakeStage) -> None:
    stage = await make_stage(CONFIG)
    await stage.say("lin01", "停机", GROUP)
    await stage.say("mei01", "停机", GROUP)
    await stage.say("lin01", "恢复", GROUP)
    assert [one for one in await audited(stage) if one[0] == "lin01"] == [
        ("lin01", f"停机 {GROUP.key}", False, "不是管理员"),
        ("lin01", f"恢复 {GROUP.key}", False, "不是管理员"),
    ]
