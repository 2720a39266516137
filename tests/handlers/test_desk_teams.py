"""The desk with several teams: transfers, shares of work, leads, and what is written down about it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.types.actions import Card
from bot.types.events import Clicked, Conversation, Turned
from handlers.audit import audit
from handlers.desk.tables import tickets
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import START, Seen, Stage

TEAMS = """
[[channels]]
kind = "app"
name = "助手"
agent_id = 1000002
secret = "env:S"
token = "env:T"
aes_key = "env:A"
[[people]]
name = "小美"
userid = "mei01"
roles = ["售后组"]
[[people]]
name = "阿宁"
userid = "ning01"
roles = ["售后组"]
[[people]]
name = "老周"
userid = "zhou01"
[[people]]
name = "小陈"
userid = "chen01"
roles = ["售前组"]
[[teams]]
name = "售后组"
lead = "老周"
{more}
[[teams]]
name = "售前组"
"""


def desk(member: str) -> Conversation:
    return Conversation("app:助手", "direct", member)


async def teams(make_stage: MakeStage, more: str = "") -> Stage:
    return await make_stage(TEAMS.format(more=more))


async def give(stage: Stage, member: str, to: str) -> Sequence[Seen]:
    """Somebody presses 转给… and chooses."""
    await stage.press(member, "转给…", desk(member))
    card = stage.seen[-1].content
    assert isinstance(card, Card)
    known = stage._event(member, desk(member))
    return await stage.happen(Clicked(**known, task=card.task, key="give", selected=(("to", (to,)),)))


def newest(stage: Stage, member: str) -> str:
    """The task of the last card that somebody got."""
    return next(
        one.content.task
        for one in reversed(stage.seen)
        if isinstance(one.content, Card) and one.member == member and one.fresh
    )


async def row(stage: Stage, number: int = 1) -> sa.Row[tuple[object, ...]]:
    (found,) = await stage.database.read(sa.select(tickets).where(tickets.c.id == number))
    return found


async def audited(stage: Stage) -> list[tuple[str, str, bool]]:
    rows = await stage.database.read(sa.select(audit).order_by(audit.c.id))
    return [(one.who, one.what, one.allowed) for one in rows]


async def test_a_ticket_goes_to_another_team_with_a_new_promise(make_stage: MakeStage) -> None:
    stage = await teams(make_stage)
    await stage.say("lin01", "转人工", desk("lin01"))
    await stage.press("mei01", "接单", desk("mei01"))
    seen = await give(stage, "mei01", "team:售前组")
    assert [one.member for one in seen if "找客服" in one.words] == ["chen01"]
    assert any(one.member == "lin01" and "由售前组处理更合适" in one.words for one in seen)
    assert ((await row(stage)).team, (await row(stage)).state) == ("售前组", "queued")
    await stage.press("chen01", "接单", desk("chen01"))
    seen = await stage.say("lin01", "在吗", desk("lin01"))
    assert [one.member for one in seen] == ["chen01"]


async def test_who_was_called_before_it_went_to_another_team_has_nothing_to_do_with_it_any_more(
    make_stage: MakeStage,
) -> None:
    stage = await teams(make_stage)
    await stage.say("lin01", "转人工", desk("lin01"))
    await stage.press("mei01", "接单", desk("mei01"))
    await give(stage, "mei01", "team:售前组")
    (told,) = await stage.say("ning01", "接单 #1", desk("ning01"))
    assert "由售前组处理，您不在这个组" in told.words
    assert (await row(stage)).state == "queued"
    assert (await audited(stage))[-1] == ("ning01", "接单", False)


async def test_who_left_a_customer_waiting_is_not_the_one_who_is_asked_next(make_stage: MakeStage) -> None:
    stage = await teams(make_stage, 'assign = "最闲"')
    owners = []
    for customer in ("man01", "lin01"):
        seen = await stage.say(customer, "转人工", desk(customer))
        owners += [one.member for one in seen if "请您接" in one.words]
        await stage.press(owners[-1], "接单", desk(owners[-1]))
    busy, silent = owners
    await stage.say(busy, "在的", desk(busy))
    seen = await stage.forward(timedelta(minutes=29))
    await stage.say("man01", "好", desk("man01"))
    seen = await stage.forward(timedelta(minutes=2))
    assert any(one.member == silent and "已放回队列" in one.words for one in seen)
    assert [one.member for one in seen if "#2 lin01 请您接" in one.words] == [busy], "who has one in hand already"


async def test_it_goes_to_nobody_who_was_not_on_the_card(make_stage: MakeStage) -> None:
    stage = await teams(make_stage)
    await stage.say("lin01", "转人工", desk("lin01"))
    await stage.press("mei01", "接单", desk("mei01"))
    for stranger in ("person:lin01", "person:nobody", "team:没有的组", "x"):
        await give(stage, "mei01", stranger)
        assert stage.last.outcome.rule == "拒绝"
    assert ((await row(stage)).owner, (await row(stage)).state) == ("mei01", "owned")


async def test_somebody_of_another_team_may_not_take_it_and_that_is_written_down(make_stage: MakeStage) -> None:
    stage = await teams(make_stage)
    await stage.say("lin01", "转人工", desk("lin01"))
    await stage.click("chen01", "desk-1-1", "take", desk("chen01"))
    await stage.click("mei01", "desk-1-1", "take", desk("mei01"))
    await stage.click("ning01", "desk-1-2", "close", desk("ning01"))
    assert (await row(stage)).owner == "mei01"
    assert await audited(stage) == [("chen01", "接单", False), ("mei01", "接单", True)]
    await stage.say("lin01", "#1 结束", desk("lin01"))
    await stage.say("man01", "#1 结束", desk("man01"))
    assert (await audited(stage))[-1] == ("man01", "结束", False)


async def test_in_turn_one_is_asked_and_then_the_next_and_a_free_seat_takes_who_waits(make_stage: MakeStage) -> None:
    stage = await teams(make_stage, 'assign = "轮流"\ncapacity = 1')
    seen = await stage.say("lin01", "转人工", desk("lin01"))
    (first,) = [one.member for one in seen if "请您接" in one.words]
    seen = await stage.forward(timedelta(minutes=2, seconds=1))
    (second,) = [one.member for one in seen if "请您接" in one.words]
    assert {first, second} == {"mei01", "ning01"}
    await stage.press(second, "接单", desk(second))
    await stage.say("man01", "转人工", desk("man01"))
    await stage.press(first, "接单", desk(first))
    seen = await stage.say("wu01", "转人工", desk("wu01"))
    assert [one.member for one in seen] == ["wu01"], "nobody has room"
    seen = await stage.say(first, "结束", desk(first))
    assert [one.member for one in seen if "#3 wu01 请您接" in one.words] == [first]


SHIFT = """
[[shifts]]
name = "晚班"
team = "售后组"
people = ["小美"]
hours = "每天 {hours}"
"""


def warned(seen: Sequence[Seen]) -> list[str]:
    """Who hears that nobody is on duty."""
    return [one.member for one in seen if "现在没有人值班" in one.words]


async def test_the_lead_hears_that_nobody_is_on_duty_when_a_ticket_opens(make_stage: MakeStage) -> None:
    stage = await teams(make_stage, SHIFT.format(hours="20:00-24:00"))
    seen = await stage.say("lin01", "转人工", desk("lin01"))
    assert warned(seen) == ["zhou01"]
    assert [one.member for one in seen if "找客服" in one.words] == ["mei01", "ning01"], "everybody is called instead"
    assert warned(await stage.say("man01", "转人工", desk("man01"))) == [], "the lead knows"
    await stage.forward(timedelta(hours=1))
    assert warned(await stage.say("wu01", "转人工", desk("wu01"))) == ["zhou01"]


async def test_the_lead_hears_at_the_opening_of_hours_that_nobody_is_on_duty(make_stage: MakeStage) -> None:
    stage = await teams(make_stage, 'hours = "每天 13:00-18:00"' + SHIFT.format(hours="20:00-24:00"))
    assert warned(await stage.say("lin01", "转人工", desk("lin01"))) == [], "they are not at work"
    seen = await stage.forward(timedelta(hours=3, minutes=1))
    assert warned(seen) == ["zhou01"]


async def test_the_lead_hears_it_once_at_the_opening_however_many_wait_since_the_night(make_stage: MakeStage) -> None:
    stage = await teams(make_stage, 'hours = "每天 13:00-18:00"' + SHIFT.format(hours="20:00-24:00"))
    for customer in ("wu01", "lin01", "man01"):
        await stage.say(customer, "转人工", desk(customer))
    await stage.say("wu01", "结束人工", desk("wu01"))
    assert (await row(stage)).state == "closed", "who went before the opening tells nobody"
    seen = await stage.until(START.replace(hour=5, minute=1))
    assert [one.member for one in seen if "#2 lin01 找客服" in one.words] == ["mei01", "ning01"]
    assert [one.member for one in seen if "#3 man01 找客服" in one.words] == ["mei01", "ning01"]
    assert warned(seen) == ["zhou01"]
    assert warned(await stage.say("wu01", "转人工", desk("wu01"))) == [], "the lead knows"
    await stage.until(START.replace(hour=6, minute=2))
    assert warned(await stage.say("li01", "转人工", desk("li01"))) == ["zhou01"], "that is long ago"


async def test_who_comes_before_late_alarms_of_the_opening_leaves_it_to_them_to_tell_the_lead(
    make_stage: MakeStage,
) -> None:
    stage = await teams(make_stage, 'hours = "每天 13:00-18:00"' + SHIFT.format(hours="20:00-24:00"))
    for customer in ("lin01", "man01"):
        await stage.say(customer, "转人工", desk(customer))
    stage.now = START.replace(hour=5, minute=10)
    told = warned(await stage.say("wu01", "转人工", desk("wu01")))
    assert [*told, *warned(await stage.forward(timedelta(minutes=1)))] == ["zhou01"]


async def test_the_lead_hears_it_once_although_the_opening_rings_hours_late(make_stage: MakeStage) -> None:
    stage = await teams(make_stage, 'hours = "每天 13:00-18:00"' + SHIFT.format(hours="20:00-24:00"))
    for customer in ("lin01", "man01"):
        await stage.say(customer, "转人工", desk(customer))
    stage.now = START.replace(hour=7, minute=30)
    assert warned(await stage.forward(timedelta(seconds=1))) == ["zhou01"]


async def test_who_was_asked_before_the_night_and_does_not_take_it_leaves_nobody_unwarned(
    make_stage: MakeStage,
) -> None:
    monday = SHIFT.format(hours="09:00-18:00").replace("每天", "周一")
    stage = await teams(make_stage, 'assign = "轮流"\nhours = "每天 09:00-18:00"' + monday)
    await stage.until(START.replace(hour=9, minute=59))
    seen = await stage.say("lin01", "转人工", desk("lin01"))
    assert [one.member for one in seen if "请您接" in one.words] == ["mei01"]
    assert warned(await stage.until(START.replace(day=24, hour=1, minute=2))) == ["zhou01"]
    assert warned(await stage.say("wu01", "转人工", desk("wu01"))) == [], "the lead knows"
    assert warned(await stage.until(START.replace(day=24, hour=1, minute=30))) == [], "it was told once"


async def test_the_lead_hears_nothing_while_somebody_is_on_duty(make_stage: MakeStage) -> None:
    stage = await teams(make_stage, SHIFT.format(hours="09:00-18:00"))
    seen = await stage.say("lin01", "转人工", desk("lin01"))
    assert warned(seen) == []
    assert [one.member for one in seen if "找客服" in one.words] == ["mei01"]


async def test_a_customer_who_writes_after_hours_hears_when_staff_are_back(make_stage: MakeStage) -> None:
    stage = await teams(make_stage, 'hours = "每天 09:00-18:00"')
    await stage.until(START.replace(hour=9, minute=55))
    await stage.say("lin01", "转人工", desk("lin01"))
    await stage.press("mei01", "接单", desk("mei01"))
    await stage.say("mei01", "在查", desk("mei01"))
    await stage.forward(timedelta(minutes=15))
    relayed, told = await stage.say("lin01", "好了吗", desk("lin01"))
    assert (relayed.member, told.member) == ("mei01", "lin01")
    assert told.words == "售后组已经下班了，客服小美明天 09:00 上班，上班后回复您（#1）。"
    assert [one.member for one in await stage.say("lin01", "？", desk("lin01"))] == ["mei01"], "they know"
    seen = await stage.until(START.replace(day=24, hour=1, minute=1))
    assert [(one.member, one.words) for one in seen] == [("mei01", "上班了：#1 lin01 还在等您回复。")]


async def test_whoever_takes_over_at_night_keeps_what_the_customer_was_promised_for_the_morning(
    make_stage: MakeStage,
) -> None:
    stage = await teams(make_stage, 'hours = "每天 09:00-18:00"')
    await stage.until(START.replace(hour=9, minute=55))
    await stage.say("lin01", "转人工", desk("lin01"))
    await stage.press("mei01", "接单", desk("mei01"))
    await stage.forward(timedelta(minutes=15))
    assert any("明天 09:00 上班" in one.words for one in await stage.say("lin01", "好了吗", desk("lin01")))
    await stage.say("zhou01", "接单 #1", desk("zhou01"))
    assert (await row(stage)).owner == "zhou01"
    assert [one.member for one in await stage.say("lin01", "？", desk("lin01"))] == ["zhou01"], "they know when"
    seen = await stage.until(START.replace(day=24, hour=1, minute=1))
    assert [(one.member, one.words) for one in seen] == [("zhou01", "上班了：#1 lin01 还在等您回复。")]


async def test_who_presses_an_older_card_of_what_they_are_called_for_again_takes_it(make_stage: MakeStage) -> None:
    stage = await teams(make_stage, 'hours = "每天 13:00-18:00"')
    await stage.say("lin01", "转人工", desk("lin01"))
    old = newest(stage, "mei01")
    await stage.until(START.replace(hour=5, minute=1))
    new = newest(stage, "mei01")
    assert old != new
    for key in ("close", "pass", "later"):
        await stage.click("mei01", old, key, desk("mei01"))
        assert stage.last.outcome.rule == "太晚", "only to take it is the same on both"
    seen = await stage.click("mei01", old, "take", desk("mei01"))
    assert ((await row(stage)).state, (await row(stage)).owner) == ("owned", "mei01")
    assert [one.words for one in seen if one.member == "lin01"] == ["客服小美为您服务。"]
    faces = {one.content.task: one.words for one in seen if isinstance(one.content, Card) and one.member == "mei01"}
    assert ["（您已接单）" in faces.pop(task) for task in (old, new)] == [True, True]
    ((own, face),) = faces.items()
    assert "您在服务" in face
    seen = await stage.say("zhou01", "接单 #1", desk("zhou01"))
    mine = [one for one in seen if isinstance(one.content, Card) and one.member == "mei01"]
    assert [(one.content.task, "（老周已接单）" in one.words) for one in mine] == [(own, True)], (
        "each changes only once"
    )


async def test_an_older_card_takes_nothing_from_a_colleague_and_nothing_without_a_newer_one(
    make_stage: MakeStage,
) -> None:
    stage = await teams(make_stage, 'hours = "每天 13:00-18:00"')
    await stage.say("lin01", "转人工", desk("lin01"))
    old = newest(stage, "mei01")
    await stage.until(START.replace(hour=5, minute=1))
    await stage.say("mei01", "#1 稍后 3分钟", desk("mei01"))
    await stage.click("mei01", old, "take", desk("mei01"))
    assert (stage.last.outcome.rule, (await row(stage)).state) == ("太晚", "queued")
    await stage.forward(timedelta(minutes=4))
    assert newest(stage, "mei01") != old
    await stage.press("ning01", "接单", desk("ning01"))
    await stage.click("mei01", old, "take", desk("mei01"))
    assert (stage.last.outcome.rule, (await row(stage)).owner) == ("太晚", "ning01")


async def test_a_customer_whose_staff_work_on_after_hours_is_not_put_off(make_stage: MakeStage) -> None:
    stage = await teams(make_stage, 'hours = "每天 09:00-18:00"')
    await stage.until(START.replace(hour=10, minute=10))
    await stage.say("lin01", "转人工", desk("lin01"))
    await stage.press("mei01", "接单", desk("mei01"))
    for _ in range(2):
        assert [one.member for one in await stage.say("lin01", "好了吗", desk("lin01"))] == ["mei01"]
        await stage.say("mei01", "在查", desk("mei01"))


KF = """
[[channels]]
kind = "kf"
name = "客服"
open_kfid = "wkShop1"
handover = "native"
secret = "env:KS"
token = "env:KT"
aes_key = "env:KA"
"""


async def test_what_is_served_in_wecoms_own_client_is_not_taken_or_answered_at_the_desk(make_stage: MakeStage) -> None:
    stage = await make_stage(KF + TEAMS.format(more=""))
    chat = Conversation("kf:客服", "direct", "wkShop1/wmLin")
    await stage.say("wmLin", "转人工", chat)
    for words in ("接单 #1", "#1 转给 阿宁"):
        (told,) = await stage.say("mei01", words, desk("mei01"))
        assert "在微信客服里接待" in told.words
    known = {"staff": "mei01", "change": "taken"}
    await stage.happen(Turned(**stage._event("wmLin", chat), **known))
    assert ((await row(stage)).state, (await row(stage)).owner) == ("owned", "mei01")
    (told,) = await stage.say("mei01", "#1 您好", desk("mei01"))
    assert (told.member, "在微信客服里接待" in told.words) == ("mei01", True)


@pytest.mark.parametrize("how", ["word", "card"])
async def test_a_low_score_goes_to_the_lead_and_only_there(make_stage: MakeStage, how: str) -> None:
    stage = await teams(make_stage)
    await stage.say("lin01", "转人工", desk("lin01"))
    await stage.press("mei01", "接单", desk("mei01"))
    await stage.say("mei01", "结束", desk("mei01"))
    if how == "word":
        seen = await stage.say("lin01", "1分", desk("lin01"))
    else:
        seen = await stage.press("lin01", "1 很不满意", desk("lin01"))
    assert [one.member for one in seen if "又找客服" in one.words] == ["zhou01"]
    found = await row(stage)
    assert (found.state, found.level, found.reason, found.reopened, found.score) == ("queued", 1, "评分 1", 1, 1)
    await stage.click("lin01", "score-1-0", "5", desk("lin01"))
    assert stage.last.outcome.rule == "太晚"


async def test_a_digit_is_no_score_where_none_is_asked(make_stage: MakeStage) -> None:
    stage = await teams(make_stage)
    await stage.say("lin01", "转人工", desk("lin01"))
    await stage.say("lin01", "1", desk("lin01"))
    assert (await row(stage)).score is None
    assert stage.last.handler != "score"
