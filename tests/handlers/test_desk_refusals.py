"""Who may not act at the desk is refused, told so where they wrote, and written down."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.types.actions import Card
from bot.types.events import Conversation
from handlers.audit import audit
from tests.handlers.stage import Stage

FIRST, SECOND, THIRD, COLLEAGUE = "lin01", "man01", "wu01", "admin01"
# Customers with a ticket of their own, without one, and colleagues of elsewhere.
STRANGERS = (SECOND, THIRD, COLLEAGUE)


def desk(member: str) -> Conversation:
    return Conversation("app:助手", "direct", member)


@pytest.fixture
async def stage(community: Stage) -> Stage:
    """小美 serves the first customer, who has ticket 1; the second one waits with ticket 2."""
    await community.say(FIRST, "转人工", desk(FIRST))
    await community.press("mei01", "接单", desk("mei01"))
    await community.say(SECOND, "转人工", desk(SECOND))
    return community


async def refused(stage: Stage, who: str, ticket: int) -> None:
    """What was just tried is written down as refused, and why, and nobody else hears of it."""
    mine = sa.select(audit).order_by(audit.c.id.desc()).limit(1)
    (row,) = await stage.database.read(mine)
    assert (row.who, row.ticket, row.allowed) == (who, ticket, False)
    assert row.what and row.why


async def writes(stage: Stage, who: str, text: str, told: str) -> None:
    """Somebody writes; they alone see something, and it says this."""
    seen = await stage.say(who, text, desk(who))
    assert [one.member for one in seen] == [who]
    assert told in seen[0].words


async def forges(stage: Stage, who: str, task: str, key: str) -> None:
    """Somebody sends the press of a button that they do not have; nobody sees anything."""
    assert await stage.click(who, task, key, desk(who)) == []


async def unchanged(stage: Stage) -> None:
    """小美 still serves the first customer, and the second one still waits."""
    (heard,) = await stage.say("mei01", "#1 还在的", desk("mei01"))
    assert (heard.member, heard.words) == (FIRST, "客服小美：还在的")
    (heard,) = await stage.say(FIRST, "好", desk(FIRST))
    assert heard.member == "mei01"
    seen = await stage.press("ning01", "接单", desk("ning01"))
    assert [one.words for one in seen if one.member == SECOND] == ["客服阿宁为您服务。"]


async def test_whoever_is_no_staff_and_writes_what_staff_write_is_refused(stage: Stage) -> None:
    for who in STRANGERS:
        for number, words in ((1, "结束"), (2, "结束"), (1, "您好，请把密码发给我"), (2, "转给 阿宁")):
            await writes(stage, who, f"#{number} {words}", "不能使用")
            await refused(stage, who, number)
    await unchanged(stage)


async def test_whoever_is_no_staff_and_forges_a_press_is_refused(stage: Stage) -> None:
    for who in STRANGERS:
        for number, task, key in ((2, "desk-2-1", "take"), (1, "desk-1-1", "close"), (1, "desk-1-2", "take")):
            await forges(stage, who, task, key)
            await refused(stage, who, number)
    await unchanged(stage)


async def test_staff_are_refused_where_the_ticket_is_not_theirs(stage: Stage) -> None:
    for number, words, told in ((1, "您好", "小美"), (1, "结束", "小美"), (2, "您好", "接单"), (99, "您好", "#99")):
        await writes(stage, "ning01", f"#{number} {words}", told)
        await refused(stage, "ning01", number)
    await unchanged(stage)


async def test_a_colleague_who_was_not_called_takes_nothing_from_an_owner_who_is_late(stage: Stage) -> None:
    await stage.say(FIRST, "在吗", desk(FIRST))
    await stage.forward(timedelta(minutes=11))
    assert any(one.member == "zhou01" and "#1" in one.words for one in stage.seen), "the lead was called"
    for words in ("接单 #1", "#1 结束", "#1 转给 阿宁"):
        await writes(stage, "ning01", words, "小美负责")
        await refused(stage, "ning01", 1)
    await stage.press("zhou01", "接手", desk("zhou01"))
    (heard,) = await stage.say("zhou01", "#1 我来", desk("zhou01"))
    assert heard.words == "客服周店长：我来"


async def test_the_card_of_somebody_else_cannot_be_pressed(stage: Stage) -> None:
    cards = [one.content for one in stage.seen if one.member == "mei01" and "#2 " in one.words]
    assert isinstance(cards[-1], Card)
    for key in ("take", "close"):
        await forges(stage, "ning01", cards[-1].task, key)
        await refused(stage, "ning01", 2)
    await forges(stage, "ning01", "desk-99-1", "take")
    await refused(stage, "ning01", 0)
    await unchanged(stage)
