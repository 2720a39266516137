"""What administrators are told in WeCom without having asked: what became of a saved configuration, alarms.

The core puts a Signal into a conversation of its own; what comes in quick succession becomes one message.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.types.actions import Notify, Text
from bot.types.columns import Instant
from bot.types.context import Context
from bot.types.declarations import Capability, Declared, Handler, Personal, Settings
from bot.types.events import Conversation, Event, Signal, Tick
from bot.types.outcome import Outcome, silent
from bot.types.ports import Directory, Services, Timer
from handlers.directory import ADMIN

# Somebody who saves often hears at most once in `APART`; the first time soon after the file has come to rest.
QUIET = timedelta(seconds=2)
APART = timedelta(minutes=1)
LIFE = timedelta(hours=1)
TIMER = "notices.tell"
RELOAD = "notices.reload"

notices = sa.Table(
    "notices",
    sa.MetaData(),
    sa.Column("topic", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("saved", sa.Integer, nullable=False),
    sa.Column("told_at", Instant),
)


@dataclass(frozen=True, slots=True)
class Notices:
    """Tells administrators through the desk's door. A Signal carries `text` and the `digest` of what it is about."""

    desk: str
    directory: Directory
    name: str = "notices"
    hears: tuple[str, ...] = ("signal:notices", "tick:notices")

    async def prepare(self, event: Event) -> None:
        """Nothing to prepare."""

    async def decide(self, event: Event, prepared: None, context: Context) -> Outcome | None:
        """Silent towards the core: either the message is put off a little, or it goes out now."""
        if isinstance(event, Tick):
            return await self._tell(event.data, context)
        return await self._gather(event, context) if isinstance(event, Signal) else None

    async def _gather(self, event: Signal, context: Context) -> Outcome:
        """Replace what was not told yet; the same thing from another process is told once."""
        topic, data = context.conversation.native, event.data
        known = await _kept(context, topic)
        if known is not None and known.digest == data["digest"]:
            return silent(reason="已经知道了", rule="重复")
        told_at = known.told_at if known else None
        due = max(context.now + QUIET, told_at + APART) if told_at else context.now + QUIET
        saved = known.saved + 1 if known else 1
        await _keep(context, topic, digest=data["digest"], saved=saved, told_at=told_at)
        told = {"text": data["text"], "saved": str(saved) if event.name == RELOAD else "1"}
        await context.transaction.set_timer(
            Timer(id=f"{TIMER}:{topic}", name=TIMER, conversation=context.conversation, due=due, data=told)
        )
        return silent(reason="稍后告诉管理员", rule="攒着")

    async def _tell(self, data: Mapping[str, str], context: Context) -> Outcome:
        topic = context.conversation.native
        row = await _kept(context, topic)
        await _keep(context, topic, digest=row.digest if row else "", saved=0, told_at=context.now)
        people = self.directory.with_role(ADMIN) if self.desk else ()
        groups = self.directory.alerted(ADMIN)
        if not people and not groups:
            return silent(reason="没有管理员，或没有自建应用，无处可说", rule="没人可说")
        more = f"\n（连着保存了 {data['saved']} 次，这是最后一次的结果。）" if data["saved"] != "1" else ""
        content = Text(body=data["text"] + more, fixed=False)
        told = [self._notice(person.id, content, context.now) for person in people]
        told += [Notify(to=group, content=content, expires_at=context.now + LIFE) for group in groups]
        where = f"和 {len(groups)} 个群" if groups else ""
        return silent(*told, reason=f"告诉了 {len(people)} 位管理员{where}", rule="告诉管理员")

    def _notice(self, member: str, content: Text, now: datetime) -> Notify:
        to = Conversation(self.desk, "direct", member)
        return Notify(to=to, member=member, content=content, expires_at=now + LIFE)


async def _kept(context: Context, topic: str) -> sa.Row[Any] | None:
    await context.transaction.guard(f"notices:{topic}")
    return (await context.transaction.execute(sa.select(notices).where(notices.c.topic == topic))).first()


async def _keep(context: Context, topic: str, **values: Any) -> None:
    await context.transaction.execute(sa.delete(notices).where(notices.c.topic == topic))
    await context.transaction.execute(sa.insert(notices).values(topic=topic, **values))


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The handler of notices."""
    return (Notices(services.desk, services.directory),)


CAPABILITY = Capability(name="notices", tables=(Declared(notices, Personal.NONE, None),), build=build)
