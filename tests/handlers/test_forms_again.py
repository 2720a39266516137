"""A form in the whole bot: it goes on after the bot was ended and started again."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from bot.types.events import Conversation
from tests.dialogs.live import Live, awake, lives
from tests.handlers.stage import START
from tests.handlers.test_forms import COMPANY, REPAIR

NAMES = {"A": "APP_SECRET", "B": "APP_TOKEN", "C": "APP_AES_KEY", "D": "BOT_TOKEN", "E": "BOT_AES_KEY"}
LIN = Conversation("app:助手", "direct", "lin01")


async def said(stage: Live, text: str) -> str:
    return "\n".join(seen.words for seen in await stage.say("lin01", text, LIN) if seen.member == "lin01")


async def test_a_form_goes_on_after_a_restart(tmp_path: Path, addresses: Mapping[str, str]) -> None:
    config, data, text = tmp_path / "config.toml", tmp_path / "data", COMPANY + REPAIR
    for short, name in NAMES.items():
        text = text.replace(f'"env:{short}"', f'"env:WECOM_{name}"')
    config.write_text(text, "utf-8")
    async with lives(config, START, ["lin01"]) as world:
        async with awake(config, data, world, addresses) as stage:
            assert "师傅哪天" in await said(stage, "我要报修 SO123456")
        async with awake(config, data, world, addresses) as stage:
            assert "哪里坏了" in await said(stage, "明天下午三点")
            (word,) = await stage.forward(timedelta(minutes=11))
            assert "先放一放，还差问题" in word.words
            await said(stage, "继续")
            assert "登记好了：SO123456，11月24日（周二）15:00，漏水。" in await said(stage, "漏水")
