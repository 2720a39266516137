"""Dialogues that wait for the next words of their thread."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from bot.types.actions import Reply, Text
from bot.types.context import Context
from bot.types.events import Conversation, Event, Message
from bot.types.outcome import Outcome, answered
from handlers.dialogue import close_dialogue, close_dialogues, dialogue, open_dialogue
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import Stage

GROUP = Conversation("aibot:小助手", "group", "wr1")


@dataclass
class Form:
    """Opens a dialogue on its own name, takes the word that it wants, and closes."""

    name: str
    wants: str
    hears: tuple[str, ...] = ("message",)
    given: list[Mapping[str, Any]] = field(default_factory=list)

    async def prepare(self, event: Event) -> None:
        return None

    async def decide(self, event: Event, prepared: None, context: Context) -> Outcome | None:
        if not isinstance(event, Message) or event.text != self.name:
            return None
        await open_dialogue(context, self.name, {"wants": self.wants, "从": ["甲"]}, context.now + timedelta(minutes=5))
        return answered(Reply(content=Text(body=f"{self.name}开始")), reason="开始")

    async def resume(self, event: Message, data: Mapping[str, Any], context: Context) -> Outcome | None:
        self.given.append(data)
        if event.text == "全停":
            await close_dialogues(context)
        if event.text != data["wants"]:
            return None
        await close_dialogue(context, self.name)
        return answered(Reply(content=Text(body=f"{self.name}完成")), reason="完成")


async def forms(make_stage: MakeStage, *handlers: Form) -> Stage:
    stage = await make_stage("")
    stage.brain = replace(stage.brain, handlers=[dialogue(handlers), *handlers, *stage.brain.handlers[-3:]])
    return stage


async def said(stage: Stage, text: str, member: str = "lin01") -> str:
    return "".join(seen.words for seen in await stage.say(member, text, GROUP))


async def test_the_owner_gets_the_next_words_with_its_data(make_stage: MakeStage) -> None:
    form = Form("问卷", "好")
    stage = await forms(make_stage, form)
    assert await said(stage, "问卷") == "问卷开始"
    assert await said(stage, "好") == "问卷完成"
    assert form.given == [{"wants": "好", "从": ["甲"]}]
    assert await said(stage, "好") != "问卷完成"


async def test_the_most_recent_dialogue_is_asked_first(make_stage: MakeStage) -> None:
    stage = await forms(make_stage, Form("甲", "好"), Form("乙", "好"))
    await said(stage, "甲")
    await said(stage, "乙")
    assert await said(stage, "好") == "乙完成"
    assert await said(stage, "好") == "甲完成"


async def test_words_that_the_newest_does_not_take_go_to_the_one_before(make_stage: MakeStage) -> None:
    stage = await forms(make_stage, Form("甲", "好"), Form("乙", "行"))
    await said(stage, "甲")
    await said(stage, "乙")
    assert await said(stage, "好") == "甲完成"
    assert await said(stage, "行") == "乙完成"


async def test_another_member_has_dialogues_of_their_own(make_stage: MakeStage) -> None:
    stage = await forms(make_stage, Form("甲", "好"))
    await said(stage, "甲")
    assert await said(stage, "好", member="man01") != "甲完成"
    assert await said(stage, "好") == "甲完成"


async def test_a_dialogue_expires(make_stage: MakeStage) -> None:
    stage = await forms(make_stage, Form("甲", "好"))
    await said(stage, "甲")
    await stage.forward(timedelta(minutes=6))
    assert await said(stage, "好") != "甲完成"


async def test_all_of_a_thread_can_be_dropped_at_once(make_stage: MakeStage) -> None:
    stage = await forms(make_stage, Form("甲", "好"), Form("乙", "行"))
    await said(stage, "甲")
    await said(stage, "乙")
    await said(stage, "全停")
    assert await said(stage, "好") != "甲完成"
    assert await said(stage, "行") != "乙完成"
