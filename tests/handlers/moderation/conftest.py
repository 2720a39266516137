"""A community with a group, its owner, staff and rules of its own."""

from collections.abc import Awaitable, Callable, Sequence

import pytest

from bot.types.events import Conversation
from tests.handlers.conftest import MakeStage
from tests.handlers.stage import Seen, Stage

COMMUNITY = """
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
name = "内测群"
id = "wrG1"
doors = ["aibot:小助手"]
owner = "阿宁"
[[groups]]
name = "伙伴群"
id = "wrG2"
doors = ["aibot:小助手"]
[[people]]
name = "群管"
userid = "admin01"
roles = ["管理员", "售后组"]
[[people]]
name = "小美"
userid = "mei01"
roles = ["售后组"]
[[people]]
name = "阿宁"
userid = "ning01"
[[teams]]
name = "售后组"
"""
RULE = """
[[moderation]]
name = "广告"
words = ["刷单", "加薇信", "代开发票", "跑分"]
mode = "执行"
"""

ROOM = Conversation("aibot:小助手", "group", "wrG1")
OTHER_ROOM = Conversation("aibot:小助手", "group", "wrG2")


def desk(member: str) -> Conversation:
    """A member's chat with the app."""
    return Conversation("app:助手", "direct", member)


def to(seen: Sequence[Seen], member: str) -> list[str]:
    """What a member saw."""
    return [one.words for one in seen if one.member == member]


Community = Callable[[str], Awaitable[Stage]]


@pytest.fixture
def community_with(make_stage: MakeStage) -> Community:
    """The community with these rules."""

    async def make(rules: str) -> Stage:
        return await make_stage(COMMUNITY + rules)

    return make
