"""A stage that is the whole bot, at work beside a simulated WeCom: HTTP, encryption, inbox, engine, outbox, lanes.

What people see is read from the simulator's journal. Both share one clock, which only the dialog moves.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from bot.app import Running, Wiring, load_config, running
from bot.config import Config
from bot.simulator import AiBot, App, Posted, Record, Timing, WeCom
from bot.simulator import Conversation as Place
from bot.store.connection import Connection
from bot.store.tables import events, outbox, routes, timers
from bot.types.actions import Button, Card, Text
from bot.types.events import Conversation
from bot.types.fields import Listening
from bot.types.secret import Address
from handlers.desk.tables import CLOSED, tickets
from handlers.dialogue import dialogues
from handlers.directory import GROUPS, PEOPLE
from handlers.escalating.misses import misses
from handlers.escalating.tables import tempers
from handlers.halt import halts
from handlers.keyword import cooldowns
from handlers.welcome import welcomes
from tests.handlers.stage import MEDIA, Seen

SECRET, TOKEN, AES_KEY = "AppSecret", "QunbanToken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ENVIRON = {
    "WECOM_APP_SECRET": SECRET,
    "WECOM_APP_TOKEN": TOKEN,
    "WECOM_APP_AES_KEY": AES_KEY,
    "WECOM_BOT_TOKEN": TOKEN,
    "WECOM_BOT_AES_KEY": AES_KEY,
}
# Dialogs that are played weeks later may reach the end of the known holidays; administrators hear of that.
ASIDE = "节假日表只到"
MOMENT = timedelta(seconds=1)
PNG = b"\x89PNG\r\n\x1a\n"
NO_STORES: Mapping[str, str] = MappingProxyType({})
OPEN = ("ready", "waiting", "sending", "handed")
# WeCom is quick, but does not lose patience with a bot on a busy machine.
SWIFT = replace(Timing().scaled(0.05), answer_within=Timing().answer_within)
FORGOTTEN = (dialogues, misses, tempers, halts, cooldowns, welcomes, timers, outbox, routes, events)


@dataclass
class HandClock:
    """The time of both worlds."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class UnixClock:
    """The same time as the simulator counts it."""

    clock: HandClock

    def now(self) -> float:
        return self.clock.at.timestamp()


