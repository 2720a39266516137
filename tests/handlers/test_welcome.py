"""Welcomes: whom, where and how often."""

from datetime import timedelta

from bot.types.events import Conversation
from tests.handlers.conftest import MakeStage

WELCOMES = """
[[channels]]
kind = "app"
name = "助手"
agent_id = 1
secret = "env:A"
token = "env:B"
aes_key = "env:C"
[[channels]]
kind = "aibot"
name = "小助手"
token = "env:D"
aes_key = "env:E"
[[groups]]
name = "甲群"
id = "wr1"
[[groups]]
name = "乙群"
id = "wr2"
features = ["faq"]
[[welcome]]
name = "应用"
doors = ["app:助手"]
first = "应用第一次"
again = "应用又来"
every = "1h"
[[welcome]]
name = "群"
groups = ["甲群", "乙群"]
first = "欢迎{nickname}来{group}"
[[welcome]]
name = "其他"
first = "其他第一次"
"""


async def test_the_first_welcome_that_is_meant_for_the_door_is_said(make_stage: MakeStage) -> None:
    stage = await make_stage(WELCOMES)
    app, aibot = (Conversation(door, "direct", "lin01") for door in ("app:助手", "aibot:小助手"))
    assert [seen.words for seen in await stage.enter("lin01", app)] == ["应用第一次"]
    assert [seen.words for seen in await stage.enter("lin01", aibot)] == ["其他第一次"]


async def test_the_frequency_is_counted_from_the_last_welcome(make_stage: MakeStage) -> None:
    stage = await make_stage(WELCOMES)
    app = Conversation("app:助手", "direct", "lin01")
    said = []
    for _ in range(4):
        said += [seen.words for seen in await stage.enter("lin01", app)]
        await stage.forward(timedelta(minutes=40))
    assert said == ["应用第一次", "应用又来"]


async def test_those_who_join_a_group_are_welcomed_there(make_stage: MakeStage) -> None:
    stage = await make_stage(WELCOMES)
    assert [seen.words for seen in await stage.join("lin01", Conversation("aibot:小助手", "group", "wr1"))] == [
        "欢迎来甲群"
    ]
    assert await stage.join("lin01", Conversation("aibot:小助手", "group", "wr2")) == []
    assert await stage.join("lin01", Conversation("aibot:小助手", "group", "wr3")) == []
