"""A small stage for handlers: the real brain, the real SQL, a clock that moves by hand, and no wires.

People speak, press and wait; what they would see comes back. At an AI bot's door every message of a person lets one
later notice through, as in WeCom; what finds no way is held until they speak again.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Literal

import sqlalchemy as sa

from bot.brain import Brain, Decided
from bot.channels.sends import sends_of
from bot.channels.settings import CHANNELS, WECOM
from bot.config import Config, load
from bot.logs import LOG
from bot.settings import BOT, SERVER
from bot.status import CoreStatus
from bot.store import settings as stores
from bot.store.connection import Connection
from bot.store.database import Database
from bot.store.tables import events, threads, timers
from bot.transaction import EventTransaction
from bot.types.actions import Action, Card, Content, Emit, Notify, Reply, Text, Update, words_of
from bot.types.attachments import Attachment
from bot.types.context import Context, Trace
from bot.types.declarations import Section
from bot.types.events import Clicked, Conversation, Event, Fetched, Joined, Media, Message, Opened, Rated, Tick
from bot.types.outcome import Kind
from bot.types.ports import Services, Shelf, Thread
from handlers.desk.settings import DESK
from handlers.dialogue import dialogue
from handlers.directory import Roster
from handlers.order import CAPABILITIES, ORDER
from handlers.screen import SCREENING, screen_of
from scheduler.calendar import WorkCalendar
from scheduler.schedule import SCHEDULE

# A Monday that is a workday, 10:00 in Shanghai.
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
# What people call their files.
MEDIA: Mapping[str, str] = {"image": "图片.png", "voice": "语音.amr", "video": "视频.mp4", "file": "文件.pdf"}
SECTIONS: Sequence[Section[Any]] = (
    BOT,
    SERVER,
    LOG,
    stores.STORE,
    stores.MEDIA,
    WECOM,
    CHANNELS,
    SCHEDULE,
    *(one for made in CAPABILITIES for one in made.sections),
)


def read(path: Path) -> Config:
    """The checked configuration of a file."""
    return load(path, SECTIONS, [made.inspect for made in CAPABILITIES], environ={}, need_secrets=False)


def prompt(config: Config) -> Config:
    """The configuration with staff's words going out at once: most tests are not about taking them back."""
    writing = config[DESK].model_copy(update={"send_delay": timedelta(0)})
    return replace(config, values={**config.values, DESK.key: writing})


