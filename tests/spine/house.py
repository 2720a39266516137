"""The spine put together around a handler that a test scripts, with a door that only remembers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from redis.asyncio import Redis

from bot.brain import Brain
from bot.channels.door import Capabilities, Delivery, Promise, SendError
from bot.channels.fitting import fitted, joined
from bot.engine import Committed, Engine
from bot.inbox import Inbox
from bot.lanes import Lanes
from bot.leases import Leases
from bot.metrics import Metrics
from bot.outbox import Writer
from bot.passive import Passive
from bot.store.database import Database
from bot.store.tables import outbox
from bot.timers import Timers
from bot.types.actions import Card, Reply, Text, words_of
from bot.types.context import Context
from bot.types.events import Conversation, Event, Message, Route
from bot.types.outcome import Outcome, answered
from bot.types.ports import Group, Member

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PARTITIONS = 4
NO_ROUTE = Route()


class HandClock:
    """A clock that moves when it is told to."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def forward(self, **duration: float) -> None:
        self.at += timedelta(**duration)


STAFF = "staff"


class Nobody:
    """A directory that knows nobody but a member of the staff."""

    def member(self, door: str, id: str) -> Member:
        return Member(id)

    def group(self, conversation: Conversation) -> Group | None:
        return None

    def with_role(self, role: str) -> tuple[Member, ...]:
        return ()

    def alerted(self, role: str) -> tuple[Conversation, ...]:
        return ()

    def is_for_staff(self, conversation: Conversation) -> bool:
        return conversation.native == STAFF


Decide = Callable[[Event, Context], Awaitable[Outcome | None]]


async def echo(event: Event, context: Context) -> Outcome | None:
    """Says again what was said."""
    text = event.text if isinstance(event, Message) else event.topic
    return answered(Reply(content=Text(body=f"回：{text}")), reason="复述")


@dataclass
class Scripted:
    """A handler whose decision is a function of the test."""

    script: Decide = echo
    name: str = "scripted"
    hears: tuple[str, ...] = ("message", "opened", "tick:scripted", "signal:scripted", "clicked:scripted")
    decided: list[Event] = field(default_factory=list)

    async def prepare(self, event: Event) -> None:
        return None

    async def decide(self, event: Event, prepared: Any, context: Context) -> Outcome | None:
        self.decided.append(event)
        return await self.script(event, context)


@dataclass
class Memo:
    """A door that remembers what it was given to send, and fails as it is told to."""

    door: str = "app:助手"
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(2048, (), Promise.KEYED))
    sent: list[Delivery] = field(default_factory=list)
    failures: list[SendError] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, delivery: Delivery) -> str:
        await self.gate.wait()
        self.sent.append(delivery)
        if self.failures:
            raise self.failures.pop(0)
        return f"native-{len(self.sent)}"

    @property
    def texts(self) -> list[str]:
        return [one.content.title if isinstance(one.content, Card) else words_of(one.content) for one in self.sent]


@dataclass
class House:
    """One process of the bot, without HTTP."""

    database: Database
    redis: Redis
    reader: Redis
    prefix: str
    clock: HandClock = field(default_factory=HandClock)
    handler: Scripted = field(default_factory=Scripted)
    doors: Sequence[Memo] = field(default_factory=lambda: (Memo(),))
    owner: str = "house"
    forbidden: str = ""
    screen_broken: bool = False
    alone: bool = True
    committed: list[Committed] = field(default_factory=list)

    def __post_init__(self) -> None:
        for door in self.doors:
            door.gate.set()
        self.metrics = Metrics()
        self.inbox = Inbox(self.redis, self.reader, PARTITIONS, capacity=200, prefix=self.prefix)
        self.leases = Leases(
            self.redis, self.database, self.owner, PARTITIONS, seconds=2, alone=self.alone, prefix=self.prefix
        )
        self.passive = Passive(self.database, self.clock, patience=10)
        self.brain = Brain(
            handlers=[self.handler], directory=Nobody(), screen=self.screen, instead="（这句话不便说）", hash="test"
        )
        self.lanes = Lanes(
            database=self.database, leases=self.leases, inbox=self.inbox, clock=self.clock,
            channels={one.door: one for one in self.doors},
            tally=self.metrics, brain=lambda: self.brain, pause=0.02, join=joined,
        )  # fmt: skip
        self.engine = Engine(
            inbox=self.inbox, leases=self.leases, database=self.database, clock=self.clock, counts=self.metrics,
            brain=lambda: self.brain, stream_of=lambda event: "", after=self.after,
            writer=Writer(PARTITIONS, {one.door: one.capabilities for one in self.doors}, fitted),
        )  # fmt: skip
        self.timers = Timers(database=self.database, inbox=self.inbox, leases=self.leases, clock=self.clock, pause=0.02)

    def screen(self, text: str) -> str | None:
        if self.screen_broken:
            raise RuntimeError("screen")
        return self.forbidden if self.forbidden and self.forbidden in text else None

    async def after(self, committed: Committed) -> None:
        self.committed.append(committed)
        await self.passive.decided(committed.event.id, committed.ready)
        self.lanes.hint()

    @asynccontextmanager
    async def at_work(self, *, timers: bool = False) -> AsyncIterator["House"]:
        await self.leases.take()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.engine.run())
            tasks.create_task(self.lanes.run())
            sweeping = tasks.create_task(self.timers.run()) if timers else None
            try:
                yield self
            finally:
                self.engine.stop()
                self.lanes.stop()
                if sweeping:
                    sweeping.cancel()

    async def rows(self) -> list[sa.Row[Any]]:
        return await self.database.read(sa.select(outbox).order_by(outbox.c.seq))


def message(
    id: str,
    text: str = "你好",
    *,
    member: str = "li.na",
    door: str = "app:助手",
    at: datetime = START,
    route: Route = NO_ROUTE,
) -> Message:
    """A member's direct message."""
    where = Conversation(door, "direct", member)
    return Message(id=id, conversation=where, member=member, at=at, received_at=at, text=text, route=route)
