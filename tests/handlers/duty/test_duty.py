"""The roster in the app's chat: leave, swaps, who may do what, and what becomes of it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.types.actions import Card
from bot.types.events import Conversation
from handlers.audit import audit
from handlers.duty.tables import leaves, swaps
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import Seen, Stage

APP = '[[channels]]\nkind="app"\nname="助手"\nagent_id=1\nsecret="env:A"\ntoken="env:B"\naes_key="env:C"\n'
PEOPLE = "".join(
    f'[[people]]\nname="{name}"\nuserid="{id}"\nroles={roles}\n'
    for name, id, roles in [
        ("小美", "mei", '["售后组"]'),
        ("阿宁", "ning", '["售后组"]'),
        ("组长", "lead", '["售后组"]'),
        ("老板", "boss", '["管理员"]'),
        ("店员", "clerk", '["店员"]'),
    ]
)
TEAM = '[[teams]]\nname="售后组"\nhours="工作日 09:00-18:00"\nlead="组长"\n[escalation]\nteam="售后组"\n'
SHIFTS = """[[shifts]]
name="早班"
team="售后组"
people=["小美"]
hours="工作日 09:00-13:00"
[[shifts]]
name="晚班"
team="售后组"
people=["阿宁"]
hours="工作日 13:00-18:00"
"""


def desk(member: str) -> Conversation:
    return Conversation("app:助手", "direct", member)


async def say(stage: Stage, member: str, text: str) -> list[tuple[str, str]]:
    """Somebody says something at the desk: who sees what."""
    return shown(await stage.say(member, text, desk(member)))


def shown(seen: Sequence[Seen]) -> list[tuple[str, str]]:
    return [(one.member, one.words) for one in seen]


@pytest.fixture
async def stage(make_stage: MakeStage) -> Stage:
    return await make_stage(APP + PEOPLE + TEAM + SHIFTS)


async def states(stage: Stage) -> list[str]:
    return [row.state for row in await stage.database.read(sa.select(swaps.c.state).order_by(swaps.c.id))]


async def refusals(stage: Stage) -> list[tuple[str, str]]:
    rows = await stage.database.read(sa.select(audit).where(audit.c.allowed.is_(False)))
    return [(row.who, row.what) for row in rows]


async def test_the_roster_tells_who_is_on_duty_and_the_rest_of_the_week(stage: Stage) -> None:
    ((_, told),) = await say(stage, "mei", "值班")
    assert told.startswith("【售后组】现在值班：小美\n11月23日（周一）\n  早班 工作日 09:00-13:00：小美\n  晚班")
    assert "11月27日（周五）" in told
    assert "11月28日" not in told
    ((_, told),) = await say(stage, "boss", "值班 下周")
    assert told.startswith("11月30日（周一）")


async def test_leave_is_written_down_and_the_lead_hears_of_it_and_of_the_gap(stage: Stage) -> None:
    told = await say(stage, "mei", "请假 明天")
    assert told[0] == ("mei", "记下了：小美11月24日（周二）请假，那时不派单。提前回来发「销假」。")
    assert told[1] == ("lead", "小美11月24日（周二）请假。")
    assert told[2][0] == "lead"
    assert "明天 09:00 起售后组没有人值班" in told[2][1]
    ((_, table),) = await say(stage, "mei", "值班")
    assert "早班 工作日 09:00-13:00：没有人（请假：小美）" in table
    rows = await stage.database.read(sa.select(audit.c.who, audit.c.allowed))
    assert [tuple(row) for row in rows] == [("mei", True)]


async def test_the_same_leave_twice_is_one_and_is_taken_back_once(stage: Stage) -> None:
    await say(stage, "mei", "请假 11月25日 上午")
    await say(stage, "mei", "请假 11月25日 上午")
    assert len(await stage.database.read(sa.select(leaves))) == 1
    assert (await say(stage, "mei", "销假 明天"))[0][1] == "没有记着的请假。"
    assert (await say(stage, "mei", "销假"))[0][1] == "小美的请假取消了：11月25日（周三）08:00-12:00。"
    assert (await say(stage, "mei", "销假"))[0][1] == "没有记着的请假。"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("请假", "请假写上哪天"),
        ("请假三天", "请假写上哪天"),
        ("请假 昨天", "已经过去"),
        ("请假 明年8月1日", "半年"),
        ("请假 明天到3月1日", "60 天"),
        ("换班 阿宁", "换班写上"),
        ("换班 周五", "换班写上"),
        ("换班 小美 周五", "自己"),
        ("换班 老板 周五", "不在一个小组"),
        ("换班 阿宁 昨天", "已经过去"),
        ("换班 阿宁 11月20日", "半年"),
        ("换班 阿宁 周六", "一样"),
        ("取消换班", "没有等着"),
    ],
)
async def test_what_cannot_be_is_told_with_the_cure(stage: Stage, text: str, says: str) -> None:
    told = await say(stage, "mei", text)
    assert [who for who, _ in told] == ["mei"]
    assert says in told[0][1]
    assert not await stage.database.read(sa.select(leaves))
    assert await states(stage) == []


async def test_only_administrators_and_leads_do_it_for_others(stage: Stage) -> None:
    assert "请管理员或组长来" in (await say(stage, "mei", "请假 阿宁 明天"))[0][1]
    assert await refusals(stage) == [("mei", "给阿宁请假")]
    for who, name in (("lead", "组长"), ("boss", "老板")):
        day = "明天" if who == "lead" else "后天"
        told = dict(await say(stage, who, f"阿宁 请假 {day}"))
        assert told[who].startswith("记下了：阿宁")
        assert f"（{name}代办）" in told["ning"]
        assert "没有人值班" in told["lead"]
    assert "不在任何小组" in (await say(stage, "boss", "请假 店员 明天"))[0][1]


async def test_words_of_other_people_are_just_words(stage: Stage) -> None:
    await say(stage, "clerk", "请假 明天")
    await say(stage, "somebody", "换班 阿宁 周五")
    assert not await stage.database.read(sa.select(leaves))
    assert await states(stage) == []
    assert stage.last.handler != "duty"


async def test_a_swap_holds_once_the_other_one_agrees(stage: Stage) -> None:
    told = await say(stage, "mei", "换班 阿宁 周五")
    assert told[0] == ("mei", "已问阿宁：11月27日（周五）小美和阿宁互换。对方同意之前，班次不变。")
    assert told[1][0] == "ning"
    card = stage.seen[-1].content
    assert isinstance(card, Card)
    assert card.fields == (("11月27日小美", "早班 工作日 09:00-13:00"), ("11月27日阿宁", "晚班 工作日 13:00-18:00"))
    ((_, before),) = await say(stage, "mei", "值班 周五")
    assert "早班 工作日 09:00-13:00：小美" in before
    pressed = shown(await stage.press("ning", "同意", desk("ning")))
    assert ("mei", "阿宁同意了：11月27日（周五）小美和阿宁互换。") in pressed
    assert "lead" in dict(pressed)
    ((_, after),) = await say(stage, "mei", "值班 周五")
    assert "早班 工作日 09:00-13:00：阿宁" in after
    assert "晚班 工作日 13:00-18:00：小美" in after
    assert await states(stage) == ["agreed"]


async def test_a_refused_swap_changes_nothing_and_the_card_stays_answered(stage: Stage) -> None:
    await say(stage, "mei", "换班 阿宁 周五")
    assert (await say(stage, "mei", "换班 阿宁 周五"))[0][1].startswith("已经问过阿宁")
    await stage.press("ning", "不同意", desk("ning"))
    assert await states(stage) == ["refused"]
    await stage.click("ning", "duty-1-1", "accept", desk("ning"))
    assert stage.last.outcome.rule == "太晚"
    assert await states(stage) == ["refused"]


async def test_nobody_else_answers_a_swap(stage: Stage) -> None:
    await say(stage, "mei", "换班 阿宁 周五")
    for who in ("mei", "lead", "boss", "clerk"):
        assert await stage.click(who, "duty-1-1", "accept", desk(who)) == []
    assert await states(stage) == ["asked"]
    assert [who for who, _ in await refusals(stage)] == ["mei", "lead", "boss", "clerk"]
    for task in ("duty-9-1", "duty-x-1", "duty-1"):
        assert await stage.click("ning", task, "accept", desk("ning")) == []


async def test_a_swap_without_an_answer_ends_as_its_first_shift_begins(stage: Stage) -> None:
    await say(stage, "mei", "换班 阿宁 周五")
    assert shown(await stage.forward(timedelta(days=3, hours=22, minutes=58))) == []
    told = shown(await stage.forward(timedelta(minutes=2)))
    assert told == [("mei", "阿宁没有回音：11月27日（周五）小美和阿宁互换，没有换成，班次不变。")]
    assert await states(stage) == ["expired"]
    await stage.click("ning", "duty-1-1", "accept", desk("ning"))
    assert await states(stage) == ["expired"]


async def test_a_swap_can_be_withdrawn(stage: Stage) -> None:
    await say(stage, "mei", "换班 阿宁 周五")
    assert (await say(stage, "mei", "取消换班"))[0][1] == "换班已收回（1 个），班次不变。"
    await stage.click("ning", "duty-1-1", "accept", desk("ning"))
    assert await states(stage) == ["withdrawn"]
    rows = await stage.database.read(sa.select(audit.c.who, audit.c.what).order_by(audit.c.id))
    assert [(row.who, row.what.partition("：")[0]) for row in rows] == [("mei", "换班（等同意）"), ("mei", "收回换班")]


async def test_a_lead_arranges_a_swap_for_two(stage: Stage) -> None:
    told = dict(await say(stage, "lead", "换班 小美 阿宁 周四 周五"))
    assert told["mei"] == told["ning"] == told["lead"]
    assert "11月26日（周四）小美和阿宁互换，11月27日（周五）再换一次" in told["mei"]
    assert await states(stage) == ["agreed"]
    assert "请管理员或组长来" in (await say(stage, "ning", "换班 小美 组长 周五"))[0][1]


async def test_who_serves_a_customer_writes_to_them(stage: Stage) -> None:
    await stage.say("kay", "转人工", desk("kay"))
    await stage.press("mei", "接单", desk("mei"))
    told = await say(stage, "mei", "明天请假")
    assert [who for who, _ in told] == ["kay"]
    told = await say(stage, "mei", "请假的话提前跟我说，明天也行")
    assert [who for who, _ in told] == ["kay"]
    assert (await say(stage, "mei", "值班"))[0][0] == "mei"
    assert (await say(stage, "mei", "请假 明天"))[0][0] == "mei"
