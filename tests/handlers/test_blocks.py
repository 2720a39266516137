"""What administrators hear of words that were not said."""

import pytest

from bot.types.events import Blocked, Conversation
from tests.handlers.stage import Stage


@pytest.mark.parametrize(
    ("place", "where"),
    [
        (Conversation("app:助手", "direct", "lin01"), "和 小林 的一对一"),
        (Conversation("aibot:小助手", "group", "wrNobodyNamedIt"), "在还没有名字的群里"),
    ],
)
async def test_administrators_hear_where_it_was(community: Stage, place: Conversation, where: str) -> None:
    at = community.now
    event = Blocked(id="b1", conversation=place, member="lin01", at=at, received_at=at, words="能根治", word="根治")
    told = await community.happen(event)
    assert told and all(where in one.words for one in told)
