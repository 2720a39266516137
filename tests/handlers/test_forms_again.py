"""A form in the whole bot: it goes on after the bot was ended and started again."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.store.tables import events
from bot.types.events import Conversation
from tests.dialogs.live import Live, live
from tests.handlers.conftest import SHIPPED
from tests.handlers.stage import START

LIN = Conversation("app:助手", "direct", "lin01")


async def said(stage: Live, text: str) -> str:
    return "\n".join(seen.words for seen in await stage.say("lin01", text, LIN) if seen.member == "lin01")


async def test_a_form_goes_on_after_a_restart(tmp_path: Path, addresses: Mapping[str, str]) -> None:
    data = tmp_path / "data"
    async with live(SHIPPED, data, START, [], addresses) as stage:
        assert "哪天几点" in await said(stage, "我想预约到店，杭州湖滨")
    async with live(SHIPPED, data, START + timedelta(minutes=5), [], addresses) as stage:
        ((stage.events,),) = await stage.bot.database.read(sa.select(sa.func.count()).select_from(events))
        assert "留个手机号" in await said(stage, "明天下午三点")
        (word,) = await stage.forward(timedelta(minutes=11))
        assert "先放一放，还差手机号" in word.words
        assert "约好啦：杭州湖滨，11月24日（周二）15:00" in await said(stage, "13800138000")
