"""A community with check-in campaigns: its configuration, what people say and see, and the clock's Ticks."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.store.connection import Connection
from bot.transaction import EventTransaction
from bot.types.events import Conversation, Tick
from handlers.points.members import key_of, remember
from handlers.points.within import Outside
from tests.handlers.stage import Seen, Stage

NAME = "晨读"
DOORS = """[wecom]
corp_id = "ww6d75797500000001"
[[channels]]
kind = "app"
name = "助手"
agent_id = 1
secret = "env:A"
token = "env:B"
aes_key = "env:C"
[[channels]]
kind = "webhook"
name = "推送"
key = "env:D"
[[channels]]
kind = "aibot"
name = "小助手"
mode = "url"
token = "env:E"
aes_key = "env:F"
"""
PLACE = (
    DOORS
    + """[[groups]]
name = "内测群"
id = "wr1"
doors = ["aibot:小助手", "webhook:推送"]
[[groups]]
name = "别的群"
id = "wr2"
doors = ["aibot:小助手"]
[[people]]
name = "群管"
userid = "admin01"
roles = ["管理员"]
[[people]]
name = "小林"
userid = "lin01"
[[people]]
name = "小满"
userid = "man01"
[[people]]
name = "阿宁"
userid = "ning01"
[points]
[broadcast]
per_week = 20
"""
)
GROUP, OTHER = Conversation("aibot:小助手", "group", "wr1"), Conversation("aibot:小助手", "group", "wr2")
PUSHED = Conversation("webhook:推送", "group", "wr1")


def campaign(more: str = "", days: str = "from = 2026-11-23\nuntil = 2026-11-27", name: str = NAME) -> str:
    return f'[[campaigns]]\nname = "{name}"\n{days}\n{more}\n'


def app(member: str) -> Conversation:
    return Conversation("app:助手", "direct", member)


async def say(stage: Stage, text: str, member: str = "lin01", where: Conversation | None = None) -> str:
    """What people see because of what somebody says, by default to the app."""
    seen = await stage.say(member, text, where or app(member))
    return "\n".join(one.words for one in seen)


async def tick(stage: Stage, what: str, name: str = NAME, due: datetime | None = None) -> Sequence[Seen]:
    """A Tick of a campaign's comes: `remind.2000`, `report`."""
    stage.now += timedelta(milliseconds=50)
    moment = due or stage.now
    named = f"checkin.{what}|{name}"
    event = Tick(
        id=f"tick:{named}:{moment.isoformat()}", conversation=Conversation("scheduler", "direct", named),
        at=moment, received_at=stage.now, name=named, due=moment,
    )  # fmt: skip
    return await stage.happen(event)


async def call(stage: Stage, member: str, name: str) -> None:
    """Somebody whom the configuration does not know calls themselves so."""

    async def work(connection: Connection) -> None:
        transaction = EventTransaction(connection, "test", stage.now, 1)
        await remember(transaction, await key_of(Outside(stage.now, transaction), member), name)

    await stage.database.write(work)
