"""The desk: who may do what, and that nobody is left in limbo."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot.store.connection import Connection
from bot.store.tables import timers, versions
from bot.transaction import EventTransaction, Outdated
from bot.types.actions import Card
from bot.types.events import Conversation
from handlers.desk.phrases import Phrases
from handlers.desk.settings import Escalation
from handlers.desk.tables import messages, tickets
from tests.handlers.conftest import SHIPPED, MakeStage
from tests.handlers.stage import Stage, read

GROUP = Conversation("aibot:小助手", "group", "wrMuyuNeiceQun0000000000000001")


def desk(member: str) -> Conversation:
    return Conversation("app:助手", "direct", member)


async def states(stage: Stage) -> Sequence[str]:
    rows = await stage.database.read(sa.select(tickets.c.state).order_by(tickets.c.id))
    return [row.state for row in rows]


async def test_a_click_by_somebody_outside_the_team_changes_nothing(community: Stage) -> None:
    await community.say("lin01", "转人工", desk("lin01"))
    for who in ("man01", "admin01", "lin01"):
        seen = await community.click(who, "desk-1-1", "take", desk(who))
        assert seen == []
        assert community.last.outcome.rule == "拒绝"
    assert await states(community) == ["queued"]


async def test_a_click_from_another_door_changes_nothing(community: Stage) -> None:
    await community.say("lin01", "转人工", desk("lin01"))
    await community.click("mei01", "desk-1-1", "take", Conversation("aibot:小助手", "direct", "mei01"))
    assert community.last.outcome.rule == "拒绝"
    assert await states(community) == ["queued"]


@pytest.mark.parametrize("task", ["desk-99-1", "desk-x-1", "desk-1", "desk-1-1-1", "desk--1-1", "desk-" + "9" * 40])
async def test_a_forged_task_changes_nothing(community: Stage, task: str) -> None:
    await community.say("lin01", "转人工", desk("lin01"))
    assert await community.click("mei01", task, "take", desk("mei01")) == []
    assert await states(community) == ["queued"]


async def test_staff_cannot_take_their_own_ticket(community: Stage) -> None:
    seen = await community.say("mei01", "转人工", desk("mei01"))
    assert [one.member for one in seen if "找客服" in one.words] == ["ning01"]
    await community.click("mei01", "desk-1-1", "take", desk("mei01"))
    assert await states(community) == ["queued"]


async def test_every_card_has_a_task_of_its_own(community: Stage) -> None:
    await community.say("lin01", "转人工", desk("lin01"))
    await community.press("mei01", "接单", desk("mei01"))
    await community.forward(timedelta(minutes=31))
    tasks = [seen.content.task for seen in community.seen if isinstance(seen.content, Card) and seen.fresh]
    # Two are called, the lead hears that it takes too long, and then all three are called.
    assert tasks == [f"desk-1-{number}" for number in range(1, 7)]


async def test_a_ticket_is_guarded_so_that_two_takers_cannot_both_win(community: Stage) -> None:
    """The second of two transactions that saw the same version is undone."""
    await community.say("lin01", "转人工", desk("lin01"))

    async def meddle(connection: Connection) -> None:
        bumped = sa.update(versions).where(versions.c.key == "ticket:1").values(version=versions.c.version + 1)
        await connection.execute(bumped)

    async def take(connection: Connection) -> None:
        transaction = EventTransaction(connection, "late", community.now, 1)
        await transaction.guard("ticket:1")
        await meddle(connection)
        await transaction.settle()

    with pytest.raises(Outdated):
        await community.database.write(take)
    before = await community.database.read(sa.select(versions.c.version).where(versions.c.key == "ticket:1"))
    await community.press("mei01", "接单", desk("mei01"))
    after = await community.database.read(sa.select(versions.c.version).where(versions.c.key == "ticket:1"))
    assert after[0].version == before[0].version + 1


async def test_an_open_ticket_always_has_a_clock_that_will_ring(community: Stage) -> None:
    async def rings() -> bool:
        rows = await community.database.read(sa.select(timers.c.data))
        return [json.loads(row.data) for row in rows] == [{"ticket": "1"}]

    await community.say("lin01", "转人工", GROUP)
    assert await rings()
    await community.press("mei01", "接单", desk("mei01"))
    assert await rings()
    await community.say("lin01", "在吗", GROUP)
    assert await rings()
    await community.say("mei01", "在", desk("mei01"))
    assert await rings()
    await community.say("mei01", "结束", desk("mei01"))
    assert await rings()
    await community.forward(timedelta(days=1))
    assert await states(community) == ["closed"]
    assert not await community.database.read(sa.select(timers))


async def test_left_alone_a_ticket_ends_whoever_spoke_last(community: Stage) -> None:
    for before in ((), ("take",), ("take", "customer"), ("take", "staff")):
        await community.say("lin01", "转人工", desk("lin01"))
        for step in before:
            if step == "take":
                await community.press("mei01", "接单", desk("mei01"))
            else:
                who = "lin01" if step == "customer" else "mei01"
                await community.say(who, "在吗", desk(who))
        await community.forward(timedelta(days=3))
        assert set(await states(community)) == {"closed"}


async def test_a_customer_who_keeps_asking_does_not_give_the_owner_more_time(community: Stage) -> None:
    await community.say("lin01", "转人工", desk("lin01"))
    await community.press("mei01", "接单", desk("mei01"))
    for _ in range(4):
        await community.forward(timedelta(minutes=9))
        await community.say("lin01", "在吗", desk("lin01"))
    assert await states(community) == ["queued"]


async def test_a_clock_that_rings_late_does_nothing(community: Stage) -> None:
    await community.say("lin01", "转人工", desk("lin01"))
    stale = await community.due(community.now + timedelta(minutes=10))
    assert stale is not None
    await community.press("mei01", "接单", desk("mei01"))
    await community.happen(stale)
    assert community.last.outcome.reason == "工单已经变了"
    assert await states(community) == ["owned"]


async def test_the_transcript_keeps_both_sides_in_order(community: Stage) -> None:
    await community.say("lin01", "转人工", desk("lin01"))
    await community.press("mei01", "接单", desk("mei01"))
    await community.say("lin01", "一", desk("lin01"))
    await community.say("mei01", "二", desk("mei01"))
    rows = await community.database.read(sa.select(messages).order_by(messages.c.id))
    assert [(row.side, row.body) for row in rows] == [("customer", "转人工"), ("customer", "一"), ("staff", "二")]


async def test_without_a_desk_the_answer_is_honest_and_no_ticket_is_opened(make_stage: MakeStage) -> None:
    stage = await make_stage(
        '[[people]]\nname = "小美"\nuserid = "mei01"\nroles = ["售后组"]\n[[teams]]\nname = "售后组"'
    )
    (seen,) = await stage.say("lin01", "转人工", desk("lin01"))
    assert "还没有接入人工客服" in seen.words
    assert await states(stage) == []
    (unknown,) = await stage.say("lin01", "阿巴", desk("lin01"))
    (unknown,) = await stage.say("lin01", "阿巴", desk("lin01"))
    assert "转人工" not in unknown.words


PHRASES = Phrases.of(Escalation().phrases, Escalation().unless)


@pytest.mark.parametrize(
    "text", ["人工", "人工！", "转人工", "请转人工", "找客服", "我要人工客服", "客服", "帮我转接人工谢谢"]
)
def test_these_call_a_person(text: str) -> None:
    assert PHRASES.match(text)


@pytest.mark.parametrize("text", ["人工智能", "不要转人工", "人工客服几点上班", "客服态度真好", "", "纯手工"])
def test_these_do_not_call_a_person(text: str) -> None:
    assert not PHRASES.match(text)


@given(st.text(max_size=60))
def test_any_text_may_be_asked(text: str) -> None:
    PHRASES.match(text)


async def test_a_team_without_an_app_is_warned_about(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[[people]]\nname = "小美"\nuserid = "mei01"\nroles = "售后组"\n[[teams]]\nname = "售后组"')
    (warning,) = read(path).warnings
    assert (warning.key, "还没有 app" in warning.message) == ("teams[0].name", True)


@pytest.mark.parametrize(("mode", "must"), [("url", True), ("socket", False)])
async def test_customers_are_asked_to_speak_only_where_the_bot_may_only_answer(
    mode: str, must: bool, make_stage: MakeStage
) -> None:
    written = f'mode     = "{mode}"\nbot_id = "b"\nsecret = "env:S"'
    stage = await make_stage(SHIPPED.read_text("utf-8").replace('mode     = "url"', written))
    await stage.say("lin01", "转人工", GROUP)
    seen = await stage.forward(timedelta(minutes=6))
    (said,) = [one.words for one in seen if "我又催了一次" in one.words]
    assert ("您再说一句话" in said) is must