@dataclass
class Live:
    """The bot and its WeCom, as a stage for dialogs."""

    wecom: WeCom
    clock: HandClock
    doors: Mapping[str, App | AiBot]
    bot: Running = field(init=False)
    events: int = 0
    _shown: dict[int, int] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.clock.at

    async def say(self, member: str, text: str, where: Conversation, form: str = "text") -> Sequence[Seen]:
        """A person says something, or sends something."""
        self._tick()
        door = self.doors[where.door]
        if isinstance(door, App):
            # What is carried is heard of a second time, when it has been fetched.
            self.events += form in MEDIA
            return await self._after(await self._tell(door, member, text, form))
        assert form == "text"
        if where.place == "group":
            return await self._after(await self.wecom.mention(door, where.native, member, text))
        return await self._after(await self.wecom.direct(door, member, text))

    async def _tell(self, app: App, member: str, text: str, form: str) -> Posted:
        match form:
            case "image":
                return await self.wecom.show_picture(app, member, PNG)
            case "voice":
                return await self.wecom.speak(app, member)
            case "video":
                return await self.wecom.show_video(app, member)
            case "location":
                return await self.wecom.share_location(app, member, "31.2", "120.6", "")
        return await self.wecom.say(app, member, text)

    async def enter(self, member: str, where: Conversation) -> Sequence[Seen]:
        """A person opens the chat."""
        self._tick()
        door = self.doors[where.door]
        if isinstance(door, App):
            return await self._after(await self.wecom.enter_agent(door, member))
        return await self._after(await self.wecom.enter_chat(door, member))

    async def press(self, member: str, label: str, where: Conversation) -> Sequence[Seen]:
        """A person presses the button of the newest card that has it."""
        self._tick()
        place = Place(self.doors[where.door].id, where.place, where.native if where.place == "group" else member)
        for record in reversed(self.wecom.journal.seen(place)):
            face = record.card_for(member)
            if face is not None and "replace_text" not in face:
                keys = [one["key"] for one in face.get("button_list", ()) if one["text"] == label]
                if keys:
                    return await self._after(await self.wecom.click(record, keys[0], member))
        raise LookupError(f"{member} has no card with {label}")

    async def forward(self, duration: timedelta) -> Sequence[Seen]:
        """Time passes."""
        return await self.until(self.now + duration)

    async def until(self, moment: datetime) -> Sequence[Seen]:
        """The clock moves to a moment, ringing on the way."""
        moment = moment.astimezone(UTC)
        while True:
            due = await self.bot.database.read(sa.select(timers).where(timers.c.due <= moment).order_by(timers.c.due))
            if not due:
                break
            self.clock.at = max(self.now, due[0].due)
            self.events += 1
            await self._quiet()
        self.clock.at = max(self.now, moment)
        return self._news()

    async def forget(self, moment: datetime) -> int:
        """Begin anew at a later moment; the number of the last ticket there was."""
        for table in FORGOTTEN:
            await self._write(sa.delete(table))
        over = sa.update(tickets).where(tickets.c.state != CLOSED).values(state=CLOSED, closed_at=self.now)
        await self._write(over)
        self.clock.at, self.events = moment, 0
        self._news()
        (last,) = await self.bot.database.read(sa.select(sa.func.coalesce(sa.func.max(tickets.c.id), 0)))
        return int(last[0])

    async def _write(self, statement: sa.Executable) -> None:
        async def work(connection: Connection) -> None:
            await connection.execute(statement)

        await self.bot.database.write(work)

    def _tick(self) -> None:
        """People type; and an answer that was read is not read again."""
        self.clock.at += timedelta(seconds=3)
        self._news()

    async def _after(self, posted: Posted) -> Sequence[Seen]:
        self.events += 1
        await posted.delivered()
        await self._quiet()
        return self._news()

    async def _quiet(self) -> None:
        """Wait until everything is decided and nothing is on its way."""
        decided = sa.select(sa.func.count()).where(events.c.topic.not_like("tick:retention%"), events.c.outcome != "")
        under_way = sa.select(sa.func.count()).where(outbox.c.state.in_(OPEN))
        for _ in range(2000):
            done = (await self.bot.database.read(decided))[0][0] >= self.events
            if done and (await self.bot.database.read(under_way))[0][0] == 0:
                await self.wecom.settle()
                return
            await self._let_follow()
            await asyncio.sleep(0.005)
        rows = await self.bot.database.read(sa.select(outbox).where(outbox.c.state.in_(OPEN)))
        raise TimeoutError(f"still under way: {[(row.id, row.state, row.error) for row in rows]}")

    async def _let_follow(self) -> None:
        """What follows an answer in the same chat leaves a moment after it."""
        soon = self.now < outbox.c.due_at, outbox.c.due_at <= self.now + MOMENT
        query = sa.select(sa.func.max(outbox.c.due_at)).where(outbox.c.state == "waiting", *soon)
        (due,) = (await self.bot.database.read(query))[0]
        self.clock.at = due or self.now

    def _news(self) -> Sequence[Seen]:
        """What people see that they did not see before, or that changed."""
        news = []
        for record in self.wecom.journal.seen():
            known = self._shown.get(record.number, 0)
            if record.finished and len(record.history) > known:
                self._shown[record.number] = len(record.history)
                if (record.text or record.card) and not record.text.startswith(ASIDE):
                    news.append(self._seen(record, fresh=known == 0))
        return news

    def _seen(self, record: Record, fresh: bool) -> Seen:
        door = next(name for name, door in self.doors.items() if door.id == record.conversation.door)
        where = Conversation(door, record.conversation.kind, record.conversation.native)
        face = record.history[-1].card
        content = Text(body=record.text) if face is None else _card(face)
        return Seen(where, record.member.lower(), content, fresh)


