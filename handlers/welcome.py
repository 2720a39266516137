"""A welcome for those who open the chat or join a group, not more often than they would like."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

import sqlalchemy as sa

from bot.types.actions import Reply, Text
from bot.types.columns import Instant
from bot.types.context import Context
from bot.types.declarations import Capability, Declared, Handler, Personal, Problem, Section, Settings, Settled
from bot.types.events import Event
from bot.types.fields import Door, Duration, Name, OneOrMany, limited
from bot.types.outcome import Outcome, answered, silent
from bot.types.ports import Calendar, Services
from handlers.desk import tickets
from handlers.directory import duplicates, unknown_doors, unknown_groups
from handlers.halt import silences
from handlers.serving import unheard
from handlers.variables import fill, unknown_message, unknown_variables, values

# A welcome that comes later than this greets somebody who is gone.
LIFE = timedelta(minutes=1)

Words = Annotated[str, limited(2048)]

welcomes = sa.Table(
    "welcomes",
    sa.MetaData(),
    sa.Column("thread", sa.Text, primary_key=True),
    sa.Column("last_at", Instant, nullable=False),
    sa.Index("welcomes_last_at", "last_at"),
)


class Welcome(Settled):
    """One welcome: for 1:1 chats of some doors, or for those who join some groups."""

    name: Name
    doors: OneOrMany[Door] = ()
    groups: OneOrMany[Name] = ()
    first: Words
    again: Words | None = None
    every: Duration = timedelta(hours=24)


def _none() -> tuple[Welcome, ...]:
    return ()


WELCOMES: Section[tuple[Welcome, ...]] = Section("welcome", tuple[Welcome, ...], _none)


@dataclass(frozen=True, slots=True)
class Greeter:
    """Says the first welcome that is meant for this place."""

    welcomes: Sequence[Welcome]
    calendar: Calendar
    name: str = "welcome"
    hears: tuple[str, ...] = ("opened", "joined")

    async def prepare(self, event: Event) -> None:
        """Nothing to prepare."""

    async def decide(self, event: Event, prepared: None, context: Context) -> Outcome | None:
        """The welcome, or the reason why there is none now."""
        welcome = next((one for one in self.welcomes if _is_for(one, context)), None)
        if welcome is None:
            return silent(reason="这里没有设置欢迎语")
        if context.conversation.channel == "kf" and not event.route.code:
            # Without a code it would cost one of the few answers to the customer's next message.
            return silent(reason="企业微信没有给欢迎语的机会（48 小时内聊过）", rule=welcome.name)
        if why := await _inopportune(context):
            return silent(reason=why, rule=welcome.name)
        query = sa.select(welcomes.c.last_at).where(welcomes.c.thread == context.thread.key)
        last = (await context.transaction.execute(query)).scalar()
        if last is not None and context.now - last < welcome.every:
            return silent(reason="不久前欢迎过", rule=welcome.name)
        await _remember(context)
        template = welcome.first if last is None else welcome.again or welcome.first
        body = fill(template, values(context, self.calendar.timezone))
        reply = Reply(content=Text(body=body), expires_at=context.now + LIFE)
        return answered(reply, reason="第一次见面" if last is None else "又见面了", rule=welcome.name)


def _is_for(welcome: Welcome, context: Context) -> bool:
    if welcome.doors and context.conversation.door not in welcome.doors:
        return False
    if context.conversation.place == "direct":
        return not welcome.groups
    if context.group is None or not context.group.has("welcome"):
        return False
    return context.group.name in welcome.groups


async def _inopportune(context: Context) -> str:
    if await silences(context):
        return "停机中"
    ticket = await tickets.of_thread(context)
    return "客服正在服务" if ticket is not None and ticket.is_served else ""


async def _remember(context: Context) -> None:
    mine = welcomes.c.thread == context.thread.key
    await context.transaction.execute(sa.delete(welcomes).where(mine))
    row = {"thread": context.thread.key, "last_at": context.now}
    await context.transaction.execute(sa.insert(welcomes).values(row))


def build(settings: Settings, services: Services) -> Sequence[Handler]:
    """The handler of the settings' welcomes."""
    entries = settings[WELCOMES]
    return (Greeter(entries, services.calendar),)


def inspect(settings: Settings) -> Iterable[Problem]:
    """Names used twice, unknown groups and variables, and welcomes that no door can trigger."""
    entries: tuple[Welcome, ...] = settings[WELCOMES]
    yield from duplicates([entry.name for entry in entries], "welcome", "name")
    for at, entry in enumerate(entries):
        yield from unknown_groups(settings, entry.groups, ("welcome", at, "groups"))
        yield from unknown_doors(settings, entry.doors, ("welcome", at, "doors"))
        yield from unheard(settings, entry.doors, entry.groups, ("welcome", at))
        for key, text in (("first", entry.first), ("again", entry.again or "")):
            for name in unknown_variables(text):
                yield Problem(("welcome", at, key), unknown_message(name))


CAPABILITY = Capability(
    name="welcome",
    sections=(WELCOMES,),
    tables=(Declared(welcomes, Personal.PSEUDONYM, timedelta(days=400), "last_at"),),
    build=build,
    inspect=inspect,
)