def think(config: Config, shelf: Shelf) -> Brain:
    """The brain of a configuration, its handlers in their visible order."""
    directory, calendar = Roster.of(config), WorkCalendar(config[BOT].timezone)
    desk = next((f"app:{door.name}" for door in config[CHANNELS] if door.kind == "app"), "")
    doors = config[CHANNELS]
    status = CoreStatus("1.2.3", config.hash, START)
    services = Services(directory, calendar, desk, shelf=shelf, sends=sends_of(doors), status=status)
    built = [handler for made in CAPABILITIES for handler in made.build(config, services)]
    built.append(dialogue(built))
    place = {name: at for at, name in enumerate(ORDER)}
    return Brain(
        handlers=sorted(built, key=lambda handler: place[handler.name]),
        directory=directory,
        screen=screen_of(config[SCREENING], shelf),
        instead=config[SCREENING].instead,
        hash=config.hash,
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that somebody saw: where, for whom, what. `fresh` is false for a card that changed."""

    where: Conversation
    member: str
    content: Content
    fresh: bool = True

    @property
    def words(self) -> str:
        """All that can be read of it."""
        if not isinstance(self.content, Card):
            return words_of(self.content)
        card = self.content
        fields = [f"{key}：{value}" for key, value in card.fields]
        buttons = f"（{card.done}）" if card.done else "".join(f"[{button.text}]" for button in card.buttons)
        return "\n".join(filter(None, [card.title, card.desc, card.quote, *fields, buttons]))


@dataclass
class Stage:
    """One community at work."""

    database: Database
    brain: Brain
    now: datetime = START
    seen: list[Seen] = field(default_factory=list)
    decided: list[Decided] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)
    nicknames: dict[str, str] = field(default_factory=dict)
    _count: int = 0
    _ways: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    _held: list[Notify] = field(default_factory=list)

    @property
    def last(self) -> Decided:
        """What was decided last."""
        return self.decided[-1]

    async def say(self, member: str, text: str, where: Conversation, form: str = "text") -> Sequence[Seen]:
        """A person says something; what people see because of it."""
        self._ways[(where.key, member)] += where.channel == "aibot"
        known = self._event(member, where)
        before = [notice for notice in self._held if notice.to == where and notice.member in ("", member)]
        self._held = [notice for notice in self._held if notice not in before]
        for notice in before:
            self._notify(notice)
        media = (Media(form, media_id="M"),) if form in MEDIA else ()
        message = Message(**known, text=text, form=form, media=media)
        return [*await self.happen(message, len(before)), *(await self.arrive(message) if media else ())]

    async def arrive(
        self, message: Message, passes_as: Literal["image", "file", "words"] = "image", why: str = ""
    ) -> Sequence[Seen]:
        """What a message carried has been fetched, or never will be."""
        kept = None if why else Attachment(MEDIA[message.form], "0" * 64, 100)
        known = self._event(message.member, message.conversation)
        arrived = Fetched(
            **known, message=message.id, number=0, form=message.form, file=kept, passes_as=passes_as, why=why
        )
        return await self.happen(arrived)

    async def enter(self, member: str, where: Conversation) -> Sequence[Seen]:
        """A person opens the chat."""
        return await self.happen(Opened(**self._event(member, where), how="enter_agent"))

    async def join(self, member: str, where: Conversation) -> Sequence[Seen]:
        """A person joins a group."""
        return await self.happen(Joined(**self._event(member, where)))

    async def press(self, member: str, label: str, where: Conversation) -> Sequence[Seen]:
        """A person presses the button of the newest card that has it."""
        task, key = next(
            (seen.content.task, button.key)
            for seen in reversed(self.seen)
            if isinstance(seen.content, Card) and seen.member == member and not seen.content.done
            for button in seen.content.buttons
            if button.text == label
        )
        return await self.click(member, task, key, where)

    async def click(self, member: str, task: str, key: str, where: Conversation) -> Sequence[Seen]:
        """A click arrives, whoever made it."""
        return await self.happen(Clicked(**self._event(member, where), task=task, key=key))

    async def rate(
        self, member: str, event: str, verdict: str, where: Conversation, content: str = ""
    ) -> Sequence[Seen]:
        """A person presses a thumb on what was said about an event."""
        return await self.happen(Rated(**self._event(member, where), feedback=event, verdict=verdict, content=content))

    async def forward(self, duration: timedelta) -> Sequence[Seen]:
        """Time passes; timers ring when they are due."""
        return await self.until(self.now + duration)

    async def until(self, moment: datetime) -> Sequence[Seen]:
        """The clock moves to a moment; timers ring on the way."""
        began = len(self.seen)
        while due := await self.due(moment):
            self.now = max(self.now, due.due)
            await self.happen(replace(due, received_at=self.now))
        self.now = moment
        return self.seen[began:]

    def _event(self, member: str, where: Conversation) -> dict[str, Any]:
        self._count += 1
        self.now += timedelta(milliseconds=50)
        return {
            "id": f"event-{self._count}",
            "conversation": where,
            "member": member,
            "at": self.now,
            "received_at": self.now,
            "nickname": self.nicknames.get(member, ""),
        }

    async def due(self, moment: datetime, name: str = "") -> Tick | None:
        """The first timer that is due until a moment, of a name or of any, taken as the engine takes it."""
        query = sa.select(timers).where(timers.c.due <= moment).order_by(timers.c.due).limit(1)
        if name:
            query = query.where(timers.c.name == name)
        rows = await self.database.read(query)
        if not rows:
            return None
        row = rows[0]
        await self.database.write(lambda connection: connection.execute(sa.delete(timers).where(timers.c.id == row.id)))
        where = Conversation.parse(row.conversation)
        return Tick(
            id=f"timer:{row.id}:{row.nonce}",
            conversation=where,
            member=row.member,
            at=row.due,
            received_at=row.due,
            name=row.name,
            due=row.due,
            data=json.loads(row.data),
        )

    async def happen(self, event: Event, already: int = 0) -> Sequence[Seen]:
        began = len(self.seen) - already
        prepared = await self.brain.prepare(event)
        trace = Trace()

        async def work(connection: Connection) -> Decided:
            return await self._decide(event, prepared, trace, connection)

        decided = await self.database.write(work)
        self.decided.append(decided)
        self.traces.append(trace)
        for action in decided.outcome.actions:
            await self._act(event, action)
        return self.seen[began:]

    async def _decide(
        self, event: Event, prepared: Mapping[str, object], trace: Trace, connection: Connection
    ) -> Decided:
        """One event in one transaction, written down as the engine does."""
        transaction = EventTransaction(connection, event.id, self.now, 1)
        known = self.brain.directory.member(event.conversation.door, event.member)
        await connection.execute(sa.insert(events).values(_row(event, self.now)))
        context = Context(
            now=self.now,
            chance=Random(event.id),
            transaction=transaction,
            conversation=event.conversation,
            thread=await self._thread(event, connection),
            member=known if known.name else replace(known, name=event.nickname),
            group=self.brain.directory.group(event.conversation),
            trace=trace,
            at=event.at,
        )
        decided = await self.brain.decide(event, prepared, context)
        assert decided.outcome.kind != Kind.PARKED
        await transaction.settle()
        result = {"outcome": decided.outcome.kind, "handler": decided.handler, "reason": decided.outcome.reason}
        await connection.execute(sa.update(events).where(events.c.id == event.id).values(result))
        return decided

    async def _thread(self, event: Event, connection: Connection) -> Thread:
        mine = threads.c.key == event.thread
        found = (await connection.execute(sa.select(threads).where(mine))).first()
        row = {
            "key": event.thread,
            "conversation": event.conversation.key,
            "member_key": event.member,
            "last_seen": self.now,
        }
        await connection.execute(sa.delete(threads).where(mine))
        await connection.execute(sa.insert(threads).values(row))
        return Thread(event.thread, last_seen=found.last_seen if found else None)

    async def _act(self, event: Event, action: Action) -> None:
        match action:
            case Reply():
                self._show(event.conversation, event.member, action.content)
            case Update():
                self._show(event.conversation, event.member, action.card, fresh=False)
            case Notify():
                self._notify(action)
            case Emit():
                await self.happen(action.event)

    def _notify(self, notice: Notify) -> None:
        if notice.expires_at is not None and notice.expires_at <= self.now:
            return
        way = (notice.to.key, notice.member or self._way_to(notice.to))
        if notice.to.channel == "aibot" and not self._ways[way]:
            self._held.append(notice)
            return
        self._ways[way] -= notice.to.channel == "aibot"
        self._show(notice.to, notice.member, notice.content)

    def _way_to(self, where: Conversation) -> str:
        """Somebody whose words let something be said to all; "" where there is nobody."""
        return next((member for (key, member), ways in self._ways.items() if key == where.key and ways), "")

    def _show(self, where: Conversation, member: str, content: Content, fresh: bool = True) -> None:
        if isinstance(content, Text):
            screened = self.brain.screened(content, where).content
            assert isinstance(screened, Text)
            content = screened
        # A card of a task that somebody has takes its place, as at the door.
        if isinstance(content, Card) and any(_is_of(one, member, content.task) for one in self.seen):
            fresh = False
        self.seen.append(Seen(where, member, content, fresh))


def _is_of(seen: Seen, member: str, task: str) -> bool:
    return seen.member == member and isinstance(seen.content, Card) and seen.content.task == task


def _row(event: Event, now: datetime) -> dict[str, Any]:
    return {
        "id": event.id,
        "conversation": event.conversation.key,
        "thread": event.thread,
        "member_key": event.member,
        "topic": event.topic,
        "text": event.text if isinstance(event, Message) else "",
        "at": event.at,
        "received_at": event.received_at,
        "decided_at": now,
        "outcome": "",
    }