def _card(face: Mapping[str, Any]) -> Card:
    """A card as the handlers wrote it."""
    title = face.get("main_title", {})
    return Card(
        task=str(face.get("task_id", "")),
        title=title.get("title", ""),
        desc=title.get("desc", "") or face.get("sub_title_text", ""),
        quote=face.get("quote_area", {}).get("quote_text", ""),
        fields=tuple((one["keyname"], one["value"]) for one in face.get("horizontal_content_list", ())),
        buttons=tuple(Button(one["key"], one["text"]) for one in face.get("button_list", ())),
        done=face.get("replace_text", ""),
    )


@asynccontextmanager
async def live(
    config: Path, data: Path, start: datetime, guests: Sequence[str], stores: Mapping[str, str] = NO_STORES
) -> AsyncIterator[Live]:
    """The bot of a configuration in a world of its own; `stores` are addresses of others than its own ones."""
    async with lives(config, start, guests) as world, awake(config, data, world, stores) as stage:
        yield stage


@asynccontextmanager
async def lives(config: Path, start: datetime, guests: Sequence[str]) -> AsyncIterator[Live]:
    """A world without the bot of a configuration, which may be `awake` in it several times."""
    clock = HandClock(start)
    async with WeCom(clock=UnixClock(clock), timing=SWIFT) as wecom:
        doors = _doors(load_config(config, ENVIRON), wecom)
        _people(load_config(config, ENVIRON), wecom, doors, guests)
        yield Live(wecom, clock, doors)


@asynccontextmanager
async def awake(config: Path, data: Path, stage: Live, stores: Mapping[str, str] = NO_STORES) -> AsyncIterator[Live]:
    """The bot at work in a world."""
    adjusted = _adjust(stage.wecom, data, stores)
    async with running(config, Wiring(environ=ENVIRON, clock=stage.clock, adjust=adjusted)) as bot:
        host, port = bot.address
        for name, door in stage.doors.items():
            kind, _, own = name.partition(":")
            stage.wecom.connect(door, f"http://{host}:{port}/cb/{kind}/{quote(own)}")
        stage.bot = bot
        yield stage


def _doors(config: Config, wecom: WeCom) -> Mapping[str, App | AiBot]:
    made: dict[str, App | AiBot] = {}
    for channel in config.values["channels"]:
        if channel.kind == "app":
            door: App | AiBot = wecom.add_app(
                channel.name, channel.agent_id, secret=SECRET, token=TOKEN, aes_key=AES_KEY
            )
        else:
            door = wecom.add_bot(channel.name, token=TOKEN, aes_key=AES_KEY)
        made[f"{channel.kind}:{channel.name}"] = door
    return made


def _adjust(wecom: WeCom, data: Path, stores: Mapping[str, str]) -> Any:
    def adjust(config: Config) -> Config:
        values = dict(config.values)
        values["wecom"] = values["wecom"].model_copy(update={"corp_id": wecom.corp_id, "api": wecom.url})
        values["server"] = values["server"].model_copy(update={"listen": Listening("127.0.0.1", 0)})
        values["desk"] = values["desk"].model_copy(update={"send_delay": timedelta(0)})
        addresses = {name: Address("", url) for name, url in stores.items()}
        values["store"] = type(values["store"])(data=str(data), **addresses)
        return replace(config, values=values)

    return adjust


def _people(config: Config, wecom: WeCom, doors: Mapping[str, App | AiBot], guests: Sequence[str]) -> None:
    people = {**{person.userid: person.name for person in config[PEOPLE]}, **{guest: guest for guest in guests}}
    for userid, name in people.items():
        wecom.add_member(userid, name)
    robots = [door for door in doors.values() if isinstance(door, AiBot)]
    for group in config[GROUPS]:
        wecom.add_group(group.id, group.name, members=list(people), bots=robots)
