"""What a person answered after the bot could not is found again, and only that."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.types.events import Conversation
from handlers.desk.answers import Proposal, Said, said_since, says_something
from handlers.gaps import gaps
from tests.handlers.stage import START, Stage

GROUP = Conversation("aibot:小助手", "group", "wrMuyuNeiceQun0000000000000001")
ASKED = "能不能开巴西的电子海关单"


def desk(member: str) -> Conversation:
    return Conversation("app:助手", "direct", member)


async def proposals(stage: Stage) -> Sequence[Proposal | None]:
    """What people answered to each gap."""
    said = Said(tuple(reversed(await stage.database.read(said_since(START)))))
    rows = await stage.database.read(sa.select(gaps).order_by(gaps.c.id))
    return [said.after(row.thread, row.at) for row in rows]


async def serve(stage: Stage, *lines: str) -> None:
    await stage.say("lin01", "转人工", GROUP)
    await stage.press("mei01", "接单", desk("mei01"))
    for line in lines:
        await stage.say("mei01", line, desk("mei01"))
    await stage.say("mei01", "结束", desk("mei01"))


async def test_the_words_of_a_person_answer_the_question_before(community: Stage) -> None:
    await community.say("lin01", ASKED, GROUP)
    await serve(community, "您好", "开不了，抱歉", "可以开普通发票")
    (found,) = await proposals(community)
    assert found is not None
    assert (found.answer, found.by) == ("开不了，抱歉\n可以开普通发票", "mei01")


async def test_nobody_answered_a_question_of_long_before_or_of_somebody_else(community: Stage) -> None:
    await community.say("lin01", ASKED, GROUP)
    await community.say("wang", ASKED, GROUP)
    await community.forward(timedelta(hours=1))
    await serve(community, "开不了")
    assert await proposals(community) == [None, None]


async def test_greetings_and_pictures_answer_nothing(community: Stage) -> None:
    await community.say("lin01", ASKED, GROUP)
    await serve(community, "您好，请稍等", "好的")
    assert await proposals(community) == [None]


@pytest.mark.parametrize("line", ["在的", "您好～", "好的，稍等", "不客气", "[图片] a.png", "还有其他问题吗？"])
def test_words_that_say_nothing_are_known(line: str) -> None:
    assert not says_something(line)


@pytest.mark.parametrize("line", ["可以", "不能", "99 元", "在的，三楼", "http://a.cn"])
def test_words_that_say_something_are_known(line: str) -> None:
    assert says_something(line)
