"""Thumbs on answers."""

from typing import Any

import pytest
import sqlalchemy as sa

from bot.types.events import Conversation
from handlers.feedback import ratings, ratings_of
from tests.handlers.stage import Stage

HERE = Conversation("aibot:小助手", "group", "wrG1")


async def rate(stage: Stage, verdict: str, member: str = "li.na", event: str = "answered-1", content: str = "") -> str:
    """What the trace says about a thumb; nobody is told anything."""
    assert not await stage.rate(member, event, verdict, HERE, content)
    return stage.last.outcome.reason


async def kept(stage: Stage, event: str = "answered-1") -> list[Any]:
    return [tuple(row) for row in await stage.database.read(ratings_of(event))]


async def test_a_thumb_is_kept_with_the_event_that_was_answered(community: Stage) -> None:
    assert await rate(community, "inaccurate", content="不完整；价格是旧的") == "👎 不准确，对 answered-1"
    await rate(community, "accurate", member="wang.wu")
    await rate(community, "accurate", event="answered-2")
    assert await kept(community) == [("inaccurate", "不完整；价格是旧的"), ("accurate", "")]


async def test_a_person_may_change_their_mind(community: Stage) -> None:
    await rate(community, "inaccurate", content="错了")
    await rate(community, "accurate")
    assert await kept(community) == [("accurate", "")]
    for _ in range(2):
        await rate(community, "withdrawn")
        assert await kept(community) == []


@pytest.mark.parametrize(("verdict", "event"), [("", "answered-1"), ("great", "answered-1"), ("accurate", "")])
async def test_what_is_no_thumb_is_not_kept(community: Stage, verdict: str, event: str) -> None:
    assert await rate(community, verdict, event=event) == "看不懂的评价"
    assert await community.database.read(sa.select(ratings)) == []


async def test_words_beside_a_thumb_are_kept_up_to_a_bound(community: Stage) -> None:
    await rate(community, "inaccurate", content="长" * 5000)
    assert await kept(community) == [("inaccurate", "长" * 1000)]
